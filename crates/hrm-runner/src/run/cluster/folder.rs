//! The folder through which a stage's job and the coordinating process speak:
//! `.hrm/slurm/<kind>-<key>`.
//!
//! `job.json` is the work, `submission.json` says as which job it was submitted, `messages` has a file
//! for each start of the job, and `log` is what the worker prints on standard error.

use super::messages::Messages;
use crate::RunnerError;
use crate::worker::StageJob;
use hrm_store::{Key, write_atomic};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The folder of one stage.
#[derive(Debug, Clone)]
pub(super) struct JobFolder(PathBuf);

/// How a stage was submitted. Written before `sbatch` is called, so that a job whose number could not be
/// noted any more is found by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Submitted {
    /// Name of the job, which no other one has.
    pub(super) name: String,
    /// Index in the array, if it is one.
    pub(super) task: Option<u32>,
    /// Number of the job, once it is known.
    pub(super) job: Option<u64>,
}

impl JobFolder {
    /// The folder of the stage of `kind` with `key` below `parent`.
    pub(super) fn of(parent: &Path, kind: &str, key: &Key) -> Self {
        Self(parent.join(format!("{kind}-{key}")))
    }

    /// The folder at `path`.
    #[cfg(test)]
    pub(super) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// As what the stage was submitted, if it was.
    pub(super) fn submitted(&self) -> Result<Option<Submitted>, RunnerError> {
        let path = self.submitted_path();
        match fs::read(&path) {
            Ok(text) => {
                let what = format!("`{}`", path.display());
                let submitted =
                    serde_json::from_slice(&text).map_err(RunnerError::malformed(what))?;
                Ok(Some(submitted))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(RunnerError::io("read", &path)(error)),
        }
    }

    /// Makes the folder new, for a stage that is about to be submitted.
    pub(super) fn prepare(&self, job: &StageJob, submitted: &Submitted) -> Result<(), RunnerError> {
        self.remove();
        let messages = self.messages_path();
        fs::create_dir_all(&messages).map_err(RunnerError::io("create", &messages))?;
        let work = serde_json::to_vec(job).map_err(RunnerError::Json)?;
        write_atomic(&self.0.join("job.json"), &work)?;
        self.note(submitted)
    }

    /// Notes as what the stage is submitted.
    pub(super) fn note(&self, submitted: &Submitted) -> Result<(), RunnerError> {
        let text = serde_json::to_vec(submitted).map_err(RunnerError::Json)?;
        Ok(write_atomic(&self.submitted_path(), &text)?)
    }

    /// What the job has told and will tell.
    pub(super) fn messages(&self) -> Messages {
        Messages::of(self.messages_path())
    }

    /// What the worker prints.
    pub(super) fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    /// Removes it. What a job that still runs writes into it is lost, which a failure to remove it
    /// would not change.
    pub(super) fn remove(&self) {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(path = %self.0.display(), %error, "a job's folder was not removed");
            }
            _ => {}
        }
    }

    fn submitted_path(&self) -> PathBuf {
        self.0.join("submission.json")
    }

    fn messages_path(&self) -> PathBuf {
        self.0.join("messages")
    }
}
