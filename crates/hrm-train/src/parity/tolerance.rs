//! How close is close enough.
//!
//! A fixture records, for every number, the difference between the published code's float32 and
//! float64 runs: what rounding alone does. In float32 the bound is ten times that, and at least
//! 1e-6, with these exceptions:
//!
//! - gradients: 1e-4 of their norm;
//! - losses and metrics: by the largest difference of the same number at any step, since the
//!   roundings in one sum may cancel by chance;
//! - evaluations with trained weights: by the largest difference of any output of the training
//!   steps that follow.
//!
//! Weights follow the common rule: atan2 turns the rounding of near-zero gradients into a visible
//! share of a step, so that 1e-6 alone is less than rounding for some.
//!
//! In bfloat16 the unit of rounding is 2¹⁶ times that of float32. The bound is four times the
//! recorded difference in that unit, relative to the tensor's largest number, and at least 2 % of its
//! norm. A tensor for which that is more than 50 % is not compared (late segments of a random network
//! amplify rounding that far), nor are later steps, metrics, and, where rounding turns a prediction
//! that makes a puzzle right or wrong, the gradients. Losses are held to 3 %.

use super::check::Bound;
use super::fixture::Fixture;
use hrm_config::Precision;
use serde_json::Value;

/// Least absolute tolerance in float32.
const LEAST: f64 = 1e-6;

/// Multiple of the recorded rounding in float32.
const ROUNDINGS: f64 = 10.0;

/// Of gradients in float32, relative to their norm.
const GRADIENT: f64 = 1e-4;

/// Multiple of the recorded rounding in bfloat16: four times the ratio of the units of rounding.
const BF16_ROUNDINGS: f64 = 4.0 * 65_536.0;

/// Least relative tolerance in bfloat16, and the one above which a comparison says nothing.
const BF16_LEAST: f64 = 0.02;
const BF16_MOST: f64 = 0.5;

/// Of losses in bfloat16.
const BF16_LOSS: f64 = 0.03;

/// Training steps that a fixture records.
pub(super) const STEPS: u64 = 6;

/// Steps before the evaluations with trained weights.
pub(super) const TRAINED_STEPS: u64 = 3;

const HEADS: [&str; 3] = ["logits", "q_halt_logits", "q_continue_logits"];

/// The bounds of one replay.
#[derive(Debug)]
pub(super) struct Tolerances<'a> {
    pub(super) fixture: &'a Fixture,
    pub(super) precision: Precision,
}

impl Tolerances<'_> {
    /// For an output or a weight: `section` and `tensor` name the rounding recorded for it. None
    /// where a comparison would say nothing.
    pub(super) fn tensor(&self, section: &str, tensor: &str) -> Option<Bound> {
        match self.precision {
            Precision::F32 => Some(Bound::Absolute(self.rounding(section, tensor))),
            Precision::Bf16 => self.bf16(section, tensor),
        }
    }

    /// For the gradients of the first step, likewise.
    pub(super) fn gradient(&self, tensor: &str) -> Option<Bound> {
        match self.precision {
            Precision::F32 => Some(Bound::RelativeNorm(GRADIENT)),
            Precision::Bf16 => self.bf16("grads_k1", tensor),
        }
    }

    /// For the loss or metric `name` of a training step; none where it is not compared.
    pub(super) fn scalar(&self, name: &str) -> Option<Bound> {
        if self.precision == Precision::Bf16 {
            return name
                .ends_with("loss")
                .then_some(Bound::RelativeNorm(BF16_LOSS));
        }
        let steps = self.fixture.tolerance["train_scalars_abs_diff_vs_f64"].as_object();
        let recorded = steps.into_iter().flatten();
        let of_steps = recorded.filter_map(|(_, step)| step[name].as_f64());
        Some(Bound::Absolute(tenfold(of_steps)))
    }

    fn recorded(&self, section: &str, tensor: &str) -> &Value {
        &self.fixture.tolerance[section][tensor]
    }

    fn rounding(&self, section: &str, tensor: &str) -> f64 {
        let difference =
            |section, tensor: &str| self.recorded(section, tensor)["max_abs_diff_vs_f64"].as_f64();
        let own = difference(section, tensor);
        if !section.starts_with("eval_") {
            return tenfold(own.into_iter());
        }
        let later = (TRAINED_STEPS + 1..=STEPS)
            .flat_map(|k| HEADS.map(|head| difference("train", &format!("k{k}.out.{head}"))));
        tenfold(later.chain([own]).flatten())
    }

    fn bf16(&self, section: &str, tensor: &str) -> Option<Bound> {
        let recorded = self.recorded(section, tensor);
        let number = |name: &str| recorded[name].as_f64();
        let relative = number("max_abs_diff_vs_f64").zip(number("absmax"));
        let relative = relative.map_or(0.0, |(difference, largest)| difference / largest);
        let tolerance = (BF16_ROUNDINGS * relative).max(BF16_LEAST);
        (tolerance <= BF16_MOST).then_some(Bound::RelativeNorm(tolerance))
    }
}

fn tenfold(roundings: impl Iterator<Item = f64>) -> f64 {
    roundings.fold(LEAST, |most, rounding| most.max(ROUNDINGS * rounding))
}
