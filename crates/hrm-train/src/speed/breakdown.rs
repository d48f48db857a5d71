//! How long each part of a step takes by itself.

use super::peak::wait;
use super::{PartTime, SpeedJob, median, random_batch};
use crate::error::TrainError;
use crate::evaluation::run_segments;
use crate::model::{Model, Place};
use crate::parts::{parts_of, slots};
use crate::trainer::Trainer;
use crate::watch::StepPart;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Steps that are measured at most.
const STEPS_MAX: usize = 5;

/// Takes the time between moments at which the device has done all that it was given.
struct StepClock<'a> {
    place: &'a Place,
    times: Mutex<Times>,
}

struct Times {
    since: Instant,
    seconds: BTreeMap<StepPart, f64>,
}

impl<'a> StepClock<'a> {
    fn start(place: &'a Place) -> Result<Self, TrainError> {
        wait(place)?;
        let times = Times {
            since: Instant::now(),
            seconds: BTreeMap::new(),
        };
        Ok(Self {
            place,
            times: Mutex::new(times),
        })
    }

    /// The time since the last call goes to `part`.
    fn done(&self, part: StepPart) {
        // What went wrong is told when the step's numbers are read.
        let _ = wait(self.place);
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        *times.seconds.entry(part).or_default() += times.since.elapsed().as_secs_f64();
        times.since = Instant::now();
    }

    fn finish(self) -> BTreeMap<StepPart, f64> {
        let times = self.times.into_inner();
        times.unwrap_or_else(PoisonError::into_inner).seconds
    }
}

/// Times of the parts of training steps, in steps of their own that wait for the device after each
/// part and work on one part of the batch at a time. Together they may take longer than a step.
pub(super) fn of_training(
    job: &SpeedJob<'_>,
    trainer: &mut Trainer<'_>,
) -> Result<Vec<PartTime>, TrainError> {
    let place = trainer.model.place.clone();
    let mut steps = Vec::new();
    // One more, which comes first and does not count.
    for index in 0..=job.steps.min(STEPS_MAX) {
        let clock = StepClock::start(&place)?;
        let batch = random_batch(job, index);
        clock.done(StepPart::Input);
        let watch = |part| clock.done(part);
        let segment = trainer.watched_forward_backward(&batch, Some(&watch))?;
        trainer.finish_step(segment)?;
        clock.done(StepPart::Optimizers);
        steps.push(clock.finish());
    }
    Ok(medians(&steps[1..]))
}

/// The same of the evaluation of a batch.
pub(super) fn of_evaluation(
    job: &SpeedJob<'_>,
    model: &Model,
) -> Result<Vec<PartTime>, TrainError> {
    let network = model.network();
    let train = &job.profile.train;
    let mut steps = Vec::new();
    for index in 0..=job.steps.min(STEPS_MAX) {
        let clock = StepClock::start(&model.place)?;
        let batch = random_batch(job, index);
        clock.done(StepPart::Input);
        let watch = |part| clock.done(part);
        for part in parts_of(batch.size, &model.architecture, model.place.kind, 1) {
            let part = slots(&batch, part);
            run_segments(
                model,
                &network,
                train.loss,
                &part,
                train.segments,
                Some(&watch),
            )?;
        }
        steps.push(clock.finish());
    }
    Ok(medians(&steps[1..]))
}

/// The median of each part over the steps, in the order in which a step has them.
fn medians(steps: &[BTreeMap<StepPart, f64>]) -> Vec<PartTime> {
    let parts = steps.first().into_iter().flat_map(BTreeMap::keys);
    let time = |part: &StepPart| {
        let times = steps.iter().filter_map(|step| step.get(part));
        PartTime {
            part: part.name(),
            seconds: median(&mut times.copied().collect::<Vec<f64>>()),
        }
    };
    parts.map(time).collect()
}
