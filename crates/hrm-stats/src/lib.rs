//! Statistics: intervals and summaries. Pure functions over numbers.
//!
//! Every function answers `None` where its result is not defined (no data, too few values, a
//! value that is not finite), so that a report says "none" instead of printing NaN.

mod interval;
mod mean;
mod median;
mod wilson;

pub use interval::Interval;
pub use mean::{mean, sample_sd, t_interval};
pub use median::median;
pub use wilson::wilson;

/// The confidence of every interval that is not labelled otherwise.
pub const CONFIDENCE: f64 = 0.95;

/// Whether `confidence` is a probability that an interval can have: strictly between 0 and 1.
fn is_confidence(confidence: f64) -> bool {
    confidence > 0.0 && confidence < 1.0
}

/// Whether every value is a finite number.
fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}
