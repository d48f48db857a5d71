//! The documents of artifacts that are kept in the database, so that reports and comparisons need no
//! artifact.

use crate::RunnerError;
use crate::evaluation_files::TRACES;
use hrm_config::{CheckpointChoice, StageKind};
use hrm_store::{Artifact, Database, Key};
use hrm_train::ModelFolder;
use serde::de::DeserializeOwned;
use std::fs;

/// The file with a dataset's card.
const DATASET_CARD: &str = "dataset.json";
/// The file that says how a training ended.
const TRAINING_SUMMARY: &str = "training.json";

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

/// Records the documents that the artifact has.
pub(crate) fn record(database: &Database, artifact: &Artifact) -> Result<(), RunnerError> {
    for (document, content) in documents(artifact)? {
        database.record_document(artifact.key(), document.name(), &content)?;
    }
    Ok(())
}

fn documents(artifact: &Artifact) -> Result<Vec<(Document, String)>, RunnerError> {
    let text = |name: &str| {
        let path = artifact.file(name);
        fs::read_to_string(&path).map_err(RunnerError::io("read", &path))
    };
    let kind = StageKind::ALL
        .into_iter()
        .find(|kind| kind.name() == artifact.kind());
    Ok(match kind {
        Some(StageKind::Dataset) => vec![(Document::Dataset, text(DATASET_CARD)?)],
        Some(StageKind::Train) => {
            let model = ModelFolder::of_training(artifact.path(), CheckpointChoice::Last)?;
            let card = serde_json::to_string(&model.card).map_err(RunnerError::Json)?;
            vec![
                (Document::Training, text(TRAINING_SUMMARY)?),
                (Document::Model, card),
            ]
        }
        // Recorded predictions of another program have none.
        Some(StageKind::Evaluate) if artifact.file(TRACES).exists() => {
            vec![(Document::Traces, text(TRACES)?)]
        }
        Some(StageKind::Evaluate | StageKind::Report) | None => Vec::new(),
    })
}
