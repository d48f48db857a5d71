//! `[evaluate.NAME]`

use crate::bounds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a dataset.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// What the weights are fitted to.
    Train,
    /// What checkpoints and early stopping are chosen by.
    Validation,
    /// What results are reported on.
    #[default]
    Test,
}

impl Split {
    /// The name of the split's folder and of its rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// Which of a training's checkpoints is evaluated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointChoice {
    /// The last one.
    #[default]
    Last,
    /// The one with the highest exact accuracy on the validation split.
    Best,
}

/// What an evaluation counts, at every segment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Share of puzzles with every counted cell right.
    ExactAccuracy,
    /// Share of counted cells that are right.
    CellAccuracy,
    /// Share of puzzles for which (q_halt ≥ 0) agrees with being exactly right.
    QHaltAccuracy,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 3] = [Self::ExactAccuracy, Self::CellAccuracy, Self::QHaltAccuracy];

    /// The name used in rows and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExactAccuracy => "exact_accuracy",
            Self::CellAccuracy => "cell_accuracy",
            Self::QHaltAccuracy => "q_halt_accuracy",
        }
    }
}

/// An evaluation of one trained model on one split. One pass gives the outcome after every
/// segment, with the halting decision beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluateConfig {
    /// Name of the train stage.
    pub train: String,
    /// The split.
    #[serde(default)]
    pub split: Split,
    /// The checkpoint.
    #[serde(default)]
    pub checkpoint: CheckpointChoice,
    /// Segments to run, possibly more than in training. Not set: as many as in training.
    #[serde(default)]
    #[schemars(transform = bounds::SEGMENTS.schema())]
    pub segments: Option<usize>,
    /// What is counted.
    #[serde(default = "default_metrics")]
    pub metrics: Vec<Metric>,
    /// Puzzles evaluated at once.
    #[serde(default = "default_batch_size")]
    #[schemars(transform = bounds::BATCH_SIZE.schema())]
    pub batch_size: usize,
    /// Puzzles to evaluate, from the start of the split. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub puzzles: Option<usize>,
    /// Puzzles whose prediction after every segment is kept for the gallery, half of them solved
    /// and half failed where there are enough.
    #[serde(default = "default_traces")]
    #[schemars(transform = bounds::TRACES.schema())]
    pub traces: usize,
}

fn default_metrics() -> Vec<Metric> {
    Metric::ALL.to_vec()
}
const fn default_batch_size() -> usize {
    256
}
const fn default_traces() -> usize {
    12
}
