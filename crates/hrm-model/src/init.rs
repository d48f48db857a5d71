//! Initial values.

use rand::Rng;
use statrs::function::erf::{erf, erf_inv};
use std::f64::consts::{PI, SQRT_2};

/// Fills `count` values from a normal distribution cut at two standard deviations and rescaled so
/// that what remains has standard deviation `std` (not done by the usual `trunc_normal`; the
/// published code follows JAX here).
pub(crate) fn truncated_normal(count: usize, std: f64, rng: &mut impl Rng) -> Vec<f32> {
    if std == 0.0 {
        return vec![0.0; count];
    }
    let (low, high) = (erf(-2.0 / SQRT_2), erf(2.0 / SQRT_2));
    let mass = (high - low) / 2.0;
    let density_at_2 = (-2.0_f64).exp() / (2.0 * PI).sqrt();
    // The general formula's second term vanishes, because the cut is symmetric.
    let scale = std / (1.0 - 4.0 * density_at_2 / mass).sqrt();
    (0..count)
        .map(|_| {
            let u = rng.random_range(low..high);
            (SQRT_2 * scale * erf_inv(u)).clamp(-2.0 * scale, 2.0 * scale) as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::truncated_normal;

    #[test]
    fn the_truncated_distribution_has_the_standard_deviation_asked_for() {
        let mut rng = hrm_random::stream(1, "test/init", 0);
        let values = truncated_normal(200_000, 0.5, &mut rng);
        let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
        let variance = values
            .iter()
            .map(|v| (f64::from(*v) - mean).powi(2))
            .sum::<f64>()
            / values.len() as f64;
        assert!(mean.abs() < 5e-3, "mean {mean}");
        assert!(
            (variance.sqrt() - 0.5).abs() < 3e-3,
            "sd {}",
            variance.sqrt()
        );
        // Cut at 2 standard deviations of the untruncated normal: 2 · 0.5 / 0.8796.
        let largest = values.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
        assert!((1.10..=1.137).contains(&largest), "largest {largest}");
    }

    /// The published code's own samples: cut, deviation and kurtosis.
    #[test]
    fn the_shape_is_the_published_one() {
        let units = crate::units::Units::read();
        let published = &units.texts["trunc_normal"];
        let cut = published["clip_bound_for_std1"].as_f64().unwrap();
        for stats in published["stats"].as_array().unwrap() {
            let number = |name: &str| stats[name].as_f64().unwrap();
            let mut rng = hrm_random::stream(2, "test/init", 0);
            let std = number("std");
            let values = truncated_normal(200_000, std, &mut rng);
            let moment = |power: i32| -> f64 {
                let powers = values.iter().map(|v| (f64::from(*v) / std).powi(power));
                powers.sum::<f64>() / values.len() as f64
            };
            let largest = values
                .iter()
                .fold(0.0, |m: f64, v| m.max(f64::from(v.abs())));
            assert!((largest / std - cut).abs() < 1e-3, "{largest} {stats}");
            assert!(
                (moment(2).sqrt() - number("sample_std") / std).abs() < 5e-3,
                "{stats}"
            );
            let kurtosis = moment(4) / moment(2).powi(2);
            assert!(
                (kurtosis - number("kurtosis")).abs() < 0.03,
                "{kurtosis} {stats}"
            );
        }
    }

    #[test]
    fn zero_deviation_gives_zeros() {
        let mut rng = hrm_random::stream(1, "test/init", 0);
        assert_eq!(truncated_normal(3, 0.0, &mut rng), vec![0.0; 3]);
    }
}
