//! `hrm bench data`

mod measure;
mod memory;

use super::named;
use crate::cli::BenchData;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format;
use crate::table::Table;
use crate::{output, program};
use hrm_source::Sources;
use hrm_store::Store;
use measure::{MEASURES, Measure};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ffi::OsStr;
use std::path::Path;

/// What was measured.
#[derive(Debug, Serialize, Deserialize)]
struct Measured {
    /// Name of the measure.
    name: String,
    /// What was done.
    what: String,
    /// What is counted.
    unit: String,
    /// How many of it.
    count: u64,
    /// Wall time, seconds.
    seconds: f64,
    /// Size of what was written, bytes; nothing where nothing is written.
    bytes_written: Option<u64>,
    /// Largest memory of the process, bytes; nothing where the system does not tell.
    peak_memory: Option<u64>,
    /// Cores that worked.
    threads: usize,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

pub(super) fn data(args: &BenchData, state: &Path) -> Result<Exit, CliError> {
    let measures = named(&MEASURES, |measure| measure.name, &args.names)?;
    let results = match measures.as_slice() {
        [measure] => vec![here(measure, args, state)?],
        measures => measures
            .iter()
            .map(|measure| in_own_process(measure, args, state))
            .collect::<Result<_, _>>()?,
    };
    if args.json {
        output::json(&json!({
            "program": format!("hrm {}", env!("CARGO_PKG_VERSION")), "measures": results,
        }))?;
    } else {
        output::line(&table(&results).to_string())?;
    }
    Ok(Exit::Ok)
}

fn here(measure: &Measure, args: &BenchData, state: &Path) -> Result<Measured, CliError> {
    let sources = Sources::new(Store::raw_data_path(state), args.raw_data.data_dir.clone())?;
    let done = (measure.run)(&sources)?;
    Ok(Measured {
        name: measure.name.to_owned(),
        what: measure.what.to_owned(),
        unit: measure.unit.to_owned(),
        count: done.count,
        seconds: done.seconds,
        bytes_written: done.bytes_written,
        peak_memory: memory::peak(),
        threads: done.threads,
    })
}

/// Measures in a process of its own, whose largest memory is that of this measure alone.
fn in_own_process(measure: &Measure, args: &BenchData, state: &Path) -> Result<Measured, CliError> {
    output::note(&format!("measuring {}", measure.name));
    let mut arguments: Vec<&OsStr> = ["bench", "data", measure.name, "--json"]
        .map(OsStr::new)
        .to_vec();
    if let Some(folder) = &args.raw_data.data_dir {
        arguments.extend([OsStr::new("--data-dir"), folder.as_os_str()]);
    }
    let printed = program::output(state, &arguments, &[])?;
    #[derive(Deserialize)]
    struct Printed {
        measures: [Measured; 1],
    }
    let printed: Printed = serde_json::from_slice(&printed).map_err(|error| {
        let message = format!(
            "`hrm bench data {}` printed something else: {error}",
            measure.name
        );
        CliError::new(Exit::Internal, message)
    })?;
    let [measured] = printed.measures;
    Ok(measured)
}

fn table(results: &[Measured]) -> Table {
    let mut table = Table::new([
        "measure", "work", "time", "rate", "cores", "written", "memory",
    ]);
    let size = |bytes: Option<u64>| bytes.map_or_else(|| "-".to_owned(), format::bytes);
    for result in results {
        table.row([
            result.name.clone(),
            format!(
                "{}: {} {}",
                result.what,
                format::count(result.count),
                result.unit
            ),
            format::duration(result.seconds),
            format!(
                "{} {}/s",
                format::count(result.per_second() as u64),
                result.unit
            ),
            result.threads.to_string(),
            size(result.bytes_written),
            size(result.peak_memory),
        ]);
    }
    table
}
