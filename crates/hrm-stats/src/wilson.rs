//! Wilson's score interval of a proportion.

use crate::{Interval, is_inner_probability, normal_quantile};

/// Wilson's score interval of the probability behind `successes` out of `trials`.
///
/// With n trials, p = successes / n and z the standard normal quantile of (1 + confidence) / 2:
///
/// ```text
/// (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)
/// ```
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
/// JASA 22 (1927), without continuity correction. Unlike the normal approximation it stays inside
/// 0 to 1 and keeps its coverage near both ends, where solved puzzles are counted.
///
/// `None` without trials, with more successes than trials, or with a confidence outside (0, 1).
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Option<Interval> {
    if trials == 0 || successes > trials || !is_inner_probability(confidence) {
        return None;
    }
    let z = normal_quantile(f64::midpoint(1.0, confidence));
    let n = trials as f64;
    let p = successes as f64 / n;
    let z2_over_n = z * z / n;
    let center = p + z2_over_n / 2.0;
    let reach = z * (p * (1.0 - p) / n + z2_over_n / (4.0 * n)).sqrt();
    let scale = 1.0 + z2_over_n;
    // At 0 and at n successes the end is exact; rounding must not move it.
    let low = if successes == 0 {
        0.0
    } else {
        ((center - reach) / scale).max(0.0)
    };
    let high = if successes == trials {
        1.0
    } else {
        ((center + reach) / scale).min(1.0)
    };
    Some(Interval { low, high })
}
