//! What can go from a state folder, and its removal.
//!
//! Orphans go always: what killed processes left, work that nobody can go on with, locks that nobody
//! holds. Artifacts go by the limits that are asked for; never those of runs that go on or, unless it is
//! said from which workflows the kept ones are to be reachable, those of the latest run of a workflow.
//! Rows stay in the database, and the files from which they are read stay as records.

use super::choose::{Candidate, Limits};
use super::files_of_rows;
use super::listing::Uses;
use crate::{RunnerError, Selection, Session, plan};
use hrm_config::StageKind;
use hrm_store::{ArtifactState, Database, EntryName, Key, Store, disk_usage, is_older};
use hrm_workflow::Workflow;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// Time after which nobody asks any more how a job ended.
const FORGOTTEN: Duration = Duration::from_secs(24 * 60 * 60);

/// Something that can go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// The file or folder.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Why it can go.
    pub reason: RemovalReason,
    /// The stage whose lock has to be free for it.
    #[serde(skip)]
    stage: Option<EntryName>,
}

/// Why something can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovalReason {
    /// A killed process left it.
    Leftover,
    /// Work on an artifact that is complete, or that would begin anew.
    UselessWork,
    /// A training was interrupted, and nobody went on with it for longer than the limit.
    OldWork,
    /// A lock that nobody holds.
    FreeLock,
    /// What workers printed in a run of which nothing else is known.
    UnknownRun,
    /// A database that was replaced before the limit.
    OldDatabase,
    /// An artifact beyond the limits.
    Artifact,
}

/// The keys of everything in a workflow's plan, as far as they are known.
///
/// # Errors
/// Where the workflow cannot be planned.
pub fn reachable(session: &Session, workflow: &Workflow) -> Result<BTreeSet<Key>, RunnerError> {
    let plan = plan(session, workflow, &Selection::default())?;
    let keys = plan.stages.iter().filter_map(|stage| stage.key.as_deref());
    keys.map(|key| Ok(key.parse()?)).collect()
}

/// What can go, in the order in which it should.
///
/// # Errors
/// Where the state folder or its database cannot be read.
pub fn removals(
    store: &Store,
    database: &Database,
    limits: &Limits,
) -> Result<Vec<Removal>, RunnerError> {
    let mut all = Vec::new();
    let leftovers = store.leftovers()?.into_iter();
    all.extend(leftovers.map(|path| removal(path, RemovalReason::Leftover, None)));
    all.extend(useless_work(store, limits)?);
    all.extend(forgotten_jobs(store)?);
    all.extend(unknown_runs(store, database)?);
    if let Some(age) = limits.older_than {
        let old = store.old_databases()?.into_iter();
        let old = old.filter(|path| is_older(path, age));
        all.extend(old.map(|path| removal(path, RemovalReason::OldDatabase, None)));
    }
    all.extend(artifacts(store, database, limits)?);
    all.extend(free_locks(store)?);
    Ok(all)
}

/// Removes what can go, unless someone began to use it meanwhile; returns what was removed.
///
/// # Errors
/// Where something cannot be removed.
pub fn remove(store: &Store, removals: Vec<Removal>) -> Result<Vec<Removal>, RunnerError> {
    let mut removed = Vec::new();
    for removal in removals {
        if removal.apply(store)? {
            removed.push(removal);
        }
    }
    Ok(removed)
}

impl Removal {
    /// Returns whether it was removed.
    fn apply(&self, store: &Store) -> Result<bool, RunnerError> {
        let Some((kind, key)) = &self.stage else {
            store.remove(&self.path)?;
            return Ok(true);
        };
        let Some(lock) = store.try_lock(kind, key)? else {
            return Ok(false);
        };
        match self.reason {
            RemovalReason::FreeLock => {}
            RemovalReason::Artifact => {
                if let ArtifactState::Complete(artifact) = store.artifact(kind, key)? {
                    store.keep_record(&lock, &artifact, files_of_rows(kind))?;
                }
                store.discard(&lock)?;
            }
            _ => store.remove(&self.path)?,
        }
        lock.remove();
        Ok(true)
    }
}

fn removal(path: PathBuf, reason: RemovalReason, stage: Option<EntryName>) -> Removal {
    Removal {
        bytes: disk_usage(&path),
        path,
        reason,
        stage,
    }
}

fn useless_work(store: &Store, limits: &Limits) -> Result<Vec<Removal>, RunnerError> {
    let mut found = Vec::new();
    for (kind, key) in store.unfinished()? {
        let path = store.work_path(&kind, &key);
        if store.is_locked(&kind, &key)? {
            continue;
        }
        let is_complete = matches!(store.artifact(&kind, &key)?, ArtifactState::Complete(_));
        let is_training = kind == StageKind::Train.name();
        let reason = if is_complete || !is_training || !path.join("checkpoints").is_dir() {
            RemovalReason::UselessWork
        } else if limits.older_than.is_some_and(|age| is_older(&path, age)) {
            RemovalReason::OldWork
        } else {
            continue;
        };
        found.push(removal(path, reason, Some((kind, key))));
    }
    Ok(found)
}

/// Folders of jobs that nobody will ask for any more: whoever needs the stage finds its artifact.
fn forgotten_jobs(store: &Store) -> Result<Vec<Removal>, RunnerError> {
    let mut found = Vec::new();
    for (kind, key) in store.cluster_jobs()? {
        let path = store.cluster_path().join(format!("{kind}-{key}"));
        let is_complete = matches!(store.artifact(&kind, &key)?, ArtifactState::Complete(_));
        // The process that submitted it, on any machine, may be about to read how it ended.
        if is_complete && !store.is_locked(&kind, &key)? && is_older(&path, FORGOTTEN) {
            found.push(removal(path, RemovalReason::UselessWork, Some((kind, key))));
        }
    }
    Ok(found)
}

fn unknown_runs(store: &Store, database: &Database) -> Result<Vec<Removal>, RunnerError> {
    let known = database.runs(u32::MAX)?.into_iter().map(|run| run.id);
    let mut known: BTreeSet<String> = known.collect();
    known.extend(store.logged_runs()?);
    let runs = store.runs_with_worker_logs()?.into_iter();
    let unknown = runs.filter(|run| !known.contains(run));
    let removal = |run: String| removal(store.worker_logs(&run), RemovalReason::UnknownRun, None);
    Ok(unknown.map(removal).collect())
}

fn artifacts(
    store: &Store,
    database: &Database,
    limits: &Limits,
) -> Result<Vec<Removal>, RunnerError> {
    if limits.is_unlimited() {
        return Ok(Vec::new());
    }
    let uses = Uses::read(store, database)?;
    let mut kept: BTreeSet<Key> = database.running_artifacts()?.into_iter().collect();
    if limits.reachable.is_none() {
        kept.extend(uses.latest.keys());
    }
    let mut candidates = BTreeMap::new();
    for (key, artifact) in &uses.artifacts {
        let candidate = Candidate {
            bytes: artifact.bytes(),
            // An artifact without a readable time is as young as can be.
            used_at: uses.used_at(artifact).parse().unwrap_or(Timestamp::MAX),
            inputs: artifact.manifest().inputs.iter().map(|i| i.key).collect(),
            is_kept: kept.contains(key) || store.is_locked(artifact.kind(), key)?,
        };
        candidates.insert(*key, candidate);
    }
    let going = limits.choose(candidates, Timestamp::now());
    let removal = |key: Key| {
        let artifact = uses.artifacts.get(&key)?;
        let stage = (artifact.kind().to_owned(), key);
        let path = artifact.path().to_owned();
        Some(removal(path, RemovalReason::Artifact, Some(stage)))
    };
    Ok(going.into_iter().filter_map(removal).collect())
}

fn free_locks(store: &Store) -> Result<Vec<Removal>, RunnerError> {
    let mut found = Vec::new();
    for (kind, key) in store.stage_locks()? {
        if !store.is_locked(&kind, &key)? {
            let path = store
                .root()
                .join("locks")
                .join(format!("{kind}-{key}.lock"));
            found.push(removal(path, RemovalReason::FreeLock, Some((kind, key))));
        }
    }
    Ok(found)
}
