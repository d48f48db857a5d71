//! Comparing tensors.

use serde::Serialize;

/// How far apart two tensors may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Largest absolute difference of two numbers.
    Absolute(f64),
    /// Euclidean norm of the difference over that of the golden tensor.
    RelativeNorm(f64),
    /// Every number the same.
    Equal,
}

/// One tensor (or number) beside its golden value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParityCheck {
    /// Part of the replay, for example `training step 2`.
    pub part: String,
    /// Name in the fixture.
    pub tensor: String,
    /// Largest absolute difference of two numbers; infinite where shapes differ or a number is
    /// missing.
    pub max_abs: f64,
    /// `max_abs` over the largest absolute golden number.
    pub max_rel: f64,
    /// Euclidean norm of the difference over that of the golden tensor.
    pub rel_norm: f64,
    /// The bound that decides.
    pub bound: Bound,
    /// Whether the difference is within the bound.
    pub pass: bool,
}

impl ParityCheck {
    pub(super) fn new(
        part: &str,
        tensor: &str,
        ours: &[f64],
        golden: &[f64],
        bound: Bound,
    ) -> Self {
        let (max_abs, max_golden, norm, golden_norm) = differences(ours, golden);
        let ratio = |value: f64, scale: f64| if value == 0.0 { 0.0 } else { value / scale };
        let rel_norm = ratio(norm, golden_norm);
        let pass = match bound {
            Bound::Absolute(limit) => max_abs <= limit,
            Bound::RelativeNorm(limit) => rel_norm <= limit,
            Bound::Equal => max_abs == 0.0,
        };
        Self {
            part: part.to_owned(),
            tensor: tensor.to_owned(),
            max_abs,
            max_rel: ratio(max_abs, max_golden),
            rel_norm,
            bound,
            pass,
        }
    }

    /// A golden tensor for which the replay has no number.
    pub(super) fn not_compared(file: &str, tensor: &str) -> Self {
        Self {
            part: format!("{file}: not compared"),
            tensor: tensor.to_owned(),
            max_abs: f64::INFINITY,
            max_rel: f64::INFINITY,
            rel_norm: f64::INFINITY,
            bound: Bound::Equal,
            pass: false,
        }
    }
}

/// Largest difference, largest golden number, norm of the difference, golden norm. A NaN or a
/// missing number makes the differences infinite.
fn differences(ours: &[f64], golden: &[f64]) -> (f64, f64, f64, f64) {
    let largest_golden = golden.iter().fold(0.0, |m: f64, g| m.max(g.abs()));
    let golden_norm = golden.iter().map(|g| g * g).sum::<f64>().sqrt();
    let (mut largest, mut squares) = (0.0_f64, 0.0);
    for (o, g) in ours.iter().zip(golden) {
        let difference = (o - g).abs();
        if difference.is_nan() {
            return (f64::INFINITY, largest_golden, f64::INFINITY, golden_norm);
        }
        largest = largest.max(difference);
        squares += difference * difference;
    }
    if ours.len() != golden.len() {
        (largest, squares) = (f64::INFINITY, f64::INFINITY);
    }
    (largest, largest_golden, squares.sqrt(), golden_norm)
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParityReport {
    /// Name of the fixture.
    pub fixture: String,
    /// Every comparison, in the order of the replay.
    pub checks: Vec<ParityCheck>,
}

impl ParityReport {
    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.pass)
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = &ParityCheck> {
        self.checks.iter().filter(|check| !check.pass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ours: &[f64], golden: &[f64], bound: Bound) -> ParityCheck {
        ParityCheck::new("part", "tensor", ours, golden, bound)
    }

    #[test]
    fn differences_are_measured_in_three_ways() {
        let check = check(&[1.0, 2.0, 7.0], &[1.0, 2.0, 4.0], Bound::Absolute(3.0));
        assert_eq!(check.max_abs, 3.0);
        assert_eq!(check.max_rel, 0.75);
        assert_eq!(check.rel_norm, 3.0 / 21.0_f64.sqrt());
        assert!(check.pass);
    }

    #[test]
    fn bounds_decide_by_their_own_measure() {
        let (ours, golden) = ([100.1, 0.0], [100.0, 0.0]);
        assert!(!check(&ours, &golden, Bound::Absolute(0.01)).pass);
        assert!(check(&ours, &golden, Bound::RelativeNorm(0.01)).pass);
        assert!(!check(&ours, &golden, Bound::Equal).pass);
        assert!(check(&golden, &golden, Bound::Equal).pass);
    }

    #[test]
    fn nan_and_missing_numbers_fail_any_bound() {
        for bound in [Bound::Absolute(1e9), Bound::RelativeNorm(1e9), Bound::Equal] {
            assert!(!check(&[f64::NAN], &[0.0], bound).pass);
            assert!(!check(&[1.0], &[1.0, 2.0], bound).pass);
            assert!(!check(&[], &[1.0], bound).pass);
        }
    }

    #[test]
    fn zeros_compare_with_zeros() {
        assert!(check(&[0.0], &[0.0], Bound::RelativeNorm(1e-9)).pass);
        assert!(!check(&[1e-9], &[0.0], Bound::RelativeNorm(1e-4)).pass);
    }
}
