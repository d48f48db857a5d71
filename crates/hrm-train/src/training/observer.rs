//! What a training tells its caller.

use crate::metrics::MetricRow;
use serde::{Deserialize, Serialize};

/// A training begins or goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainStart {
    /// Optimizer steps of the whole training.
    pub total_steps: u64,
    /// Trained numbers of the model.
    pub parameters: usize,
    /// The step that it resumes from, if it was interrupted before.
    pub resumed_from: Option<u64>,
}

/// A step was done.
#[derive(Debug, Clone, PartialEq)]
pub struct StepProgress {
    /// The step, from 1.
    pub step: u64,
    /// Optimizer steps of the whole training.
    pub total_steps: u64,
    /// Puzzles in the batch.
    pub batch_size: usize,
    /// Mean cross-entropy of the batch.
    pub lm_loss: f64,
    /// Exact accuracy of the puzzles that halted in this step, if any did.
    pub exact_accuracy: Option<f64>,
}

/// Watches a training.
pub trait TrainObserver {
    /// The training begins or goes on.
    fn started(&mut self, start: &TrainStart);
    /// A step was done.
    fn step(&mut self, progress: &StepProgress);
    /// Metrics were recorded. Rows of a resumed training may come a second time, unchanged.
    fn metrics(&mut self, rows: &[MetricRow]);
    /// A recorded loss is `ratio` times the median of the recent ones.
    fn loss_spike(&mut self, step: u64, ratio: f64);
    /// A checkpoint was saved.
    fn checkpoint(&mut self, step: u64);
    /// Whether to save a checkpoint and return now.
    fn stop_requested(&self) -> bool;
}

/// How a training ended.
#[derive(Debug, Clone, PartialEq)]
pub enum TrainOutcome {
    /// It is finished; its results are in its work folder.
    Finished(TrainingSummary),
    /// The observer asked to stop; the same call goes on from this step.
    Interrupted {
        /// Steps done.
        step: u64,
    },
}

/// Why a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// All steps are done.
    Steps,
    /// Validation exact accuracy no longer improved.
    EarlyStopping,
    /// The weights were imported and not trained.
    Imported,
}

/// Facts about a finished training; `training.json` in its folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrainingSummary {
    /// Steps done.
    pub steps: u64,
    /// Trained numbers of the model.
    pub parameters: usize,
    /// Why it ended.
    pub stop_reason: StopReason,
    /// Step of the best validation result, where there is a validation split.
    pub best_step: Option<u64>,
    /// Exact accuracy at that step.
    pub best_exact_accuracy: Option<f64>,
}
