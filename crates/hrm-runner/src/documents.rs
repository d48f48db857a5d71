//! The documents of artifacts that are kept in the database, so that reports and comparisons need no
//! artifact.

use crate::RunnerError;
use crate::evaluation_files::TRACES;
use hrm_store::{Artifact, Database, Key};
use hrm_train::LAST_MODEL_CARD;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::ErrorKind;

/// The file with a dataset's card.
pub(crate) const DATASET_CARD: &str = "dataset.json";
/// The file that says how a training ended.
pub(crate) const TRAINING_SUMMARY: &str = "training.json";

/// A document of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    /// What a dataset is: a `hrm_dataset::DatasetCard`.
    Dataset,
    /// How a training ended: a `hrm_train::TrainingSummary`.
    Training,
    /// What the weights of a training's last checkpoint belong to: a `hrm_train::ModelCard`.
    Model,
    /// A few puzzles of an evaluation with their predictions: `hrm_train::PuzzleTrace`s.
    Traces,
}

impl Document {
    /// Its name in the database.
    const fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Training => "training",
            Self::Model => "model",
            Self::Traces => "traces",
        }
    }

    /// Where an artifact has it.
    const fn file(self) -> &'static str {
        match self {
            Self::Dataset => DATASET_CARD,
            Self::Training => TRAINING_SUMMARY,
            Self::Model => LAST_MODEL_CARD,
            Self::Traces => TRACES,
        }
    }

    /// The documents of a kind's artifacts.
    fn of_kind(kind: &str) -> &'static [Self] {
        match kind {
            "dataset" => &[Self::Dataset],
            "train" => &[Self::Training, Self::Model],
            "evaluate" => &[Self::Traces],
            _ => &[],
        }
    }

    /// Reads it from the database. `None` where the artifact has none.
    ///
    /// # Errors
    /// Where the database cannot be read or what it holds is something else.
    pub(crate) fn read<T: DeserializeOwned>(
        self,
        database: &Database,
        key: &Key,
    ) -> Result<Option<T>, RunnerError> {
        let Some(content) = database.document(key, self.name())? else {
            return Ok(None);
        };
        let what = format!("the document `{}` of `{key}` in the database", self.name());
        let document = serde_json::from_str(&content).map_err(RunnerError::malformed(what))?;
        Ok(Some(document))
    }

    /// The same, where `stage` cannot be without it.
    ///
    /// # Errors
    /// Also where there is none.
    pub(crate) fn require<T: DeserializeOwned>(
        self,
        database: &Database,
        key: &Key,
        stage: &str,
    ) -> Result<T, RunnerError> {
        let missing = || RunnerError::Unindexed {
            stage: stage.to_owned(),
        };
        self.read(database, key)?.ok_or_else(missing)
    }
}

/// Records the documents that the artifact has. Recorded predictions of another program have none.
pub(crate) fn record(database: &Database, artifact: &Artifact) -> Result<(), RunnerError> {
    for document in Document::of_kind(artifact.kind()) {
        let path = artifact.file(document.file());
        match fs::read_to_string(&path) {
            Ok(content) => database.record_document(artifact.key(), document.name(), &content)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(RunnerError::io("read", &path)(error)),
        }
    }
    Ok(())
}
