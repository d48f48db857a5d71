//! `hrm bench`

mod model;

use crate::cli::Bench;
use crate::error::CliError;
use crate::exit::Exit;

pub(super) fn bench(args: &Bench) -> Result<Exit, CliError> {
    match args {
        Bench::Train(args) => model::train(args),
        Bench::Eval(args) => model::eval(args),
    }
}
