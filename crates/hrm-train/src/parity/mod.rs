//! Parity: golden numbers of the published code, replayed through the code that trains here.
//!
//! A fixture holds a model's weights, batches, and what the published code made of them: outputs of
//! evaluation segments, six training steps with their carry, halting, losses and metrics, gradients
//! of the first step, weights after three steps, and evaluations with those weights. Whatever a
//! fixture holds and was not compared counts as a failure.

mod check;
mod evaluation;
mod fixture;
mod replay;
mod scalars;
mod shipped;
mod tolerance;
mod training;

#[cfg(test)]
mod bf16_checkpoint;
#[cfg(test)]
mod mistakes;
#[cfg(all(test, feature = "wgpu"))]
mod software_device;
#[cfg(test)]
mod tests;

pub use check::{Bound, ParityCheck, ParityReport};
pub use fixture::Fixture;
pub use shipped::shipped_fixtures;

use crate::error::TrainError;
use crate::model::Place;
use hrm_config::Precision;
use hrm_model::DeviceChoice;
use replay::{Hooks, Replay};

/// Replays a fixture on a device.
///
/// # Errors
/// Where the device cannot be used or the fixture cannot be read. A number that differs is not an
/// error but a failed check of the report.
pub fn parity(
    fixture: &Fixture,
    device: DeviceChoice,
    precision: Precision,
) -> Result<ParityReport, TrainError> {
    run(fixture, device, precision, Hooks::default())
}

fn run(
    fixture: &Fixture,
    device: DeviceChoice,
    precision: Precision,
    hooks: Hooks,
) -> Result<ParityReport, TrainError> {
    run_at(fixture, Place::open(device, precision)?, precision, hooks)
}

fn run_at(
    fixture: &Fixture,
    place: Place,
    precision: Precision,
    hooks: Hooks,
) -> Result<ParityReport, TrainError> {
    let mut replay = Replay::new(fixture, place, precision, hooks);
    replay.evaluation("eval", &replay.model("state")?)?;
    replay.training()?;
    Ok(replay.finish())
}
