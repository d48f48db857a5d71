//! `hrm data`

mod audit;
mod export;
mod fetch;
mod import;
mod inspect;
mod list;
mod out_folder;
mod place;

use crate::cli::{Data, DataDirArgs};
use crate::error::CliError;
use crate::exit::Exit;
use hrm_source::Sources;
use std::path::Path;

pub(super) fn data(args: &Data, state: &Path) -> Result<Exit, CliError> {
    match args {
        Data::List(args) => list::list(args, state),
        Data::Fetch(args) => fetch::fetch(args, state),
        Data::Audit(args) => audit::audit(args, state),
        Data::Inspect(args) => inspect::inspect(args, state),
        Data::Import(args) => import::import(args),
        Data::Export(args) => export::export(args, state),
    }
}

/// All sources: fetched ones are below the state folder.
fn sources(state: &Path, args: &DataDirArgs) -> Result<Sources, CliError> {
    Ok(Sources::new(state.join("data"), args.data_dir.clone())?)
}
