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
    /// By metric name (split, slash, metric: `train/lm_loss`, `validation/exact_accuracy`): pairs
    /// of step and value in the order of steps. Accuracies are shares, 0 to 1.
    pub metrics: BTreeMap<String, Vec<(u64, f64)>>,
    /// Why it ended, for example "all steps done".
    pub stop_reason: String,
    /// Step of the checkpoint with the highest validation exact accuracy.
    pub best_step: Option<u64>,
}
