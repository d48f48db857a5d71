//! `hrm bench`

mod data;
mod model;

use crate::cli::Bench;
use crate::error::CliError;
use crate::exit::Exit;
use std::path::Path;

pub(super) fn bench(args: &Bench, state: &Path) -> Result<Exit, CliError> {
    match args {
        Bench::Train(args) => model::train(args),
        Bench::Eval(args) => model::eval(args),
        Bench::Data(args) => data::data(args, state),
    }
}
