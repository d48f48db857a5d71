//! `[train.NAME]`

use crate::{Arch, ModelConfig, bounds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Cross-entropy of the predicted cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Stablemax cross-entropy (published default).
    #[default]
    Stablemax,
    /// Softmax cross-entropy.
    Softmax,
}

/// Number format of activations and matrix products. Weights, moments and losses are always
/// float32 or better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32-bit floating point.
    #[default]
    F32,
    /// bfloat16, on devices that have it.
    Bf16,
}

/// Ends a training that no longer improves on the validation split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarlyStopping {
    /// Evaluations without improvement of validation exact accuracy after which training ends.
    #[schemars(transform = bounds::PATIENCE.schema())]
    pub patience: u32,
    /// Improvement that counts, in exact accuracy (0 to 1).
    #[serde(default)]
    #[schemars(transform = bounds::BETA.schema())]
    pub min_delta: f64,
}

/// A training run. Defaults are those of the published Sudoku-Extreme recipe where one exists.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// Name of the dataset stage.
    pub dataset: String,
    /// Seeds of initialization, data order and exploration: one training run for each.
    #[serde(default = "default_seeds")]
    pub seeds: Vec<u64>,
    /// Folder of a model that `hrm model import` wrote; a path relative to the workflow file. Its
    /// weights are taken as they are and nothing is trained, so that neither `epochs` nor `steps` is
    /// set. The other keys have to be those of the imported model. Not set: the model is
    /// trained.
    #[serde(default)]
    pub weights: Option<String>,
    /// The model.
    #[serde(default)]
    pub model: ModelConfig,
    /// Supervision segments at most (published name: `halt_max_steps`).
    #[serde(default = "default_segments")]
    #[schemars(transform = bounds::SEGMENTS.schema())]
    pub segments: usize,
    /// Probability that a puzzle must run a random minimum number of segments before it may halt
    /// (published name: `halt_exploration_prob`).
    #[serde(default = "default_exploration")]
    #[schemars(transform = bounds::SHARE.schema())]
    pub exploration: f64,
    /// Whether q_continue is trained, which needs a second pass. Not set: true for HRM, false
    /// for the others. When false, TRM halts on q_halt alone.
    #[serde(default)]
    pub continue_loss: Option<bool>,
    /// Loss of the predicted cells.
    #[serde(default)]
    pub loss: Loss,
    /// Puzzles in a batch.
    #[serde(default = "default_batch_size")]
    #[schemars(transform = bounds::BATCH_SIZE.schema())]
    pub batch_size: usize,
    /// Passes over the groups of the dataset. Exactly one of `epochs` and `steps` is set.
    #[serde(default)]
    #[schemars(transform = bounds::STEPS.schema())]
    pub epochs: Option<u64>,
    /// Optimizer steps. Exactly one of `epochs` and `steps` is set.
    #[serde(default)]
    #[schemars(transform = bounds::STEPS.schema())]
    pub steps: Option<u64>,
    /// Learning rate of AdamATan2.
    #[serde(default = "default_lr")]
    #[schemars(transform = bounds::LR.schema())]
    pub lr: f64,
    /// Weight decay of AdamATan2 (decoupled).
    #[serde(default = "default_weight_decay")]
    #[schemars(transform = bounds::WEIGHT_DECAY.schema())]
    pub weight_decay: f64,
    /// AdamATan2's decay rate of the first moment.
    #[serde(default = "default_beta1")]
    #[schemars(transform = bounds::BETA.schema())]
    pub beta1: f64,
    /// AdamATan2's decay rate of the second moment.
    #[serde(default = "default_beta2")]
    #[schemars(transform = bounds::BETA.schema())]
    pub beta2: f64,
    /// Learning rate of the puzzle embeddings (sparse SignSGD).
    #[serde(default = "default_lr")]
    #[schemars(transform = bounds::LR_OR_NONE.schema())]
    pub puzzle_emb_lr: f64,
    /// Weight decay of the puzzle embeddings.
    #[serde(default = "default_weight_decay")]
    #[schemars(transform = bounds::WEIGHT_DECAY.schema())]
    pub puzzle_emb_weight_decay: f64,
    /// Steps of linear warm-up of both learning rates.
    #[serde(default = "default_lr_warmup_steps")]
    #[schemars(transform = bounds::STEPS_OR_NONE.schema())]
    pub lr_warmup_steps: u64,
    /// Share of the learning rate that remains at the end of the cosine (1: constant).
    #[serde(default = "default_lr_min_ratio")]
    #[schemars(transform = bounds::SHARE.schema())]
    pub lr_min_ratio: f64,
    /// Decay rate of the exponential moving average of the weights; evaluations then use the
    /// average. Not set: none.
    #[serde(default)]
    #[schemars(transform = bounds::EMA.schema())]
    pub ema: Option<f64>,
    /// Steps between evaluations on the validation split. Not set: only at the end.
    #[serde(default)]
    #[schemars(transform = bounds::STEPS.schema())]
    pub eval_interval: Option<u64>,
    /// Steps between checkpoints, from which an interrupted training resumes. Never changes the result.
    #[serde(default = "default_checkpoint_interval")]
    #[schemars(transform = bounds::STEPS.schema())]
    pub checkpoint_interval: u64,
    /// Steps over which recorded training metrics are summed.
    #[serde(default = "default_log_interval")]
    #[schemars(transform = bounds::STEPS.schema())]
    pub log_interval: u64,
    /// Early stopping on the validation split. Not set: none.
    #[serde(default)]
    pub early_stopping: Option<EarlyStopping>,
    /// Number format of the computation.
    #[serde(default)]
    pub precision: Precision,
    /// GPUs that share the batches (data parallel). Batches, data order and learning rates stay the same,
    /// so that the result does up to rounding.
    #[serde(default = "default_devices", skip_serializing_if = "is_one")]
    #[schemars(transform = bounds::DEVICES.schema(), extend("default" = default_devices()))]
    pub devices: usize,
    /// Parts, on each device, in which a batch is worked on one after another to save memory; gradients are
    /// summed, and there is one optimizer step. Batches, data order and learning rates stay the same, so
    /// that the result does up to rounding.
    #[serde(
        default = "default_gradient_accumulation",
        skip_serializing_if = "is_one"
    )]
    #[schemars(transform = bounds::GRADIENT_ACCUMULATION.schema(), extend("default" = default_gradient_accumulation()))]
    pub gradient_accumulation: usize,
}

fn default_seeds() -> Vec<u64> {
    vec![0]
}
const fn default_segments() -> usize {
    16
}
const fn default_exploration() -> f64 {
    0.1
}
const fn default_batch_size() -> usize {
    768
}
const fn default_lr() -> f64 {
    1e-4
}
const fn default_weight_decay() -> f64 {
    1.0
}
const fn default_beta1() -> f64 {
    0.9
}
const fn default_beta2() -> f64 {
    0.95
}
const fn default_lr_warmup_steps() -> u64 {
    2000
}
const fn default_lr_min_ratio() -> f64 {
    1.0
}
const fn default_checkpoint_interval() -> u64 {
    500
}
const fn default_log_interval() -> u64 {
    10
}
const fn default_devices() -> usize {
    1
}
const fn default_gradient_accumulation() -> usize {
    1
}
/// Left out of what is stored, so that the keys of trainings that use neither several devices nor
/// accumulation are those of before.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_one(count: &usize) -> bool {
    *count == 1
}

impl TrainConfig {
    /// The defaults, on the dataset stage named `dataset`; neither `epochs` nor `steps` is set.
    pub fn for_dataset(dataset: &str) -> Self {
        Self {
            dataset: dataset.to_owned(),
            seeds: default_seeds(),
            weights: None,
            model: ModelConfig::default(),
            segments: default_segments(),
            exploration: default_exploration(),
            continue_loss: None,
            loss: Loss::default(),
            batch_size: default_batch_size(),
            epochs: None,
            steps: None,
            lr: default_lr(),
            weight_decay: default_weight_decay(),
            beta1: default_beta1(),
            beta2: default_beta2(),
            puzzle_emb_lr: default_lr(),
            puzzle_emb_weight_decay: default_weight_decay(),
            lr_warmup_steps: default_lr_warmup_steps(),
            lr_min_ratio: default_lr_min_ratio(),
            ema: None,
            eval_interval: None,
            checkpoint_interval: default_checkpoint_interval(),
            log_interval: default_log_interval(),
            early_stopping: None,
            precision: Precision::default(),
            devices: default_devices(),
            gradient_accumulation: default_gradient_accumulation(),
        }
    }

    /// Whether q_continue is trained (see [`TrainConfig::continue_loss`]).
    pub fn trains_continue(&self) -> bool {
        self.continue_loss.unwrap_or(self.model.arch == Arch::Hrm)
    }

    /// Optimizer steps of the whole training: `steps`, or
    /// floor(epochs · groups · mean examples per puzzle / batch size).
    pub fn total_steps(&self, groups: usize, mean_puzzle_examples: f64) -> u64 {
        match (self.steps, self.epochs) {
            (Some(steps), _) => steps,
            (None, Some(epochs)) => {
                let examples = epochs as f64 * groups as f64 * mean_puzzle_examples;
                (examples / self.batch_size as f64).floor() as u64
            }
            // Imported weights are not trained.
            (None, None) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_from_before_several_devices_and_accumulation_stay() {
        let config = TrainConfig::for_dataset("d");
        let stored = serde_json::to_value(&config).unwrap();
        assert_eq!(stored.get("devices"), None);
        assert_eq!(stored.get("gradient_accumulation"), None);
        let split = TrainConfig {
            gradient_accumulation: 2,
            ..config
        };
        let stored = serde_json::to_value(&split).unwrap();
        assert_eq!(stored["gradient_accumulation"], 2);
        assert_eq!(
            serde_json::from_value::<TrainConfig>(stored).unwrap(),
            split
        );
    }
}
