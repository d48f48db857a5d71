//! One evaluation with everything that a comparison needs.

use crate::RunnerError;
use crate::stored::StoredEvaluation;
use hrm_config::{CheckpointChoice, Comparability, StageKind};
use hrm_store::rows::OutcomeRow;
use hrm_store::{ArtifactState, Database, Halting, Key, Store};
use hrm_train::ModelFolder;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// An evaluation of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// What the user called it.
    pub name: String,
    /// Instance of the evaluate stage.
    pub stage: String,
    /// Instance of the training.
    pub training: String,
    /// What it may be compared with.
    pub comparability: Comparability,
    /// Puzzles, and how many of them are exactly right after the last segment.
    pub puzzles: u64,
    /// See `puzzles`.
    pub exact: u64,
    /// 95 % Wilson interval of the exact accuracy.
    pub interval: Option<[f64; 2]>,
    /// Exact accuracy with learned halting, and the segments that it takes on average.
    pub adaptive: Option<Adaptive>,
    /// Seconds of training.
    pub training_seconds: f64,
    /// Trained numbers; none where the training's artifact is gone.
    pub parameters: Option<usize>,
    /// Operations for one puzzle over all segments; none likewise.
    pub inference_flops: Option<f64>,
    /// Configuration of training and evaluation.
    #[serde(skip)]
    pub(super) configuration: BTreeMap<String, Value>,
    #[serde(skip)]
    pub(super) outcomes: Vec<OutcomeRow>,
}

/// An evaluation with learned halting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Adaptive {
    /// Exact accuracy.
    pub exact_accuracy: f64,
    /// Segments on average.
    pub mean_segments: Option<f64>,
}

impl Side {
    pub(super) fn read(
        store: &Store,
        database: &Database,
        name: &str,
    ) -> Result<Self, RunnerError> {
        let key = key(database, name)?.ok_or_else(|| RunnerError::UnknownEvaluation {
            name: name.to_owned(),
        })?;
        let stored = StoredEvaluation::read(database, &key)?;
        let stored = stored.ok_or_else(|| RunnerError::Incomplete {
            stage: name.to_owned(),
            what: "training and dataset in the database",
        })?;
        let training_key = stored.training_key;
        let mut configuration = BTreeMap::new();
        configuration.insert("seed".to_owned(), stored.seed);
        for row in database.parameters(&training_key)? {
            configuration.insert(row.path, row.value);
        }
        for row in database.parameters(&key)? {
            configuration.insert(format!("evaluate.{}", row.path), row.value);
        }
        let outcomes = database.outcomes(&key)?;
        let exact = outcomes.iter().filter(|outcome| outcome.exact_last).count() as u64;
        let puzzles = outcomes.len() as u64;
        let interval = hrm_stats::wilson(exact, puzzles, hrm_stats::CONFIDENCE);
        let mut side = Self {
            name: name.to_owned(),
            stage: stored.stage,
            training: stored.training,
            comparability: Comparability {
                puzzles: Some(puzzles),
                ..stored.comparability
            },
            puzzles,
            exact,
            interval: interval.map(|interval| [interval.low, interval.high]),
            adaptive: None,
            training_seconds: database.seconds_of(&training_key)?,
            parameters: None,
            inference_flops: None,
            configuration,
            outcomes,
        };
        side.read_summaries(database, &key)?;
        side.read_model(store, &training_key)?;
        Ok(side)
    }

    fn read_summaries(&mut self, database: &Database, key: &Key) -> Result<(), RunnerError> {
        let rows = database.summaries(key)?;
        let adaptive = |metric: &str| {
            let found = rows
                .iter()
                .find(|row| row.halting == Halting::Adaptive && row.metric == metric);
            found.map(|row| row.value)
        };
        self.adaptive = adaptive("exact_accuracy").map(|exact_accuracy| Adaptive {
            exact_accuracy,
            mean_segments: adaptive("mean_segments"),
        });
        Ok(())
    }

    /// Size and operations of the model, where its checkpoint is still there.
    fn read_model(&mut self, store: &Store, training: &Key) -> Result<(), RunnerError> {
        let state = store.artifact(StageKind::Train.name(), training)?;
        let ArtifactState::Complete(artifact) = state else {
            return Ok(());
        };
        let Ok(model) = ModelFolder::of_training(artifact.path(), CheckpointChoice::Last) else {
            return Ok(());
        };
        let architecture = model.card.architecture()?;
        let flops = architecture.segment_flops(false).forward as f64;
        self.parameters = Some(architecture.parameter_count());
        let segments = self.comparability.segments.unwrap_or_default();
        self.inference_flops = Some(flops * segments as f64);
        Ok(())
    }

    /// Whether both have evaluated the same puzzles.
    pub(super) fn shares_puzzles(&self, other: &Self) -> bool {
        let indices = |side: &Self| side.outcomes.iter().map(|o| o.puzzle).collect::<Vec<_>>();
        let origin = |side: &Self| (side.comparability.dataset.clone(), side.comparability.split);
        origin(self) == origin(other) && indices(self) == indices(other)
    }

    /// Share of puzzles exactly right; 0 without any.
    pub fn accuracy(&self) -> f64 {
        self.exact as f64 / self.puzzles.max(1) as f64
    }
}

/// Key of the evaluation that `RUN:STAGE` or `STAGE` means.
fn key(database: &Database, name: &str) -> Result<Option<Key>, RunnerError> {
    let kind = StageKind::Evaluate.name();
    let Some((run, stage)) = name.split_once(':') else {
        return Ok(database.latest_key(kind, name)?);
    };
    let run = database.run(run)?;
    let stages = database.stages_of(&run.id)?;
    let is_meant = |row: &&hrm_store::rows::StageRunRow| {
        row.kind == kind && (row.instance == stage || row.name == stage)
    };
    Ok(stages.iter().find(is_meant).and_then(|row| row.key))
}
