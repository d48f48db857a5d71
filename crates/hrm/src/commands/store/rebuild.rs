//! `hrm store rebuild`

use crate::cli::StoreRebuild;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::counted;
use crate::output;
use hrm_store::Store;
use std::path::Path;

pub(super) fn rebuild(args: &StoreRebuild, state: &Path) -> Result<Exit, CliError> {
    let store = Store::open(state)?;
    let rebuilt = hrm_runner::rebuild(&store)?;
    if args.json {
        output::json(&rebuilt)?;
        return Ok(Exit::Ok);
    }
    for what in &rebuilt.unreadable {
        output::warn(&format!("cannot be read: {what}"));
    }
    output::line(&format!(
        "{}: {} with {}, {}",
        store.database_path().display(),
        counted(rebuilt.runs as u64, "run"),
        counted(rebuilt.stages as u64, "stage"),
        counted(rebuilt.artifacts as u64, "artifact"),
    ))?;
    if let Some(old) = &rebuilt.old {
        output::line(&format!("the old one is {}", old.display()))?;
    }
    Ok(Exit::Ok)
}
