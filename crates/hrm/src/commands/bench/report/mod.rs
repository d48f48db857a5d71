//! `hrm bench report`

mod content;

use super::{median, no_folder};
use crate::cli::BenchReport;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format;
use crate::output;
use content::VARIANTS;
use serde::Serialize;
use serde_json::json;
use std::time::Instant;

/// Repetitions; their median is reported.
const REPETITIONS: usize = 5;

/// What a report took, medians in seconds.
#[derive(Debug, Serialize)]
struct Measured {
    trainings: u32,
    steps: u32,
    /// From the database to the report's data.
    gather_seconds: f64,
    /// From that to files.
    render_seconds: f64,
    /// Both.
    seconds: f64,
    /// Size of the page.
    page_bytes: usize,
    /// Size of the page and all files beside it.
    bytes: usize,
}

pub(super) fn report(args: &BenchReport) -> Result<Exit, CliError> {
    let folder = tempfile::tempdir().map_err(|error| no_folder(&error))?;
    let trainings = args.seeds * VARIANTS;
    output::note(&format!(
        "making {trainings} trainings with curves of {} steps",
        format::count(args.steps.into())
    ));
    let (database, run) = content::fill(folder.path(), args)?;
    let mut times: [Vec<f64>; 3] = Default::default();
    let mut sizes = (0, 0);
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        let reports = hrm_runner::report_data(&database, &run)?;
        let gathered = start.elapsed().as_secs_f64();
        sizes = (0, 0);
        for (_, data) in &reports {
            let files = hrm_report::render(data).map_err(hrm_runner::RunnerError::from)?;
            sizes.0 += files.get("index.html").map_or(0, Vec::len);
            sizes.1 += files.values().map(Vec::len).sum::<usize>();
        }
        let all = start.elapsed().as_secs_f64();
        for (times, seconds) in times.iter_mut().zip([gathered, all - gathered, all]) {
            times.push(seconds);
        }
    }
    let [gather_seconds, render_seconds, seconds] = times.map(|seconds| median(&seconds));
    let measured = Measured {
        trainings,
        steps: args.steps,
        gather_seconds,
        render_seconds,
        seconds,
        page_bytes: sizes.0,
        bytes: sizes.1,
    };
    if args.json {
        let program = format!("hrm {}", env!("CARGO_PKG_VERSION"));
        output::json(&json!({ "program": program, "report": measured }))?;
    } else {
        output::line(&text(&measured))?;
    }
    Ok(Exit::Ok)
}

fn text(measured: &Measured) -> String {
    let bytes = |bytes: usize| format::bytes(bytes as u64);
    format!(
        "report of {} trainings with {} logged steps each: {:.2} s\n  gathering  {:.2} s\n  rendering  {:.2} s\n  \
         page {}, with plots and tables {}",
        measured.trainings,
        format::count(measured.steps.into()),
        measured.seconds,
        measured.gather_seconds,
        measured.render_seconds,
        bytes(measured.page_bytes),
        bytes(measured.bytes),
    )
}
