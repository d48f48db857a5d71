//! How fast a model trains and evaluates, on puzzles of random tokens.

mod breakdown;
mod peak;
mod profiles;

use crate::device_memory::DeviceMemory;
use crate::error::TrainError;
use crate::host_memory::HostMemory;
use crate::memory::{evaluation_memory, training_memory};
use crate::model::{Model, Place};
use crate::trainer::Trainer;
use hrm_config::{Precision, TrainConfig};
use hrm_dataset::Batch;
use hrm_model::{Architecture, DeviceChoice};
use rand::Rng;
use serde::Serialize;
use std::time::Instant;

pub use profiles::{SpeedProfile, speed_profiles};

/// What to measure.
#[derive(Debug)]
pub struct SpeedJob<'a> {
    /// The model.
    pub profile: &'a SpeedProfile,
    /// Puzzles in a batch.
    pub batch_size: usize,
    /// The device.
    pub device: DeviceChoice,
    /// The number format.
    pub precision: Precision,
    /// Steps (batches, for evaluation) that are measured.
    pub steps: usize,
    /// Steps before them.
    pub warmup: usize,
}

/// What was measured; times are medians over the steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// Seconds of a training step, or of evaluating a batch in all its segments.
    pub seconds_per_step: f64,
    /// Puzzles in a second.
    pub samples_per_second: f64,
    /// Seconds of the parts of a step.
    pub parts: Vec<PartTime>,
    /// Operations of a step by [`Architecture::segment_flops`].
    pub flops_per_step: f64,
    /// 10¹² operations in a second.
    pub tflops: f64,
    /// The same of the fastest matrix product that was measured on this device in this number format.
    pub peak_tflops: f64,
    /// `tflops` / `peak_tflops`, 0 to 1.
    pub share_of_peak: f64,
    /// Seconds of the parts of a step in steps of their own, which wait for the device after each part
    /// and work on one part of the batch at a time. Together they may take longer than a step.
    pub breakdown: Vec<PartTime>,
    /// Trained numbers.
    pub parameters: usize,
    /// Main memory over the measured steps; none where the system does not tell it.
    pub host_memory: Option<HostMemory>,
    /// Memory of the device over the measured steps; none on a CPU.
    pub device_memory: Option<DeviceMemory>,
    /// Memory that the work needs on the device, in bytes, by the formula.
    pub memory_estimate: u64,
}

/// What the steps of a measurement gave.
struct Measured {
    names: Vec<&'static str>,
    /// Seconds of each part in each step.
    times: Vec<Vec<f64>>,
    /// Operations for one puzzle in a step.
    flops: f64,
    memory: Memory,
    memory_estimate: u64,
}

/// Memory of both kinds.
#[derive(Default)]
struct Memory {
    host: HostMemory,
    device: DeviceMemory,
}

impl Memory {
    fn look(&mut self, job: &SpeedJob<'_>, place: &Place, index: usize) {
        self.host.look(index, job.warmup, job.steps);
        self.device
            .look(&place.device, index, job.warmup, job.steps);
    }
}

/// Time of one part of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartTime {
    /// The part.
    pub part: &'static str,
    /// Seconds, median over the steps.
    pub seconds: f64,
}

/// Measures training steps: forward, backward, optimizers, with halting and carry. The times of the
/// parts are the host's: on a GPU it queues work, and waits in the last part for the forward pass.
///
/// # Errors
/// Where the device cannot be used or fails.
pub fn train_speed(job: &SpeedJob<'_>) -> Result<Speed, TrainError> {
    let model = model(job)?;
    let place = model.place.clone();
    let config = TrainConfig {
        batch_size: job.batch_size,
        precision: job.precision,
        ..job.profile.train.clone()
    };
    let mut trainer = Trainer::new(&config, 0, u64::MAX, model);
    let mut times = vec![Vec::new(); 3];
    let mut memory = Memory::default();
    for index in 0..job.warmup + job.steps {
        memory.look(job, &place, index);
        let start = Instant::now();
        let batch = random_batch(job, index);
        let made = Instant::now();
        let segment = trainer.forward_backward(&batch)?;
        let differentiated = Instant::now();
        trainer.finish_step(segment)?;
        let done = Instant::now();
        if index >= job.warmup {
            let parts = [
                (start, made),
                (made, differentiated),
                (differentiated, done),
            ];
            for (all, (from, to)) in times.iter_mut().zip(parts) {
                all.push((to - from).as_secs_f64());
            }
        }
    }
    let flops = architecture(job)?.segment_flops(job.profile.train.trains_continue());
    let measured = Measured {
        names: vec!["input", "forward and backward", "optimizers"],
        times,
        flops: flops.training as f64,
        memory,
        memory_estimate: training_memory(&config, &trainer.model.architecture, place.kind).total(),
    };
    let speed = speed(job, &place, measured)?;
    let breakdown = breakdown::of_training(job, &mut trainer)?;
    Ok(Speed { breakdown, ..speed })
}

/// Measures the evaluation of a batch in all its segments, predictions read back.
///
/// # Errors
/// Where the device cannot be used or fails.
pub fn evaluation_speed(job: &SpeedJob<'_>) -> Result<Speed, TrainError> {
    let model = model(job)?;
    let network = model.network();
    let (loss, segments) = (job.profile.train.loss, job.profile.train.segments);
    let mut times = Vec::new();
    let mut memory = Memory::default();
    for index in 0..job.warmup + job.steps {
        memory.look(job, &model.place, index);
        let batch = random_batch(job, index);
        let start = Instant::now();
        crate::evaluation::run_batch(&model, &network, loss, &batch, segments)?;
        if index >= job.warmup {
            times.push(start.elapsed().as_secs_f64());
        }
    }
    let flops = architecture(job)?.segment_flops(false);
    let memory_estimate = evaluation_memory(
        job.precision,
        &model.architecture,
        model.place.kind,
        job.batch_size,
    );
    let measured = Measured {
        names: vec!["segments"],
        times: vec![times],
        flops: flops.forward as f64 * segments as f64,
        memory,
        memory_estimate: memory_estimate.total(),
    };
    let speed = speed(job, &model.place, measured)?;
    let breakdown = breakdown::of_evaluation(job, &model)?;
    Ok(Speed { breakdown, ..speed })
}

fn architecture(job: &SpeedJob<'_>) -> Result<Architecture, TrainError> {
    Ok(Architecture::new(
        &job.profile.train.model,
        job.profile.dims,
    )?)
}

fn model(job: &SpeedJob<'_>) -> Result<Model, TrainError> {
    let place = Place::open(job.device, job.precision)?;
    Ok(Model::initialize(architecture(job)?, 0, &place))
}

fn random_batch(job: &SpeedJob<'_>, index: usize) -> Batch {
    let dims = job.profile.dims;
    let mut rng = hrm_random::stream(0, "bench/puzzles", index as u64);
    let mut draw = || -> Vec<i32> {
        let tokens = 1..dims.vocab_size as i32;
        (0..job.batch_size * dims.seq_len)
            .map(|_| rng.random_range(tokens.clone()))
            .collect()
    };
    Batch {
        size: job.batch_size,
        seq_len: dims.seq_len,
        inputs: draw(),
        labels: draw(),
        puzzle_identifiers: vec![0; job.batch_size],
        examples: (0..job.batch_size as u32).map(Some).collect(),
    }
}

/// What follows from the measured steps; the breakdown comes after them.
fn speed(job: &SpeedJob<'_>, place: &Place, measured: Measured) -> Result<Speed, TrainError> {
    let Measured {
        names,
        mut times,
        flops,
        memory,
        memory_estimate,
    } = measured;
    // Before anything else is computed.
    let (host_memory, device_memory) = (memory.host.finish(), memory.device.finish(&place.device));
    let steps = times.first().map_or(0, Vec::len);
    let mut whole: Vec<f64> = (0..steps)
        .map(|i| times.iter().map(|part| part[i]).sum())
        .collect();
    let seconds = median(&mut whole);
    let parts = names.iter().zip(&mut times).map(|(part, times)| PartTime {
        part,
        seconds: median(times),
    });
    let architecture = architecture(job)?;
    let flops = flops * job.batch_size as f64;
    let tflops = flops / seconds / 1e12;
    let peak_tflops = peak::peak_tflops(place, &architecture, job.batch_size)?;
    Ok(Speed {
        seconds_per_step: seconds,
        samples_per_second: job.batch_size as f64 / seconds,
        parts: parts.collect(),
        flops_per_step: flops,
        tflops,
        peak_tflops,
        share_of_peak: tflops / peak_tflops,
        breakdown: Vec::new(),
        parameters: architecture.parameter_count(),
        host_memory,
        device_memory,
        memory_estimate,
    })
}

/// The middle of the times; infinite where there are none.
fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_start_is_measured_in_training_and_evaluation() {
        let profiles = speed_profiles();
        let profile = profiles.iter().find(|p| p.name == "quickstart").unwrap();
        let job = SpeedJob {
            profile,
            batch_size: 4,
            device: DeviceChoice::Cpu,
            precision: Precision::F32,
            steps: 2,
            warmup: 1,
        };
        let (training, evaluation) = (train_speed(&job).unwrap(), evaluation_speed(&job).unwrap());
        let parts =
            |speed: &Speed| -> Vec<&str> { speed.breakdown.iter().map(|part| part.part).collect() };
        let forward = ["input", "embedding", "low level", "high level", "heads"];
        let trained = ["target of q_continue", "losses", "backward", "optimizers"];
        assert_eq!(parts(&training), [&forward[..], &trained].concat());
        assert_eq!(parts(&evaluation), [&forward[..], &["losses"]].concat());
        for speed in [training, evaluation] {
            let seconds: f64 = speed.parts.iter().map(|part| part.seconds).sum();
            assert!(speed.seconds_per_step > 0.0 && seconds > 0.0);
            assert!((speed.samples_per_second * speed.seconds_per_step - 4.0).abs() < 1e-9);
            assert_eq!(speed.parameters, 264_194);
            assert_eq!(speed.device_memory, None);
            assert!(speed.peak_tflops > 0.0 && speed.peak_tflops.is_finite());
            assert!((speed.share_of_peak * speed.peak_tflops - speed.tflops).abs() < 1e-12);
            assert!(speed.breakdown.iter().all(|part| part.seconds > 0.0));
            #[cfg(target_os = "linux")]
            {
                let memory = speed.host_memory.unwrap();
                let seen = [memory.before, memory.half, memory.after];
                assert!(seen.iter().all(|&bytes| 0 < bytes && bytes <= memory.peak));
            }
        }
    }
}
