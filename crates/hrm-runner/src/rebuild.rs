//! Making the database of the logs of runs and the artifacts.
//!
//! What was only in the database is lost: curves of trainings that have not ended, and the scores of
//! artifacts that were deleted by hand. An evaluation that was made several times counts as a look at a
//! test split from its last making on.

use crate::RunnerError;
use crate::index::index_entry;
use hrm_store::{EntryName, LoggedRun, Rebuild, Store};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What a rebuilt database was made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rebuilt {
    /// Runs that were read from their logs.
    pub runs: usize,
    /// Stages of these runs.
    pub stages: usize,
    /// Artifacts that were read, and records of those that are not here.
    pub artifacts: usize,
    /// Where the old database is now, if there was one.
    pub old: Option<PathBuf>,
    /// What could not be read, and why.
    pub unreadable: Vec<String>,
}

/// Makes a new database, which takes the place of the old one when it is complete.
///
/// # Errors
/// Where the database is in use, or the new one cannot be written. The old one is then as it was.
pub fn rebuild(store: &Store) -> Result<Rebuilt, RunnerError> {
    let new = Rebuild::begin(store)?;
    let mut rebuilt = Rebuilt::default();
    let runs = logged_runs(store, &mut rebuilt)?;
    rebuilt.runs = runs.len();
    rebuilt.stages = runs.iter().map(|run| run.stages().count()).sum();
    new.database().replay(&runs)?;
    let names: BTreeSet<EntryName> = store
        .artifacts()?
        .into_iter()
        .chain(store.records()?)
        .collect();
    for (kind, key) in names {
        match index_entry(store, new.database(), &kind, &key) {
            Ok(true) => rebuilt.artifacts += 1,
            Ok(false) => rebuilt
                .unreadable
                .push(format!("`{kind}/{key}`: it is damaged")),
            Err(RunnerError::Database(error)) => return Err(error.into()),
            Err(error) => rebuilt.unreadable.push(format!("`{kind}/{key}`: {error}")),
        }
    }
    rebuilt.old = new.finish()?;
    Ok(rebuilt)
}

fn logged_runs(store: &Store, rebuilt: &mut Rebuilt) -> Result<Vec<LoggedRun>, RunnerError> {
    let mut runs = Vec::new();
    for id in store.logged_runs()? {
        match store.logged_run(&id)? {
            Some(run) => runs.push(run),
            None => rebuilt.unreadable.push(format!("the log of run `{id}`")),
        }
    }
    Ok(runs)
}
