//! `hrm data`

mod audit;
mod build;
mod export;
mod fetch;
mod import;
mod inspect;
mod list;
mod out_folder;
mod place;

use crate::cli::{Data, RawDataArgs};
use crate::error::CliError;
use crate::exit::Exit;
use hrm_source::Sources;
use hrm_store::Store;
use std::path::Path;

pub(super) fn data(args: &Data, state: &Path) -> Result<Exit, CliError> {
    match args {
        Data::List(args) => list::list(args, state),
        Data::Fetch(args) => fetch::fetch(args, state),
        Data::Build(args) => build::build(args, state),
        Data::Audit(args) => audit::audit(args, state),
        Data::Inspect(args) => inspect::inspect(args, state),
        Data::Import(args) => import::import(args, state),
        Data::Export(args) => export::export(args, state),
    }
}

/// All sources. This creates nothing.
fn sources(state: &Path, args: &RawDataArgs) -> Result<Sources, CliError> {
    Ok(Sources::new(
        Store::raw_data_path(state),
        args.data_dir.clone(),
    )?)
}
