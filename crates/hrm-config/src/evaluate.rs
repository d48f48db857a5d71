//! `[evaluate.NAME]`

use crate::{Metric, Problem, ScoredPuzzle, bounds};
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
    /// The weights before the first step: the untrained model.
    Initial,
}

impl CheckpointChoice {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::Last, Self::Best, Self::Initial];

    /// The name in workflow files, rows and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Best => "best",
            Self::Initial => "initial",
        }
    }
}

impl EvaluateConfig {
    /// What is counted on puzzles of a kind.
    ///
    /// # Errors
    /// If a metric is asked for that these puzzles cannot have.
    pub fn metrics_of(&self, puzzle: Option<ScoredPuzzle>) -> Result<Vec<Metric>, Problem> {
        let possible = Metric::of(puzzle);
        let Some(metrics) = &self.metrics else {
            return Ok(possible);
        };
        match metrics.iter().find(|metric| !possible.contains(metric)) {
            None => Ok(metrics.clone()),
            Some(metric) => {
                let names: Vec<_> = possible.iter().map(|m| format!("`{}`", m.name())).collect();
                let message = format!("`{}` is not defined for these puzzles", metric.name());
                Err(Problem::new("metrics", message)
                    .help(format!("the possible ones are {}", names.join(", "))))
            }
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
    /// What is counted. Not set: everything that is defined for the dataset's puzzles.
    #[serde(default)]
    pub metrics: Option<Vec<Metric>>,
    /// Puzzles evaluated at once.
    #[serde(default = "default_batch_size")]
    #[schemars(transform = bounds::BATCH_SIZE.schema())]
    pub batch_size: usize,
    /// Augmentations of each puzzle that are evaluated besides the original: the first ones of the
    /// split. For ARC, these vote. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::AUGMENTATIONS.schema())]
    pub augmentations: Option<u32>,
    /// Puzzles to evaluate, from the start of the split. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub puzzles: Option<usize>,
    /// Puzzles whose prediction after every segment is kept for the gallery, half of them solved
    /// and half failed where there are enough.
    #[serde(default = "default_traces")]
    #[schemars(transform = bounds::TRACES.schema())]
    pub traces: usize,
    /// Puzzles, from the start of the split and without augmentations, whose hidden states are
    /// recorded at every update: forward residuals, and participation ratios of z_H and z_L. 0: none.
    #[serde(default)]
    #[schemars(transform = bounds::PROBES.schema())]
    pub probes: usize,
}

const fn default_batch_size() -> usize {
    256
}
const fn default_traces() -> usize {
    12
}
