//! Median.

use crate::all_finite;

/// Median; the mean of the two middle values where their number is even.
/// `None` without values or with one that is not finite.
pub fn median(values: &[f64]) -> Option<f64> {
    if !all_finite(values) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}
