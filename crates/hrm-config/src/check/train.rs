//! Checks of `[train.NAME]`.

use super::{check_list, check_text};
use crate::{Problem, TrainConfig, bounds};

impl TrainConfig {
    /// Everything that can be found wrong without knowing the dataset.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems: Vec<_> = self.check_numbers().into_iter().flatten().collect();
        problems.extend(check_text("dataset", &self.dataset));
        problems.extend(check_list("seeds", &self.seeds, "seed"));
        problems.extend(
            self.model
                .check()
                .into_iter()
                .map(|problem| problem.inside("model")),
        );
        problems.extend(self.check_length());
        problems.extend(self.steps.and_then(|steps| self.check_warmup(steps)));
        problems.extend(check_decay(
            ("lr", self.lr),
            ("weight_decay", self.weight_decay),
        ));
        problems.extend(check_decay(
            ("puzzle_emb_lr", self.puzzle_emb_lr),
            ("puzzle_emb_weight_decay", self.puzzle_emb_weight_decay),
        ));
        problems.extend(self.check_early_stopping());
        problems.extend(self.check_devices().or_else(|| self.check_accumulation()));
        problems
    }

    fn check_devices(&self) -> Option<Problem> {
        let (devices, batch) = (self.devices, self.batch_size);
        (devices > batch.max(1)).then(|| {
            let message = format!("{devices} devices cannot share batches of {batch}");
            Problem::new("devices", message)
                .related("batch_size")
                .help("each device needs at least one puzzle of a batch")
        })
    }

    /// The problem with batches that have less than a puzzle for each part.
    fn check_accumulation(&self) -> Option<Problem> {
        let (parts, batch) = (self.gradient_accumulation, self.batch_size);
        let most = (batch / self.devices.max(1)).max(1);
        (parts > most).then(|| {
            let message = match self.devices {
                0 | 1 => format!("batches of {batch} cannot be split into {parts} parts"),
                devices => format!("batches of {batch} cannot be split into {parts} parts on each of {devices} devices"),
            };
            Problem::new("gradient_accumulation", message)
                .related("batch_size")
                .help(format!("each part needs at least one puzzle: {most} at most"))
        })
    }

    /// The problem with a warm-up that is longer than a training of `steps` steps: the learning
    /// rate that was asked for would never be reached.
    pub fn check_warmup(&self, steps: u64) -> Option<Problem> {
        let warmup = self.lr_warmup_steps;
        (steps > 0 && warmup > steps).then(|| {
            let message = format!("the warm-up takes {warmup} steps, but the training has only {steps}, so `lr` would never be reached");
            Problem::new("lr_warmup_steps", message)
                .related("steps")
                .related("epochs")
                .help(format!("set `lr_warmup_steps` to at most {steps}; 0 is no warm-up"))
        })
    }

    fn check_numbers(&self) -> [Option<Problem>; 21] {
        let stopping = self.early_stopping.as_ref();
        [
            bounds::SEGMENTS.check("segments", self.segments),
            bounds::SHARE.check("exploration", self.exploration),
            bounds::BATCH_SIZE.check("batch_size", self.batch_size),
            bounds::DEVICES.check("devices", self.devices),
            bounds::GRADIENT_ACCUMULATION
                .check("gradient_accumulation", self.gradient_accumulation),
            bounds::STEPS.check_set("epochs", self.epochs),
            bounds::STEPS.check_set("steps", self.steps),
            bounds::LR.check("lr", self.lr),
            bounds::WEIGHT_DECAY.check("weight_decay", self.weight_decay),
            bounds::BETA.check("beta1", self.beta1),
            bounds::BETA.check("beta2", self.beta2),
            bounds::LR_OR_NONE.check("puzzle_emb_lr", self.puzzle_emb_lr),
            bounds::WEIGHT_DECAY.check("puzzle_emb_weight_decay", self.puzzle_emb_weight_decay),
            bounds::STEPS_OR_NONE.check("lr_warmup_steps", self.lr_warmup_steps),
            bounds::SHARE.check("lr_min_ratio", self.lr_min_ratio),
            bounds::EMA.check_set("ema", self.ema),
            bounds::STEPS.check_set("eval_interval", self.eval_interval),
            bounds::STEPS.check("checkpoint_interval", self.checkpoint_interval),
            bounds::STEPS.check("log_interval", self.log_interval),
            stopping.and_then(|s| bounds::PATIENCE.check("early_stopping.patience", s.patience)),
            stopping.and_then(|s| bounds::BETA.check("early_stopping.min_delta", s.min_delta)),
        ]
    }

    fn check_length(&self) -> Option<Problem> {
        if self.weights.is_some() {
            let key = if self.epochs.is_some() {
                "epochs"
            } else {
                "steps"
            };
            let is_set = self.epochs.is_some() || self.steps.is_some();
            let problem = Problem::new(
                key,
                format!("`{key}` is set, but imported `weights` are not trained"),
            );
            return is_set.then(|| {
                problem
                    .related("weights")
                    .help(format!("remove `{key}` or `weights`"))
            });
        }
        match (self.epochs, self.steps) {
            (Some(_), Some(_)) => Some(
                Problem::new(
                    "steps",
                    "`epochs` and `steps` are both set, but only one can say how long to train",
                )
                .related("epochs")
                .help("remove one of the two"),
            ),
            (None, None) => Some(
                Problem::new("", "the training has no length")
                    .help("set `epochs` (passes over the dataset) or `steps` (optimizer steps)"),
            ),
            _ => None,
        }
    }

    fn check_early_stopping(&self) -> Option<Problem> {
        (self.early_stopping.is_some() && self.eval_interval.is_none()).then(|| {
            Problem::new(
                "early_stopping",
                "early stopping needs evaluations during training, but `eval_interval` is not set",
            )
            .help("add `eval_interval`, the steps between evaluations on the validation split")
        })
    }
}

/// Decoupled decay multiplies weights by 1 - lr · weight_decay, which must not be negative.
fn check_decay((lr_key, lr): (&str, f64), (decay_key, decay): (&str, f64)) -> Option<Problem> {
    (lr * decay > 1.0).then(|| {
        Problem::new(decay_key, format!("`{lr_key}` {lr:?} times `{decay_key}` {decay:?} is above 1, which would flip the sign of weights at every step"))
            .related(lr_key)
    })
}
