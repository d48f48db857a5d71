//! `hrm bench`

mod data;
mod model;
mod report;
mod runner;
mod store;

use crate::cli::Bench;
use crate::error::CliError;
use crate::exit::Exit;
use std::io;
use std::path::Path;

pub(super) fn bench(args: &Bench, state: &Path) -> Result<Exit, CliError> {
    match args {
        Bench::Train(args) => model::train(args),
        Bench::Eval(args) => model::eval(args),
        Bench::Data(args) => data::data(args, state),
        Bench::Report(args) => report::report(args),
        Bench::Runner(args) => runner::runner(args),
        Bench::Store(args) => store::store(args),
    }
}

/// A temporary folder cannot be used.
fn no_folder(error: &io::Error) -> CliError {
    let message = format!("cannot use a temporary folder: {error}");
    CliError::new(Exit::Internal, message).help("set TMPDIR to a folder with room")
}

/// The measures of these names among all, or all.
fn named<'a, M>(
    all: &'a [M],
    name_of: impl Fn(&M) -> &'static str,
    names: &[String],
) -> Result<Vec<&'a M>, CliError> {
    if names.is_empty() {
        return Ok(all.iter().collect());
    }
    let find = |name: &String| {
        let found = all.iter().find(|measure| name_of(measure) == name);
        found.ok_or_else(|| {
            let message = format!("there is no measure `{name}`");
            let known: Vec<&str> = all.iter().map(&name_of).collect();
            CliError::new(Exit::Usage, message).help(format!("use {}", known.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

/// The middle one of an odd number of values.
fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
