//! Runs on their way from one state folder to another.

use super::files_of_rows;
use crate::RunnerError;
use crate::index::index_entry;
use crate::opening::catch_up;
use crate::planning::damages;
use hrm_config::StageKind;
use hrm_store::rows::RunRow;
use hrm_store::{
    Artifact, ArtifactState, BundleError, Database, EntryName, Key, Part, RunStatus, Store,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The artifacts that go with a run. The others go as records, of which the same rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundledArtifacts {
    /// All, checkpoints and datasets included.
    All,
    /// Those of evaluations and reports.
    Evaluations,
    /// None.
    None,
}

impl BundledArtifacts {
    fn has(self, kind: &str) -> bool {
        let results = [StageKind::Evaluate.name(), StageKind::Report.name()];
        match self {
            Self::All => true,
            Self::Evaluations => results.contains(&kind),
            Self::None => false,
        }
    }
}

/// What was exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Id of the run.
    pub run: String,
    /// Whole artifacts.
    pub artifacts: usize,
    /// Records of artifacts.
    pub records: usize,
    /// Artifacts of the run of which nothing is here.
    pub absent: Vec<String>,
    /// Bytes of the bundle.
    pub bytes: u64,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Id of the run.
    pub run: String,
    /// Name of its workflow.
    pub workflow: String,
    /// Artifacts and records that were not here.
    pub new: usize,
}

/// Writes a run, and what it made and used, to the file `out`.
///
/// # Errors
/// Where the run goes on, has no log, or an artifact is damaged; where the file cannot be written.
pub fn export(
    store: &Store,
    run: &RunRow,
    choice: BundledArtifacts,
    out: &Path,
) -> Result<Exported, RunnerError> {
    let run = match run.status {
        RunStatus::Running => {
            return Err(BundleError::Running {
                run: run.id.clone(),
            }
            .into());
        }
        _ => run.id.as_str(),
    };
    let logged = store.logged_run(run)?.ok_or_else(|| BundleError::NoLog {
        run: run.to_owned(),
    })?;
    let mut exported = Exported {
        run: run.to_owned(),
        ..Exported::default()
    };
    let mut parts: BTreeMap<Key, Part> = BTreeMap::new();
    let stages = logged.stages();
    let mut todo: Vec<EntryName> = stages
        .filter_map(|stage| Some((stage.kind.clone(), stage.key?)))
        .collect();
    let mut seen: BTreeSet<EntryName> = BTreeSet::new();
    while let Some((kind, key)) = todo.pop() {
        if !seen.insert((kind.clone(), key)) {
            continue;
        }
        match part(store, &kind, &key, choice)? {
            None => exported.absent.push(format!("{kind}/{key}")),
            Some(found) => {
                todo.extend(inputs(artifact_of(&found)));
                parts.insert(key, found);
            }
        }
    }
    let parts: Vec<Part> = parts.into_values().collect();
    let is_whole = |part: &&Part| matches!(part, Part::Whole(_));
    exported.artifacts = parts.iter().filter(is_whole).count();
    exported.records = parts.len() - exported.artifacts;
    exported.bytes = store.write_bundle(run, &parts, out)?;
    Ok(exported)
}

fn artifact_of(part: &Part) -> &Artifact {
    match part {
        Part::Whole(artifact) | Part::Record(artifact, _) => artifact,
    }
}

/// What an artifact was made from: instances begin with the kind of their stage.
fn inputs(artifact: &Artifact) -> Vec<EntryName> {
    let inputs = artifact.manifest().inputs.iter();
    let name = inputs.filter_map(|input| {
        let (kind, _) = input.instance.split_once('.')?;
        Some((kind.to_owned(), input.key))
    });
    name.collect()
}

fn part(
    store: &Store,
    kind: &str,
    key: &Key,
    choice: BundledArtifacts,
) -> Result<Option<Part>, RunnerError> {
    let record = |artifact| Part::Record(artifact, files_of_rows(kind));
    Ok(match store.artifact(kind, key)? {
        ArtifactState::Complete(artifact) if choice.has(kind) => Some(Part::Whole(artifact)),
        ArtifactState::Complete(artifact) => Some(record(artifact)),
        ArtifactState::Absent => store.record(kind, key)?.map(record),
        ArtifactState::Damaged { reasons } => {
            return Err(RunnerError::Bundle(BundleError::Damaged {
                kind: kind.to_owned(),
                key: *key,
                problem: damages(&reasons),
            }));
        }
    })
}

/// Takes the run of a bundle into the state folder. A run that is here already changes nothing.
///
/// # Errors
/// Where the bundle is damaged or was changed, and where another run has the same id. Nothing is taken
/// then.
pub fn import(store: &Store, database: &Database, file: &Path) -> Result<Imported, RunnerError> {
    let unpacked = store.unpack_bundle(file)?;
    let run = unpacked.run().clone();
    let new = unpacked.install(store)?;
    database.settle_dead_runs()?;
    for (kind, key) in &new {
        index_entry(store, database, kind, key)?;
    }
    catch_up(store, database)?;
    Ok(Imported {
        run: run.began.run,
        workflow: run.began.workflow,
        new: new.len(),
    })
}
