//! A training and its metrics over steps.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A value of a sweep that names an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// The swept key, for example `lr`.
    pub name: String,
    /// Its value, as written in the instance's id.
    pub value: String,
}

/// One training: one instance of a train stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingInfo {
    /// Stage instance, for example `train.hrm[lr=0.001,seed=1]`.
    pub id: String,
    /// Stage, for example `train.hrm`.
    pub stage: String,
    /// The instance's axes in the order of its id, without the seed. Trainings of one stage with
    /// equal axes are repetitions that differ in the seed alone.
    pub axes: Vec<Axis>,
    /// Seed.
    pub seed: u64,
    /// Trainable parameters, puzzle embeddings included.
    pub parameters: u64,
    /// Optimizer steps done.
    pub steps: u64,
    /// Wall time of the training in seconds, interruptions left out.
    pub seconds: f64,
    /// Floating-point operations of one supervision segment on one puzzle, without gradient; none
    /// where the model is gone.
    pub flops_per_segment: Option<u64>,
    /// By metric name (split, slash, metric: `train/lm_loss`, `validation/exact_accuracy`): its
    /// values in the order of steps. Accuracies are shares, 0 to 1.
    pub metrics: BTreeMap<String, Vec<CurvePoint>>,
    /// Why it ended, for example "all steps done".
    pub stop_reason: String,
    /// Step of the checkpoint with the highest validation exact accuracy.
    pub best_step: Option<u64>,
}

/// Values of a curve that are logged one after another, as many as a plot cannot tell apart; often one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Step of the last of them.
    pub step: u64,
    /// How many there are.
    pub values: u64,
    /// How many of them are not finite; those are left out of what follows.
    pub not_finite: u64,
    /// Mean.
    pub mean: f64,
    /// Lowest.
    pub low: f64,
    /// Highest.
    pub high: f64,
}

impl CurvePoint {
    /// One value.
    pub fn one(step: u64, value: f64) -> Self {
        Self {
            step,
            values: 1,
            not_finite: u64::from(!value.is_finite()),
            mean: value,
            low: value,
            high: value,
        }
    }
}
