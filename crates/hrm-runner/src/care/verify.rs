//! Whether what is in a state folder is what was put there.

use crate::RunnerError;
use hrm_store::{ArtifactState, Damage, Database, DatabaseError, EntryName, LoggedRun, Store};
use serde::Serialize;

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Artifacts that were read and hashed.
    pub artifacts: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Logs of runs that were read.
    pub runs: usize,
    /// What is damaged.
    pub damaged: Vec<DamagedEntry>,
}

/// Something damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamagedEntry {
    /// Its place below the state folder.
    pub path: String,
    /// What is wrong with it.
    pub reasons: Vec<String>,
    /// What can be done.
    pub cure: &'static str,
}

/// Reads everything: the files of artifacts, the logs of runs, and the database. Changes nothing.
///
/// # Errors
/// Where the state folder cannot be read.
pub fn verify(store: &Store) -> Result<Verified, RunnerError> {
    let mut verified = Verified::default();
    for name in store.artifacts()? {
        verified.artifact(store, &name)?;
    }
    for name in store.records()? {
        verified.record(store, &name)?;
    }
    for id in store.logged_runs()? {
        verified.log(&id, store.logged_run(&id)?.as_ref());
    }
    verified.database(store)?;
    Ok(verified)
}

impl Verified {
    fn artifact(&mut self, store: &Store, (kind, key): &EntryName) -> Result<(), RunnerError> {
        let reasons = match store.artifact(kind, key)? {
            ArtifactState::Absent => return Ok(()),
            ArtifactState::Damaged { reasons } => reasons,
            ArtifactState::Complete(artifact) => {
                self.bytes += artifact.bytes();
                store.verify(&artifact)?
            }
        };
        self.artifacts += 1;
        let reasons = reasons.iter().map(ToString::to_string).collect();
        self.add(
            format!("artifacts/{kind}/{key}"),
            reasons,
            "the next run that needs it makes it again",
        );
        Ok(())
    }

    /// A record has some of its artifact's files.
    fn record(&mut self, store: &Store, (kind, key): &EntryName) -> Result<(), RunnerError> {
        let reasons: Vec<String> = match store.record(kind, key)? {
            None => vec!["its manifest cannot be read".to_owned()],
            Some(record) => {
                let mut damages = store.verify(&record)?;
                damages.retain(|damage| !matches!(damage, Damage::Missing { .. }));
                damages.iter().map(ToString::to_string).collect()
            }
        };
        let cure = "its rows are in the database as long as that is not made anew";
        self.add(format!("records/{kind}/{key}"), reasons, cure);
        Ok(())
    }

    fn log(&mut self, id: &str, run: Option<&LoggedRun>) {
        self.runs += 1;
        let reasons = match run {
            None => vec!["it does not say how the run began".to_owned()],
            // A kill may cut off the last line.
            Some(LoggedRun { unreadable, .. }) if *unreadable > 1 => {
                vec![format!("{unreadable} lines cannot be read")]
            }
            Some(_) => Vec::new(),
        };
        let cure = "its rows are in the database as long as that is not made anew";
        self.add(format!("runs/{id}/log.jsonl"), reasons, cure);
    }

    fn database(&mut self, store: &Store) -> Result<(), RunnerError> {
        let checked = Database::open_readonly(store).and_then(|database| database.check());
        let reasons = match checked {
            Ok(problems) => problems,
            Err(DatabaseError::Missing { .. }) => Vec::new(),
            Err(DatabaseError::Corrupt { problem, .. }) => vec![problem],
            Err(error) => return Err(error.into()),
        };
        self.add(
            "hrm.db".to_owned(),
            reasons,
            "`hrm store rebuild` makes a new one",
        );
        Ok(())
    }

    fn add(&mut self, path: String, reasons: Vec<String>, cure: &'static str) {
        if !reasons.is_empty() {
            self.damaged.push(DamagedEntry {
                path,
                reasons,
                cure,
            });
        }
    }
}
