//! The bootstrap of a mean, and of the difference between two models on the same puzzles.

use crate::multiset::Multiset;
use crate::{Interval, PairedCounts, all_finite, is_inner_probability, normal_quantile};
use hrm_random::stream;
use statrs::distribution::{ContinuousCDF, Normal};

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Number of resamples, 2 to [`Bootstrap::RESAMPLES_MAX`]. The ends of a 95 % interval need
    /// some thousands.
    pub resamples: u32,
    /// Seed of the random draws.
    pub seed: u64,
    /// Confidence of the intervals, strictly between 0 and 1.
    pub confidence: f64,
}

impl Bootstrap {
    /// Most resamples: their means, 8 bytes each, are kept until they are sorted.
    pub const RESAMPLES_MAX: u32 = 10_000_000;

    /// Whether every value lies within its bounds.
    pub(crate) fn is_possible(&self) -> bool {
        (2..=Self::RESAMPLES_MAX).contains(&self.resamples) && is_inner_probability(self.confidence)
    }
}

/// A mean and how it varies from resample to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapMean {
    /// Mean of the sample itself.
    pub mean: f64,
    /// Standard deviation of the resampled means: the standard error of the mean.
    pub standard_error: f64,
    /// From the (1 − confidence) / 2 quantile of the resampled means to the mirrored one. Where all
    /// values are equal it has no width: such a sample tells nothing of its spread.
    pub percentile: Interval,
    /// The percentile interval with its two levels corrected for bias and skewness (BCa). `None`
    /// where all values are equal, or all resampled means lie on one side of the mean.
    pub bca: Option<Interval>,
}

/// Bootstrap of the mean of values, one per puzzle. For two models whose outcomes are not just
/// right or wrong these are the differences between the two on each puzzle.
///
/// Source: B. Efron and R. J. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13
/// (percentile) and 14 (BCa); ties count half in the bias correction. Values are drawn as counts
/// of the distinct ones, so few distinct values are fast however many there are.
///
/// `None` without values, with one that is not finite, or with a [`Bootstrap`] out of bounds.
pub fn bootstrap_mean(values: &[f64], bootstrap: &Bootstrap) -> Option<BootstrapMean> {
    if values.is_empty() || !all_finite(values) {
        return None;
    }
    let distinct: Multiset<u64> = values.iter().map(|value| value.to_bits()).collect();
    let items = distinct.items().iter();
    let items = items.map(|&(bits, count)| (f64::from_bits(bits), count));
    resample(&Multiset::of_counts(items), bootstrap)
}

/// Bootstrap of [`PairedCounts::difference`], resampling puzzles with the outcomes of both models.
///
/// The same as [`bootstrap_mean`] of the differences 1, 0 and −1, from their counts alone.
///
/// `None` with a [`Bootstrap`] out of bounds.
pub fn paired_bootstrap(counts: PairedCounts, bootstrap: &Bootstrap) -> Option<BootstrapMean> {
    let same = counts.both() + counts.neither();
    let differences = [(1.0, counts.only_a()), (-1.0, counts.only_b()), (0.0, same)];
    resample(&Multiset::of_counts(differences), bootstrap)
}

fn resample(values: &Multiset<f64>, bootstrap: &Bootstrap) -> Option<BootstrapMean> {
    if !bootstrap.is_possible() {
        return None;
    }
    let rng = &mut stream(bootstrap.seed, "stats/bootstrap", 0);
    let mut means: Vec<f64> = (0..bootstrap.resamples)
        .flat_map(|_| values.resampled_means(|&value| [value], rng))
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let mean = values.mean(|&value| value);
    Some(BootstrapMean {
        mean,
        standard_error: crate::sample_sd(&means)?,
        percentile: percentile_interval(&means, bootstrap.confidence)?,
        bca: bca_levels(values, mean, &means, bootstrap.confidence)
            .and_then(|levels| interval_between(&means, levels)),
    })
}

/// From the (1 − confidence) / 2 quantile of sorted values to the mirrored one.
pub(crate) fn percentile_interval(sorted: &[f64], confidence: f64) -> Option<Interval> {
    let outside = (1.0 - confidence) / 2.0;
    interval_between(sorted, [outside, 1.0 - outside])
}

fn interval_between(sorted: &[f64], [low, high]: [f64; 2]) -> Option<Interval> {
    Some(Interval {
        low: quantile(sorted, low)?,
        high: quantile(sorted, high)?,
    })
}

/// The levels of the resampled means that are the ends of the BCa interval.
fn bca_levels(
    values: &Multiset<f64>,
    mean: f64,
    sorted_means: &[f64],
    confidence: f64,
) -> Option<[f64; 2]> {
    let below = sorted_means.partition_point(|&resampled| resampled < mean);
    let not_above = sorted_means.partition_point(|&resampled| resampled <= mean);
    let bias = f64::midpoint(below as f64, not_above as f64) / sorted_means.len() as f64;
    let variance = values.mean(|value| (value - mean).powi(2));
    if !is_inner_probability(bias) || variance == 0.0 {
        return None;
    }
    let bias = normal_quantile(bias);
    // The jackknife's acceleration, in closed form for a mean.
    let third_moment = values.mean(|value| (value - mean).powi(3));
    let acceleration = third_moment / (6.0 * (values.size() as f64).sqrt() * variance.powf(1.5));
    let level = |probability: f64| {
        let shifted = bias + normal_quantile(probability);
        Normal::standard().cdf(bias + shifted / (1.0 - acceleration * shifted))
    };
    let outside = (1.0 - confidence) / 2.0;
    Some([level(outside), level(1.0 - outside)])
}

/// The quantile of sorted values at `level`, 0 to 1, linear between two of them.
fn quantile(sorted: &[f64], level: f64) -> Option<f64> {
    let position = level * (sorted.len().checked_sub(1)?) as f64;
    let (below, above) = (
        *sorted.get(position.floor() as usize)?,
        *sorted.get(position.ceil() as usize)?,
    );
    Some(below + (above - below) * position.fract())
}
