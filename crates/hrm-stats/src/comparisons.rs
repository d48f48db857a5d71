//! Correction of p-values for many comparisons.

/// Adjusted p-values by Holm's step-down rule, in the order of `p_values`: rejecting those of at
/// most α keeps the probability of *any* false rejection at or below α, whatever the tests have
/// to do with each other.
///
/// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
/// of Statistics 6 (1979).
///
/// `None` with a value outside 0 to 1.
pub fn holm(p_values: &[f64]) -> Option<Vec<f64>> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0f64;
    for (rank, &(index, p)) in order.iter().enumerate() {
        let remaining = (p_values.len() - rank) as f64;
        largest = largest.max((remaining * p).min(1.0));
        adjusted[index] = largest;
    }
    Some(adjusted)
}

/// Adjusted p-values by the rule of Benjamini and Hochberg, in the order of `p_values`: among those
/// of at most α, the expected share of false rejections is at most α. The tests must be
/// independent or positively dependent.
///
/// Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the
/// Royal Statistical Society B 57 (1995).
///
/// `None` with a value outside 0 to 1.
pub fn benjamini_hochberg(p_values: &[f64]) -> Option<Vec<f64>> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut smallest = 1.0f64;
    for (rank, &(index, p)) in order.iter().enumerate().rev() {
        smallest = smallest.min(p * p_values.len() as f64 / (rank + 1) as f64);
        adjusted[index] = smallest;
    }
    Some(adjusted)
}

/// The p-values with their indices, smallest first.
fn ascending(p_values: &[f64]) -> Option<Vec<(usize, f64)>> {
    let mut order: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    let is_probability = |(_, p): &(usize, f64)| (0.0..=1.0).contains(p);
    order.iter().all(is_probability).then_some(order)
}
