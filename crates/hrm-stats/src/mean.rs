//! Mean, spread and Student's t interval of a few values, for example one per seed.

use crate::{Interval, all_finite, is_inner_probability};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Arithmetic mean. `None` without values or with one that is not finite.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() || !all_finite(values) {
        return None;
    }
    Some(values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation: √(Σ(x − mean)² / (n − 1)), Bessel's correction included.
/// `None` with fewer than two values or with one that is not finite.
pub fn sample_sd(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let center = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Student's t interval of the mean: mean ± t·s/√n, with s the sample standard deviation and t
/// the quantile of (1 + confidence) / 2 at n − 1 degrees of freedom.
///
/// Source: Student, "The probable error of a mean", Biometrika 6 (1908). Assumes independent
/// values from a normal distribution; it is not cut to 0..1, because a wide interval of a few
/// seeds is a fact to show.
///
/// `None` with fewer than two values (one seed has no spread), with a value that is not finite,
/// or with a confidence outside (0, 1).
pub fn t_interval(values: &[f64], confidence: f64) -> Option<Interval> {
    if !is_inner_probability(confidence) {
        return None;
    }
    let center = mean(values)?;
    let sd = sample_sd(values)?;
    let n = values.len() as f64;
    let student = StudentsT::new(0.0, 1.0, n - 1.0).ok()?;
    let reach = student.inverse_cdf(f64::midpoint(1.0, confidence)) * sd / n.sqrt();
    Some(Interval {
        low: center - reach,
        high: center + reach,
    })
}
