//! How many puzzles a test set needs for a difference in accuracy to be found.

use crate::{is_inner_probability, normal_quantile};

/// Error rates of a two-sided test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestDesign {
    /// Probability of finding a difference where there is none, strictly between 0 and 1; 0.05 is
    /// usual.
    pub significance: f64,
    /// Probability of finding the difference that there is, above `significance` and below 1; 0.8 is
    /// usual.
    pub power: f64,
}

impl TestDesign {
    /// Standard normal quantiles of 1 − significance / 2 and of the power.
    pub(crate) fn quantiles(self) -> Option<(f64, f64)> {
        let possible = [self.significance, self.power].map(is_inner_probability) == [true; 2];
        (possible && self.significance < self.power).then(|| {
            (
                normal_quantile(1.0 - self.significance / 2.0),
                normal_quantile(self.power),
            )
        })
    }
}

/// Puzzles that both models have to answer for McNemar's test to find that their accuracies differ
/// by `difference`, where a share of `discordant` puzzles is solved by only one of the two:
///
/// ```text
/// n = ((z₁·√discordant + z₂·√(discordant − difference²)) / difference)²
/// ```
///
/// with z₁ and z₂ the quantiles of 1 − significance / 2 and of the power. Source: R. J. Connor, "Sample
/// size for testing differences in proportions for the paired-sample design", Biometrics 43 (1987).
/// It is for the test without continuity correction; the exact one needs a few more puzzles.
///
/// `None` unless 0 < |difference| ≤ discordant ≤ 1 and the design is possible.
pub fn paired_sample_size(discordant: f64, difference: f64, design: TestDesign) -> Option<u64> {
    let (z1, z2) = design.quantiles()?;
    let difference = difference.abs();
    if !(difference > 0.0 && difference <= discordant && discordant <= 1.0) {
        return None;
    }
    let spread = z1 * discordant.sqrt() + z2 * (discordant - difference.powi(2)).sqrt();
    round_up(spread, difference)
}

/// Puzzles that *each* of two models has to answer, not the same ones, for the test of two
/// proportions to find that their accuracies `a` and `b` differ:
///
/// ```text
/// n = ((z₁·√(2·m·(1 − m)) + z₂·√(a·(1 − a) + b·(1 − b))) / (a − b))²
/// ```
///
/// with m the mean of both accuracies and z₁, z₂ as for [`paired_sample_size`]. Source: J. L. Fleiss,
/// "Statistical Methods for Rates and Proportions" (1981), chapter 3, without continuity correction.
///
/// `None` if an accuracy lies outside 0 to 1, both are equal, or the design is impossible.
pub fn unpaired_sample_size(a: f64, b: f64, design: TestDesign) -> Option<u64> {
    let (z1, z2) = design.quantiles()?;
    let possible = |accuracy: &f64| (0.0..=1.0).contains(accuracy);
    if !possible(&a) || !possible(&b) || a == b {
        return None;
    }
    round_up(unpaired_spread(a, b, z1, z2), a - b)
}

/// The bracket of [`unpaired_sample_size`]'s formula, without the division.
pub(crate) fn unpaired_spread(a: f64, b: f64, z1: f64, z2: f64) -> f64 {
    let variance = |accuracy: f64| accuracy * (1.0 - accuracy);
    let pooled = variance(f64::midpoint(a, b));
    z1 * (2.0 * pooled).sqrt() + z2 * (variance(a) + variance(b)).sqrt()
}

/// (spread / difference)², rounded up; `None` where that is no number of puzzles.
fn round_up(spread: f64, difference: f64) -> Option<u64> {
    let puzzles = (spread / difference).powi(2).ceil();
    (puzzles < u64::MAX as f64).then_some(puzzles as u64)
}
