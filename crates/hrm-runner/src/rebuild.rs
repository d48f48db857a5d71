//! Making the database of the logs of runs and the artifacts.
//!
//! What was only in the database is lost: curves of trainings that have not ended, and everything about
//! artifacts that are gone.

use crate::index::index;
use crate::{Event, Events, RunnerError};
use hrm_store::{Artifact, ArtifactState, Database, LoggedRun, Rebuild, Store};
use serde::Serialize;
use std::path::PathBuf;

/// What a rebuilt database was made of.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rebuilt {
    /// Runs that were read from their logs.
    pub runs: usize,
    /// Stages of these runs.
    pub stages: usize,
    /// Artifacts that were read.
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
pub fn rebuild(store: &Store, events: &mut dyn Events) -> Result<Rebuilt, RunnerError> {
    let new = Rebuild::begin(store)?;
    let mut rebuilt = Rebuilt::default();
    let runs = logged_runs(store, &mut rebuilt)?;
    rebuilt.runs = runs.len();
    rebuilt.stages = runs.iter().map(|run| run.artifacts().count()).sum();
    new.database().replay(&runs)?;
    for artifact in complete_artifacts(store, &mut rebuilt)? {
        add(new.database(), &artifact, &mut rebuilt)?;
    }
    rebuilt.old = new.finish()?;
    events.event(Event::DatabaseRebuilt {
        runs: rebuilt.runs,
        artifacts: rebuilt.artifacts,
    });
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

fn complete_artifacts(store: &Store, rebuilt: &mut Rebuilt) -> Result<Vec<Artifact>, RunnerError> {
    let mut complete = Vec::new();
    for (kind, key) in store.artifacts()? {
        match store.artifact(&kind, &key)? {
            ArtifactState::Complete(artifact) => complete.push(artifact),
            ArtifactState::Damaged { reasons } => {
                let what = crate::planning::damages(&reasons);
                rebuilt.unreadable.push(format!("`{kind}/{key}`: {what}"));
            }
            ArtifactState::Absent => {}
        }
    }
    Ok(complete)
}

fn add(
    database: &Database,
    artifact: &Artifact,
    rebuilt: &mut Rebuilt,
) -> Result<(), RunnerError> {
    match index(database, artifact, database.producer(artifact.key())?) {
        Ok(()) => rebuilt.artifacts += 1,
        Err(RunnerError::Database(error)) => return Err(error.into()),
        Err(error) => {
            let what = format!("`{}/{}`: {error}", artifact.kind(), artifact.key());
            rebuilt.unreadable.push(what);
        }
    }
    Ok(())
}
