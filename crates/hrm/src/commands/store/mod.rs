//! `hrm store`

mod bundle;
mod gc;
mod list;
mod rebuild;
mod verify;

use crate::cli::Store;
use crate::error::CliError;
use crate::exit::Exit;
use std::path::Path;

pub(super) fn store(args: Store, state: &Path) -> Result<Exit, CliError> {
    match args {
        Store::List(args) => list::list(&args, state),
        Store::Verify(args) => verify::verify(&args, state),
        Store::Gc(args) => gc::gc(args, state),
        Store::Rebuild(args) => rebuild::rebuild(&args, state),
        Store::Export(args) => bundle::export(&args, state),
        Store::Import(args) => bundle::import(&args, state),
    }
}
