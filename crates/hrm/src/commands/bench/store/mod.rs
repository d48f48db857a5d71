//! `hrm bench store`

mod content;

use super::no_folder;
use crate::cli::{BenchStore, RowFormat};
use crate::error::CliError;
use crate::exit::Exit;
use crate::format;
use crate::rows;
use crate::state;
use crate::table::Table;
use crate::{output, program};
use content::{COMPARED, Size};
use hrm_runner::Find;
use hrm_store::rows::MetricRow;
use hrm_store::{Database, Key, Store};
use serde::Serialize;
use serde_json::json;
use std::ffi::OsStr;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Repetitions after the first; their median is reported.
const REPETITIONS: usize = 11;

/// The filter of the README.
const FILTER: &str = "test.exact_accuracy > 0.5 and (model.arch = \"trm\" or seed in [1, 2]) \
                      and started > \"2026-01-01\"";

const SORT: &str = "-test.exact_accuracy";

/// Metric rows that are recorded at once.
const RECORDED: u32 = 1_000;

/// What one question took.
#[derive(Debug, Serialize)]
struct Measured {
    name: &'static str,
    what: String,
    /// Seconds of the first time, in which files are read that are not in memory yet.
    first_seconds: f64,
    /// Median of the times after it, seconds.
    seconds: f64,
    /// The longest of them.
    slowest_seconds: f64,
}

pub(super) fn store(args: &BenchStore) -> Result<Exit, CliError> {
    let size = Size {
        runs: args.runs,
        rows: args.rows,
        puzzles: args.puzzles,
    };
    let folder = tempfile::tempdir().map_err(|error| no_folder(&error))?;
    output::note(&format!(
        "filling a database with {} runs of {} metric rows",
        format::count(size.runs.into()),
        format::count(size.rows.into())
    ));
    let start = Instant::now();
    let training = {
        let store = Store::open(folder.path())?;
        content::fill(&store, &Database::open(&store)?, size)?
    };
    let filled_seconds = start.elapsed().as_secs_f64();
    let measures = [
        filtered(folder.path())?,
        commanded(folder.path())?,
        compared(folder.path(), size)?,
        recorded(folder.path(), &training, size)?,
    ];
    if args.json {
        output::json(&json!({
            "program": format!("hrm {}", env!("CARGO_PKG_VERSION")), "size": size,
            "filled_seconds": filled_seconds, "measures": measures,
        }))?;
    } else {
        output::line(&table(&measures).to_string())?;
    }
    Ok(Exit::Ok)
}

/// Asks a question several times.
fn timed(
    name: &'static str,
    what: String,
    mut question: impl FnMut(usize) -> Result<(), CliError>,
) -> Result<Measured, CliError> {
    let mut time = |repetition| {
        let start = Instant::now();
        question(repetition)?;
        Ok(start.elapsed().as_secs_f64())
    };
    let first_seconds = time(0)?;
    let seconds: Result<Vec<f64>, CliError> = (1..=REPETITIONS).map(time).collect();
    let mut seconds = seconds?;
    seconds.sort_unstable_by(f64::total_cmp);
    Ok(Measured {
        name,
        what,
        first_seconds,
        seconds: seconds[REPETITIONS / 2],
        slowest_seconds: seconds[REPETITIONS - 1],
    })
}

/// `hrm runs --where … --sort …` from opening the state folder to the text.
fn filtered(state: &Path) -> Result<Measured, CliError> {
    let what = "evaluations found by a filter and sorted".to_owned();
    timed("runs", what, |_| {
        let (_, database) = state::open(state)?;
        let find = Find {
            filter: Some(FILTER),
            sort: Some(SORT),
            columns: &[],
            limit: 30,
        };
        let found = hrm_runner::find(&database, &find)?;
        black_box(rows::bytes(&found, RowFormat::Table)?);
        Ok(())
    })
}

/// The same command as a process of its own: what one waits for at a shell.
fn commanded(state: &Path) -> Result<Measured, CliError> {
    let what = "the same, as a command of its own".to_owned();
    let arguments = ["runs", "--where", FILTER, "--sort", SORT].map(OsStr::new);
    timed("command", what, |_| {
        program::output(state, &arguments, &[])?;
        Ok(())
    })
}

/// `hrm compare A B --json` from opening the state folder to the text.
fn compared(state: &Path, size: Size) -> Result<Measured, CliError> {
    let puzzles = format::count(size.puzzles.into());
    let what = format!("two evaluations compared on {puzzles} puzzles");
    let evaluations = COMPARED.map(content::evaluation);
    timed("compare", what, |_| {
        let (store, database) = state::open(state)?;
        let comparison = hrm_runner::compare(&store, &database, &evaluations, &[])?;
        black_box(output::json_text(&comparison)?);
        Ok(())
    })
}

/// What recording costs the thread that trains; the database stays open, as in a training.
fn recorded(state: &Path, training: &Key, size: Size) -> Result<Measured, CliError> {
    let (_, database) = state::open(state)?;
    let what = format!("{} metric rows recorded", format::count(RECORDED.into()));
    timed("record", what, |repetition| {
        let begin = size.rows + repetition as u32 * RECORDED;
        let rows: Vec<MetricRow> = (begin..begin + RECORDED)
            .map(|index| content::point(size.runs, index))
            .collect();
        Ok(database.record_metrics(training, &rows)?)
    })
}

fn table(measures: &[Measured]) -> Table {
    let mut table = Table::new(["measure", "work", "first time", "median", "slowest"]);
    for measured in measures {
        table.row([
            measured.name.to_owned(),
            measured.what.clone(),
            format::milliseconds(measured.first_seconds),
            format::milliseconds(measured.seconds),
            format::milliseconds(measured.slowest_seconds),
        ]);
    }
    table
}
