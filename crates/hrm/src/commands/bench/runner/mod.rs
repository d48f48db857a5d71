//! `hrm bench runner`

mod measure;
mod workflow;

use super::{median, named};
use crate::cli::BenchRunner;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format;
use crate::output;
use crate::table::Table;
use measure::MEASURES;
use serde::Serialize;
use serde_json::json;

/// What one command took.
#[derive(Debug, Serialize)]
struct Measured {
    name: &'static str,
    what: String,
    /// Median of several times, seconds.
    seconds: f64,
    /// The longest of them.
    slowest_seconds: f64,
    /// How many times as fast it is as the measure before it, the median of pairs; where they do the
    /// same work.
    times_as_fast: Option<f64>,
}

impl Measured {
    fn new(name: &'static str, what: String, seconds: &[f64]) -> Self {
        Self {
            name,
            what,
            seconds: median(seconds),
            slowest_seconds: seconds.iter().copied().fold(0.0, f64::max),
            times_as_fast: None,
        }
    }
}

pub(super) fn runner(args: &BenchRunner) -> Result<Exit, CliError> {
    let mut measures = Vec::new();
    for (name, measure) in named(&MEASURES, |(name, _)| name, &args.names)? {
        output::note(&format!("measuring {name}"));
        measures.extend(measure()?);
    }
    if args.json {
        let program = format!("hrm {}", env!("CARGO_PKG_VERSION"));
        output::json(&json!({ "program": program, "measures": measures }))?;
    } else {
        output::line(&table(&measures).to_string())?;
    }
    Ok(Exit::Ok)
}

fn table(measures: &[Measured]) -> Table {
    let mut table = Table::new(["measure", "work", "median", "slowest", "times as fast"]);
    for measured in measures {
        let times = measured.times_as_fast;
        table.row([
            measured.name.to_owned(),
            measured.what.clone(),
            format::milliseconds(measured.seconds),
            format::milliseconds(measured.slowest_seconds),
            times.map_or_else(String::new, |times| format!("{times:.2}")),
        ]);
    }
    table
}
