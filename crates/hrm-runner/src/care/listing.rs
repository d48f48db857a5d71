//! What is in a state folder.

use crate::RunnerError;
use hrm_store::rows::ArtifactUseRow;
use hrm_store::{Artifact, ArtifactState, Database, EntryName, Key, Store, disk_usage};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An artifact with its uses.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListedArtifact {
    /// Kind of its stage.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Instance for which it was made; none where it is damaged.
    pub instance: Option<String>,
    /// Workflow for which it was made; none where it is damaged.
    pub workflow: Option<String>,
    /// Bytes on disk.
    pub bytes: u64,
    /// When it was made.
    pub created_at: Option<String>,
    /// When a run made or used it last.
    pub used_at: Option<String>,
    /// Runs that made or used it.
    pub runs: u32,
    /// Workflows whose latest run it is of.
    pub latest_of: Vec<String>,
    /// Instances whose artifacts were made from it.
    pub needed_by: Vec<String>,
}

/// Bytes on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Artifacts.
    pub artifacts: u64,
    /// Records of artifacts that are not here.
    pub records: u64,
    /// Unfinished work.
    pub work: u64,
    /// Logs of runs and of their workers.
    pub logs: u64,
    /// Raw data that was fetched.
    pub data: u64,
    /// The database, with those that were replaced.
    pub database: u64,
}

/// Everything in a state folder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listing {
    /// The artifacts, largest first.
    pub artifacts: Vec<ListedArtifact>,
    /// Sizes of everything.
    pub totals: Totals,
}

/// Lists the state folder.
///
/// # Errors
/// Where it, or its database, cannot be read.
pub fn list(store: &Store, database: &Database) -> Result<Listing, RunnerError> {
    let uses = Uses::read(store, database)?;
    let mut artifacts = Vec::new();
    for name in store.artifacts()? {
        artifacts.push(uses.listed(store, &name));
    }
    artifacts.sort_by(|a, b| (b.bytes, &a.kind, &a.key).cmp(&(a.bytes, &b.kind, &b.key)));
    Ok(Listing {
        artifacts,
        totals: totals(store)?,
    })
}

fn totals(store: &Store) -> Result<Totals, RunnerError> {
    let below = |name: &str| disk_usage(&store.root().join(name));
    let databases = ["hrm.db", "hrm.db-wal", "hrm.db-shm"];
    let old = store.old_databases()?;
    Ok(Totals {
        artifacts: below("artifacts"),
        records: below("records"),
        work: below("work"),
        logs: below("runs") + below("logs"),
        data: disk_usage(&Store::raw_data_path(store.root())),
        database: databases.map(below).iter().sum::<u64>()
            + old.iter().map(|path| disk_usage(path)).sum::<u64>(),
    })
}

/// What uses which artifact.
pub(super) struct Uses {
    rows: BTreeMap<Key, ArtifactUseRow>,
    /// Workflows by the keys of their latest runs.
    pub(super) latest: BTreeMap<Key, BTreeSet<String>>,
    /// The artifacts that are not damaged.
    pub(super) artifacts: BTreeMap<Key, Artifact>,
    needed_by: BTreeMap<Key, BTreeSet<String>>,
}

impl Uses {
    pub(super) fn read(store: &Store, database: &Database) -> Result<Self, RunnerError> {
        let rows = database.artifact_uses()?.into_iter();
        let mut latest: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
        for (workflow, key) in database.latest_artifacts()? {
            latest.entry(key).or_default().insert(workflow);
        }
        let mut uses = Self {
            rows: rows.map(|row| (row.key, row)).collect(),
            latest,
            artifacts: BTreeMap::new(),
            needed_by: BTreeMap::new(),
        };
        for (kind, key) in store.artifacts()? {
            if let ArtifactState::Complete(artifact) = store.artifact(&kind, &key)? {
                uses.add(artifact);
            }
        }
        Ok(uses)
    }

    fn add(&mut self, artifact: Artifact) {
        for input in &artifact.manifest().inputs {
            let instance = artifact.manifest().instance.clone();
            self.needed_by
                .entry(input.key)
                .or_default()
                .insert(instance);
        }
        self.artifacts.insert(*artifact.key(), artifact);
    }

    /// When an artifact was made or used last.
    pub(super) fn used_at<'a>(&'a self, artifact: &'a Artifact) -> &'a str {
        let created = artifact.manifest().created_at.as_str();
        let row = self.rows.get(artifact.key());
        row.map_or(created, |row| created.max(row.used_at.as_str()))
    }

    fn listed(&self, store: &Store, (kind, key): &EntryName) -> ListedArtifact {
        let artifact = self.artifacts.get(key);
        let manifest = artifact.map(Artifact::manifest);
        let names = |of: &BTreeMap<Key, BTreeSet<String>>| {
            let names = of.get(key).into_iter().flatten();
            names.cloned().collect()
        };
        ListedArtifact {
            kind: kind.clone(),
            key: key.to_string(),
            instance: manifest.map(|manifest| manifest.instance.clone()),
            workflow: manifest.map(|manifest| manifest.workflow.clone()),
            bytes: disk_usage(&store.artifact_path(kind, key)),
            created_at: manifest.map(|manifest| manifest.created_at.clone()),
            used_at: artifact.map(|artifact| self.used_at(artifact).to_owned()),
            runs: self.rows.get(key).map_or(0, |row| row.runs),
            latest_of: names(&self.latest),
            needed_by: names(&self.needed_by),
        }
    }
}
