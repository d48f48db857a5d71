//! `hrm store gc`

use crate::cli::StoreGc;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, counted};
use crate::{output, state};
use hrm_runner::care::{self, Limits, Removal, RemovalReason};
use hrm_store::Key;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(super) fn gc(args: StoreGc, state: &Path) -> Result<Exit, CliError> {
    let limits = Limits {
        older_than: args.older_than,
        max_bytes: args.max_size,
        reachable: reachable(&args, state)?,
    };
    let (store, database) = state::open(state)?;
    let mut removals = care::removals(&store, &database, &limits)?;
    if !args.dry_run {
        removals = care::remove(&store, removals)?;
    }
    if args.json {
        output::json(&removals)?;
        return Ok(Exit::Ok);
    }
    for removal in removals
        .iter()
        .filter(|r| r.reason != RemovalReason::FreeLock)
    {
        output::line(&line(removal, store.root()))?;
    }
    let total = bytes(removals.iter().map(|removal| removal.bytes).sum());
    let what = counted(removals.len() as u64, "path");
    let verb = if args.dry_run { "would go" } else { "removed" };
    output::line(&format!("{what} {verb}, {total}"))?;
    Ok(Exit::Ok)
}

/// What the plans of the named workflows name.
fn reachable(args: &StoreGc, state: &Path) -> Result<Option<BTreeSet<Key>>, CliError> {
    if args.keep_reachable_from.is_empty() {
        return Ok(None);
    }
    let session =
        state::session(state, args.device.device)?.with_raw_data(args.raw_data.data_dir.clone());
    let keys = |file: &PathBuf| -> Result<BTreeSet<Key>, CliError> {
        let workflow = hrm_workflow::load(file, &[])?;
        Ok(care::reachable(&session, &workflow)?)
    };
    let keys: Result<Vec<_>, CliError> = args.keep_reachable_from.iter().map(keys).collect();
    Ok(Some(keys?.into_iter().flatten().collect()))
}

fn line(removal: &Removal, root: &Path) -> String {
    let path = removal.path.strip_prefix(root).unwrap_or(&removal.path);
    let why = match removal.reason {
        RemovalReason::Leftover => "left by a killed process",
        RemovalReason::UselessWork => "work that nobody can go on with",
        RemovalReason::OldWork => "an interrupted training",
        RemovalReason::FreeLock => "a lock that nobody holds",
        RemovalReason::UnknownRun => "printed in a run that is gone",
        RemovalReason::OldDatabase => "a replaced database",
        RemovalReason::Artifact => "an artifact beyond the limits",
    };
    format!("{:>10}  {}: {why}", bytes(removal.bytes), path.display())
}
