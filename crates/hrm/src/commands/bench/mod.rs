//! `hrm bench`

mod data;
mod model;
mod report;
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
        Bench::Store(args) => store::store(args),
    }
}

/// A temporary folder cannot be used.
fn no_folder(error: &io::Error) -> CliError {
    let message = format!("cannot use a temporary folder: {error}");
    CliError::new(Exit::Internal, message).help("set TMPDIR to a folder with room")
}
