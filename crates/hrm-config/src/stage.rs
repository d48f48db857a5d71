//! The four kinds of stage.

use crate::{DatasetConfig, EvaluateConfig, Problem, ReportConfig, TrainConfig};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a stage: the name of its top-level table in a workflow file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Makes a dataset.
    Dataset,
    /// Trains a model on a dataset.
    Train,
    /// Evaluates a trained model on one split.
    Evaluate,
    /// Renders a report of evaluations.
    Report,
}

impl StageKind {
    /// All kinds in the order of the data flow.
    pub const ALL: [Self; 4] = [Self::Dataset, Self::Train, Self::Evaluate, Self::Report];

    /// The name used in workflow files, cache keys, database and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Train => "train",
            Self::Evaluate => "evaluate",
            Self::Report => "report",
        }
    }

    /// Keys (top level of the stage's table) that never change the stage's result: how often
    /// progress is shown or saved. They are left out of the cache key.
    pub const fn display_only(self) -> &'static [&'static str] {
        match self {
            Self::Train => &["checkpoint_interval", "seeds"],
            _ => &[],
        }
    }

    /// Keys (dotted paths) that hold the path of a file or folder, relative to the workflow file
    /// in which they are written.
    pub const fn path_keys(self) -> &'static [&'static str] {
        match self {
            Self::Dataset => &["csv.train", "csv.test", "folder.path"],
            Self::Train => &["weights"],
            _ => &[],
        }
    }

    /// Version of what this kind of stage computes. Raised by hand whenever the same
    /// configuration and inputs would give another result; part of the cache key.
    pub const fn semantics_version(self) -> u32 {
        match self {
            // 2: copies are functions of seed, puzzle and number.
            Self::Dataset => 2,
            // 2: fused operations on the CPU.
            Self::Train => 2,
            Self::Report => 1,
            // 2: predictions and scores are kept. 3: fused operations on the CPU.
            Self::Evaluate => 3,
        }
    }

    /// Whether the numeric kind of device can change the result.
    pub const fn depends_on_device(self) -> bool {
        matches!(self, Self::Train | Self::Evaluate)
    }
}

impl fmt::Display for StageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The configuration of one stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageConfig {
    /// See [`DatasetConfig`].
    Dataset(Box<DatasetConfig>),
    /// See [`TrainConfig`].
    Train(Box<TrainConfig>),
    /// See [`EvaluateConfig`].
    Evaluate(EvaluateConfig),
    /// See [`ReportConfig`].
    Report(ReportConfig),
}

impl StageConfig {
    /// The stage's kind.
    pub const fn kind(&self) -> StageKind {
        match self {
            Self::Dataset(_) => StageKind::Dataset,
            Self::Train(_) => StageKind::Train,
            Self::Evaluate(_) => StageKind::Evaluate,
            Self::Report(_) => StageKind::Report,
        }
    }

    /// Everything that can be found wrong in this stage alone.
    pub fn check(&self) -> Vec<Problem> {
        match self {
            Self::Dataset(config) => config.check(),
            Self::Train(config) => config.check(),
            Self::Evaluate(config) => config.check(),
            Self::Report(config) => config.check(),
        }
    }
}
