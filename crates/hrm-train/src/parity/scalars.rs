//! Losses, metrics and learning rates of a training step.

use super::check::Bound;
use super::replay::Replay;
use crate::metrics::MetricSums;
use crate::optimizer::learning_rate;
use serde_json::Value;

impl Replay<'_> {
    /// Compares what `scalars.json` says of step `k`.
    pub(super) fn scalars(&mut self, k: u64, sums: &MetricSums) {
        let golden = self.fixture.scalars["train"][format!("k{k}")].clone();
        let config = &self.fixture.config;
        let heads = sums.q_halt_loss + sums.q_continue_loss;
        let mut numbers = vec![(
            "loss".to_owned(),
            golden["loss"].clone(),
            sums.lm_loss + 0.5 * heads,
        )];
        let sum = |name: &str| match name {
            "count" => sums.count,
            "accuracy" => sums.accuracy,
            "exact_accuracy" => sums.exact_accuracy,
            "q_halt_accuracy" => sums.q_halt_accuracy,
            "steps" => sums.segments,
            "lm_loss" => sums.lm_loss,
            "q_halt_loss" => sums.q_halt_loss,
            "q_continue_loss" => sums.q_continue_loss,
            _ => f64::NAN,
        };
        for (name, value) in golden["metrics"].as_object().into_iter().flatten() {
            numbers.push((name.clone(), value.clone(), sum(name)));
        }
        let rows = sums.rows(k, config.trains_continue());
        for row in rows {
            let theirs = golden["reduced"][&row.name].clone();
            let name = row.name.trim_start_matches("train/");
            numbers.push((format!("mean {name}"), theirs, row.value));
        }
        let part = format!("training step {k}");
        for (name, theirs, ours) in numbers {
            let bound = self.tolerances.scalar(name.trim_start_matches("mean "));
            if let (Some(theirs), Some(bound)) = (theirs.as_f64(), bound) {
                self.compare_numbers(&part, &name, &[ours], &[theirs], bound);
            }
        }
        self.learning_rates(&part, k, &golden["lr"]);
    }

    fn learning_rates(&mut self, part: &str, k: u64, golden: &Value) {
        let config = &self.fixture.config;
        for (name, value) in golden.as_object().into_iter().flatten() {
            let base = if name.contains("SignSGD") {
                config.puzzle_emb_lr
            } else {
                config.lr
            };
            let ours = learning_rate(config, base, k, self.fixture.total_steps);
            let theirs = value.as_f64().unwrap_or(f64::NAN);
            let name = format!("learning rate of {name}");
            self.compare_numbers(part, &name, &[ours], &[theirs], Bound::RelativeNorm(1e-12));
        }
    }
}
