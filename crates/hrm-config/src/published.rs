//! Configurations of the published code, under its own names.

use crate::{Arch, Loss, Mixer, ModelConfig, PositionEncoding, Precision, TrainConfig};
use serde::Deserialize;

/// The part of a published `all_config.yaml` that decides a training. Keys that do not (paths,
/// names of projects and runs) are ignored.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PublishedConfig {
    /// Architecture.
    pub arch: PublishedArch,
    /// Optimizers and schedule.
    #[serde(flatten)]
    pub train: PublishedTrain,
    /// Puzzles in a batch over all devices.
    pub global_batch_size: usize,
}

/// `arch` of a published configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[allow(non_snake_case, reason = "the published names")]
pub struct PublishedArch {
    name: String,
    loss: PublishedLoss,
    halt_exploration_prob: f64,
    halt_max_steps: usize,
    H_cycles: Option<usize>,
    L_cycles: Option<usize>,
    H_layers: Option<usize>,
    L_layers: Option<usize>,
    hidden_size: usize,
    num_heads: usize,
    expansion: f64,
    puzzle_emb_ndim: usize,
    puzzle_emb_len: Option<usize>,
    pos_encodings: PositionEncoding,
    #[serde(default)]
    mlp_t: bool,
    no_ACT_continue: Option<bool>,
    forward_dtype: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct PublishedLoss {
    loss_type: String,
}

/// Optimizers and schedule of a published configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PublishedTrain {
    epochs: u64,
    lr: f64,
    lr_min_ratio: f64,
    lr_warmup_steps: u64,
    weight_decay: f64,
    beta1: f64,
    beta2: f64,
    puzzle_emb_lr: f64,
    puzzle_emb_weight_decay: f64,
    #[serde(default)]
    ema: bool,
    ema_rate: Option<f64>,
}

/// A published configuration that this family of models does not cover.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishedConfigError {
    /// Another model.
    #[error(
        "`arch.name` is `{0}`; HRM (`…hrm_act_v1@…`, `…hrm@…`), TRM (`…trm@…`) and the Transformer \
         baseline (`…transformers_baseline@…`) are known"
    )]
    Arch(String),
    /// Another loss.
    #[error(
        "`arch.loss.loss_type` is `{0}`; `stablemax_cross_entropy` and `softmax_cross_entropy` are known"
    )]
    Loss(String),
    /// Another number format.
    #[error("`arch.forward_dtype` is `{0}`; `bfloat16` and `float32` are known")]
    Precision(String),
}

impl PublishedConfig {
    /// The same training in this project's terms, on the dataset stage named `dataset`.
    ///
    /// # Errors
    /// Where the model, its loss or its number format is not one of the family's.
    pub fn train_config(&self, dataset: &str) -> Result<TrainConfig, PublishedConfigError> {
        let train = &self.train;
        let mut config = TrainConfig {
            model: self.arch.model()?,
            segments: self.arch.halt_max_steps,
            exploration: self.arch.halt_exploration_prob,
            loss: self.arch.loss()?,
            batch_size: self.global_batch_size,
            epochs: Some(train.epochs),
            lr: train.lr,
            weight_decay: train.weight_decay,
            beta1: train.beta1,
            beta2: train.beta2,
            puzzle_emb_lr: train.puzzle_emb_lr,
            puzzle_emb_weight_decay: train.puzzle_emb_weight_decay,
            lr_warmup_steps: train.lr_warmup_steps,
            lr_min_ratio: train.lr_min_ratio,
            // The published default rate.
            ema: train.ema.then(|| train.ema_rate.unwrap_or(0.999)),
            precision: self.arch.precision()?,
            ..TrainConfig::for_dataset(dataset)
        };
        config.continue_loss = self
            .arch
            .no_ACT_continue
            .filter(|_| config.model.arch != Arch::Transformer)
            .map(|without| !without);
        Ok(config)
    }
}

impl PublishedArch {
    fn arch(&self) -> Result<Arch, PublishedConfigError> {
        let module = self.name.split('@').next().unwrap_or_default();
        match module.rsplit('.').next().unwrap_or_default() {
            "hrm_act_v1" | "hrm" => Ok(Arch::Hrm),
            "trm" => Ok(Arch::Trm),
            "transformers_baseline" => Ok(Arch::Transformer),
            _ => Err(PublishedConfigError::Arch(self.name.clone())),
        }
    }

    fn model(&self) -> Result<ModelConfig, PublishedConfigError> {
        // A number that the model does not use is 0 or absent there; here every number is in range.
        let at_least_one = |value: Option<usize>| value.unwrap_or(1).max(1);
        Ok(ModelConfig {
            arch: self.arch()?,
            hidden_size: self.hidden_size,
            num_heads: self.num_heads,
            expansion: self.expansion,
            h_layers: at_least_one(self.H_layers),
            l_layers: at_least_one(self.L_layers),
            h_cycles: at_least_one(self.H_cycles),
            l_cycles: at_least_one(self.L_cycles),
            pos_encodings: self.pos_encodings,
            mixer: if self.mlp_t {
                Mixer::Mlp
            } else {
                Mixer::Attention
            },
            puzzle_emb_ndim: Some(self.puzzle_emb_ndim),
            // 0 stands for 'as many as the width needs'.
            puzzle_emb_len: self.puzzle_emb_len.filter(|len| *len > 0),
            ..ModelConfig::default()
        })
    }

    fn loss(&self) -> Result<Loss, PublishedConfigError> {
        match self.loss.loss_type.as_str() {
            "stablemax_cross_entropy" => Ok(Loss::Stablemax),
            "softmax_cross_entropy" => Ok(Loss::Softmax),
            other => Err(PublishedConfigError::Loss(other.to_owned())),
        }
    }

    fn precision(&self) -> Result<Precision, PublishedConfigError> {
        match self.forward_dtype.as_deref() {
            None | Some("bfloat16") => Ok(Precision::Bf16),
            Some("float32") => Ok(Precision::F32),
            Some(other) => Err(PublishedConfigError::Precision(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GradientSpan, Networks};
    use serde_json::{Value, json};

    fn published() -> Value {
        json!({
            "arch": {
                "name": "recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1",
                "loss": { "name": "losses@ACTLossHead", "loss_type": "stablemax_cross_entropy" },
                "halt_exploration_prob": 0.1, "halt_max_steps": 16, "H_cycles": 3, "L_cycles": 6,
                "H_layers": 0, "L_layers": 2, "hidden_size": 512, "num_heads": 8, "expansion": 4,
                "puzzle_emb_ndim": 512, "puzzle_emb_len": 16, "pos_encodings": "none",
                "mlp_t": true, "no_ACT_continue": true, "forward_dtype": "bfloat16"
            },
            "global_batch_size": 768, "epochs": 50_000, "lr": 1e-4, "lr_min_ratio": 1.0,
            "lr_warmup_steps": 2000, "weight_decay": 1.0, "beta1": 0.9, "beta2": 0.95,
            "puzzle_emb_lr": 1e-4, "puzzle_emb_weight_decay": 1.0, "ema": true, "ema_rate": 0.999,
            "data_path": "data/sudoku", "project_name": null
        })
    }

    fn train_config(value: Value) -> Result<TrainConfig, PublishedConfigError> {
        serde_json::from_value::<PublishedConfig>(value)
            .unwrap()
            .train_config("sudoku")
    }

    #[test]
    fn the_published_trm_recipe_is_read() {
        let config = train_config(published()).unwrap();
        assert_eq!(config.check(), Vec::new());
        assert_eq!(config.model.arch, Arch::Trm);
        assert_eq!(config.model.mixer, Mixer::Mlp);
        assert_eq!((config.model.h_cycles, config.model.l_cycles), (3, 6));
        assert_eq!(config.model.resolve().puzzle_emb_len, 16);
        assert_eq!(config.model.resolve().networks, Networks::Shared);
        assert_eq!(config.model.resolve().gradient, GradientSpan::LastCycle);
        assert_eq!((config.segments, config.batch_size), (16, 768));
        assert_eq!(config.ema, Some(0.999));
        assert_eq!(config.precision, Precision::Bf16);
        assert!(!config.trains_continue());
    }

    #[test]
    fn models_outside_the_family_are_named() {
        let with = |path: &str, value: Value| {
            let mut all = published();
            *all.pointer_mut(path).unwrap() = value;
            train_config(all).unwrap_err().to_string()
        };
        let name = "recursive_reasoning.trm_singlez@TinyRecursiveReasoningModel_ACTV1";
        assert!(with("/arch/name", json!(name)).contains(name));
        assert!(with("/arch/loss/loss_type", json!("mse")).contains("`mse`"));
        assert!(with("/arch/forward_dtype", json!("float16")).contains("`float16`"));
    }
}
