//! Scoring an evaluation again from the predictions that it kept, without its model.

use crate::RunnerError;
use crate::stages::examples;
use hrm_config::{EvaluateConfig, Split, StageKind};
use hrm_dataset::Dataset;
use hrm_predictions::{Predictions, Scored, score_evaluation};
use hrm_store::{Artifact, ArtifactState, Database, InputRef, Key, Store};

/// The scores of the latest evaluation that is called `name`: its name or instance id.
///
/// # Errors
/// Where there is none, its artifact or its dataset's is gone, or the puzzles are of an unknown kind.
pub fn rescore(store: &Store, database: &Database, name: &str) -> Result<Scored, RunnerError> {
    let unknown = || RunnerError::UnknownEvaluation {
        name: name.to_owned(),
    };
    let key = database
        .latest_key(StageKind::Evaluate.name(), name)?
        .ok_or_else(unknown)?;
    let kept = KeptEvaluation::read(store, &key, name)?;
    let KeptEvaluation {
        dataset,
        split,
        examples,
        ..
    } = &kept;
    let scored = score_evaluation(dataset, *split, examples, &kept.predictions()?)?;
    scored.ok_or_else(|| RunnerError::Incomplete {
        stage: name.to_owned(),
        what: "puzzles of a kind that can be scored",
    })
}

/// A finished evaluation with the dataset that it looked at.
pub(crate) struct KeptEvaluation {
    evaluation: Artifact,
    pub(crate) dataset: Dataset,
    pub(crate) split: Split,
    /// The examples of the split, in the order of the predictions.
    pub(crate) examples: Vec<usize>,
}

impl KeptEvaluation {
    /// The evaluation with this key, which messages call `name`.
    ///
    /// # Errors
    /// Where its artifact or its dataset's is gone.
    pub(crate) fn read(store: &Store, key: &Key, name: &str) -> Result<Self, RunnerError> {
        let evaluation = complete(store, StageKind::Evaluate, key, name)?;
        let input =
            input(&evaluation, StageKind::Dataset).ok_or_else(|| RunnerError::Incomplete {
                stage: name.to_owned(),
                what: "dataset: predictions of another program are scored from their own files",
            })?;
        let dataset = complete(store, StageKind::Dataset, &input.key, &input.instance)?;
        let dataset = Dataset::read(dataset.path())?;
        let config = config_of(&evaluation, name)?;
        let examples = examples(&config, dataset.split(config.split)?);
        Ok(Self {
            evaluation,
            dataset,
            split: config.split,
            examples,
        })
    }

    /// The final predictions, one for each example.
    pub(crate) fn predictions(&self) -> Result<Predictions, RunnerError> {
        Ok(Predictions::read(self.evaluation.path())?)
    }
}

/// The artifact of a stage that messages call `name`, after all of it was read and hashed.
pub(crate) fn complete(
    store: &Store,
    kind: StageKind,
    key: &Key,
    name: &str,
) -> Result<Artifact, RunnerError> {
    match store.artifact(kind.name(), key)? {
        ArtifactState::Complete(artifact) if store.verify(&artifact)?.is_empty() => Ok(artifact),
        _ => Err(RunnerError::Incomplete {
            stage: name.to_owned(),
            what: "complete artifact any more; run its workflow again",
        }),
    }
}

/// The input of an evaluation that a stage of this kind made.
fn input(evaluation: &Artifact, kind: StageKind) -> Option<&InputRef> {
    let is_kind = |input: &&InputRef| {
        let (found, _) = input.instance.split_once('.').unwrap_or_default();
        found == kind.name()
    };
    evaluation.manifest().inputs.iter().find(is_kind)
}

/// The configuration, which the key holds without the training's name.
fn config_of(evaluation: &Artifact, name: &str) -> Result<EvaluateConfig, RunnerError> {
    let parts = &evaluation.manifest().key_parts;
    let mut config = parts.get("config").cloned().unwrap_or_default();
    if let (Some(map), Some(training)) =
        (config.as_object_mut(), input(evaluation, StageKind::Train))
    {
        map.insert("train".to_owned(), training.instance.clone().into());
    }
    let what = format!("the stored configuration of `{name}`");
    serde_json::from_value(config).map_err(RunnerError::malformed(what))
}
