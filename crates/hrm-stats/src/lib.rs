//! Statistics: intervals, comparisons of models, variance over seeds, sample sizes.
//!
//! Every function answers `None` where its result is not defined (no data, too few values, a
//! value that is not finite), so that a report says "none" instead of printing NaN. In particular
//! nothing here gives a spread over seeds from a single seed: that of [`wilson`] is of the test
//! set alone.
//!
//! Random numbers come from [`hrm_random`]: a result depends on the arguments and nothing else.

mod bootstrap;
mod comparisons;
mod detectable;
mod interval;
mod mcnemar;
mod mean;
mod median;
mod multiset;
mod paired;
mod participation;
mod sample_size;
mod seed_bootstrap;
mod seed_outcomes;
mod seed_variance;
mod wilson;

pub use bootstrap::{Bootstrap, BootstrapMean, bootstrap_mean, paired_bootstrap};
pub use comparisons::{benjamini_hochberg, holm};
pub use detectable::{paired_detectable_difference, unpaired_detectable_difference};
pub use interval::Interval;
pub use mcnemar::{mcnemar_exact, mcnemar_mid_p};
pub use mean::{mean, sample_sd, t_interval};
pub use median::median;
pub use paired::PairedCounts;
pub use participation::Moments;
pub use sample_size::{TestDesign, paired_sample_size, unpaired_sample_size};
pub use seed_bootstrap::{SeedBootstrap, seed_bootstrap};
pub use seed_outcomes::SeedOutcomes;
pub use seed_variance::{SeedVariance, seed_variance};
pub use wilson::wilson;

use statrs::distribution::{ContinuousCDF, Normal};

/// The confidence of every interval that is not labelled otherwise.
pub const CONFIDENCE: f64 = 0.95;

/// Whether `value` is a probability strictly between 0 and 1, as a confidence has to be.
fn is_inner_probability(value: f64) -> bool {
    value > 0.0 && value < 1.0
}

/// Whether every value is a finite number.
fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

/// The standard normal quantile of a probability between 0 and 1.
fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}
