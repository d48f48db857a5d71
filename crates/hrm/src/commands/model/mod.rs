//! `hrm model`

mod export;
mod import;
mod info;
mod parity;

use crate::cli::Model;
use crate::error::CliError;
use crate::exit::Exit;
use std::path::Path;

pub(super) use parity::replay;

pub(super) fn model(args: &Model, state: &Path) -> Result<Exit, CliError> {
    match args {
        Model::Parity(args) => parity::parity(args),
        Model::Import(args) => import::import(args),
        Model::Export(args) => export::export(args, state),
        Model::Info(args) => info::info(args, state),
    }
}
