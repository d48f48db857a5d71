//! The published optimizers.

mod adam_atan2;
mod check;
mod ema;
#[cfg(feature = "kernels")]
mod flat;
mod schedule;
mod sign_sgd;
#[cfg(test)]
mod units;

pub(crate) use adam_atan2::{AdamAtan2, AdamSettings};
pub(crate) use check::optimizer_checks;
pub(crate) use ema::Ema;
pub(crate) use schedule::learning_rate;
pub(crate) use sign_sgd::{SignSgdSettings, sign_sgd};
