//! `hrm store export` and `hrm store import`

use crate::cli::{StoreExport, StoreImport};
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, counted};
use crate::{output, state};
use hrm_runner::care;
use std::path::Path;

pub(super) fn export(args: &StoreExport, state: &Path) -> Result<Exit, CliError> {
    let (store, database) = state::open(state)?;
    let run = database.run(&args.run)?;
    let exported = care::export(&store, &run, args.artifacts.into(), &args.out)?;
    if args.json {
        output::json(&exported)?;
        return Ok(Exit::Ok);
    }
    for name in &exported.absent {
        output::warn(&format!("the artifact `{name}` is gone, and stays behind"));
    }
    output::line(&format!(
        "{}: run {} with {} and {}, {}",
        args.out.display(),
        exported.run,
        counted(exported.artifacts as u64, "artifact"),
        counted(exported.records as u64, "record"),
        bytes(exported.bytes),
    ))?;
    Ok(Exit::Ok)
}

pub(super) fn import(args: &StoreImport, state: &Path) -> Result<Exit, CliError> {
    let (store, database) = state::open(state)?;
    let imported = care::import(&store, &database, &args.bundle)?;
    if args.json {
        output::json(&imported)?;
        return Ok(Exit::Ok);
    }
    let new = counted(imported.new as u64, "new artifact");
    output::line(&format!(
        "run {} of {}: {new}",
        imported.run, imported.workflow
    ))?;
    Ok(Exit::Ok)
}
