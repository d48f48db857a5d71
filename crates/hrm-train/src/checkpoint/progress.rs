//! The part of a training's state that is not tensors.

use crate::metrics::MetricSums;
use crate::training::SpikeMonitor;
use hrm_dataset::{Batch, SamplerPosition};
use serde::{Deserialize, Serialize};

/// Where a training stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Optimizer steps done.
    pub(crate) step: u64,
    /// Position in the training data.
    pub(crate) position: SamplerPosition,
    /// Training metrics since the last recorded rows.
    pub(crate) pending: MetricSums,
    /// The losses that the spike monitor compares with.
    pub(crate) spikes: SpikeMonitor,
    /// Length of `metrics.jsonl` in bytes at this step.
    pub(crate) metrics_bytes: u64,
    /// The best evaluation on the validation split.
    pub(crate) best: Option<BestEvaluation>,
    /// Evaluations since then.
    pub(crate) evaluations_since_best: u32,
    /// Whether early stopping has ended the training.
    pub(crate) stopped_early: bool,
    /// The slots of the batch; none before the first step.
    pub(crate) slots: Option<Slots>,
}

impl Progress {
    /// The beginning of a training whose sampler stands at `position`.
    pub(crate) fn start(position: SamplerPosition) -> Self {
        Self {
            step: 0,
            position,
            pending: MetricSums::default(),
            spikes: SpikeMonitor::default(),
            metrics_bytes: 0,
            best: None,
            evaluations_since_best: 0,
            stopped_early: false,
            slots: None,
        }
    }
}

/// An evaluation on the validation split.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct BestEvaluation {
    pub(crate) step: u64,
    pub(crate) exact_accuracy: f64,
}

/// What each slot holds, except its states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Slots {
    pub(crate) seq_len: usize,
    pub(crate) inputs: Vec<i32>,
    pub(crate) labels: Vec<i32>,
    pub(crate) puzzle_identifiers: Vec<i32>,
    pub(crate) examples: Vec<Option<u32>>,
    pub(crate) steps: Vec<u32>,
    pub(crate) halted: Vec<bool>,
}

impl Slots {
    pub(crate) fn of(current: &Batch, steps: &[u32], halted: &[bool]) -> Self {
        Self {
            seq_len: current.seq_len,
            inputs: current.inputs.clone(),
            labels: current.labels.clone(),
            puzzle_identifiers: current.puzzle_identifiers.clone(),
            examples: current.examples.clone(),
            steps: steps.to_vec(),
            halted: halted.to_vec(),
        }
    }

    /// The batch they make up, or what does not fit together.
    pub(crate) fn batch(&self) -> Result<Batch, String> {
        let size = self.puzzle_identifiers.len();
        let cells = size * self.seq_len;
        let fits = self.inputs.len() == cells
            && self.labels.len() == cells
            && [self.examples.len(), self.steps.len(), self.halted.len()] == [size; 3];
        if !fits {
            return Err(format!(
                "its slots do not make up {size} puzzles of {} cells",
                self.seq_len
            ));
        }
        Ok(Batch {
            size,
            seq_len: self.seq_len,
            inputs: self.inputs.clone(),
            labels: self.labels.clone(),
            puzzle_identifiers: self.puzzle_identifiers.clone(),
            examples: self.examples.clone(),
        })
    }
}
