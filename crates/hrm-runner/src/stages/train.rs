//! Training a model.

use super::recent::Recent;
use super::{Executed, Execution, compiling_kernels};
use crate::{Event, Events, Interrupt, MetricValue, RunnerError};
use hrm_config::TrainConfig;
use hrm_model::DeviceChoice;
use hrm_train::{StepProgress, TrainJob, TrainObserver, TrainOutcome, TrainStart};
use std::time::{Duration, Instant};

/// Time between two events about steps; a training may do hundreds of steps in a second.
const STEP_EVENTS: Duration = Duration::from_millis(100);

impl Execution<'_> {
    pub(super) fn train(mut self, config: &TrainConfig) -> Result<Executed, RunnerError> {
        let (dataset, device) = (self.dataset()?, self.device()?);
        let seed = self.job.seed;
        let seed = seed.ok_or_else(|| RunnerError::Incomplete {
            stage: self.job.stage.clone(),
            what: "seed",
        })?;
        let weights = config.weights.as_ref();
        let weights = weights.map(|path| self.job.base_dir.join(path));
        let job = TrainJob {
            config,
            seed,
            dataset: &dataset,
            device,
            weights: weights.as_deref(),
            work_dir: self.work,
        };
        if weights.is_none() {
            self.check_memory(|available| job.memory_need(available))?;
        }
        let mut observer = Observer {
            stage: &self.job.stage,
            device,
            events: self.events,
            interrupt: self.interrupt,
            recent: Recent::new(Instant::now()),
            told_at: None,
        };
        Ok(match hrm_train::train(&job, &mut observer)? {
            TrainOutcome::Finished(_) => Executed::Done,
            TrainOutcome::Interrupted { step } => Executed::Interrupted { step: Some(step) },
        })
    }
}

/// Turns what a training tells into events.
struct Observer<'a> {
    stage: &'a str,
    device: DeviceChoice,
    events: &'a mut dyn Events,
    interrupt: &'a Interrupt,
    recent: Recent,
    /// When the last event about a step was sent.
    told_at: Option<Instant>,
}

impl TrainObserver for Observer<'_> {
    fn started(&mut self, start: &TrainStart) {
        self.recent = Recent::new(Instant::now());
        self.events.event(Event::TrainingStarted {
            stage: self.stage.to_owned(),
            parameters: start.parameters as u64,
            total_steps: start.total_steps,
            resumed_from: start.resumed_from,
        });
        if let Some(event) = compiling_kernels(self.stage, self.device, start.total_steps) {
            self.events.event(event);
        }
    }

    fn step(&mut self, progress: &StepProgress) {
        let now = Instant::now();
        self.recent.add(progress, now);
        let is_last = progress.step == progress.total_steps;
        if !is_last
            && self
                .told_at
                .is_some_and(|told_at| now.duration_since(told_at) < STEP_EVENTS)
        {
            return;
        }
        self.told_at = Some(now);
        let averages = self.recent.averages();
        self.events.event(Event::TrainingStep {
            stage: self.stage.to_owned(),
            step: progress.step,
            total_steps: progress.total_steps,
            steps_per_second: averages.steps_per_second,
            samples_per_second: averages.samples_per_second,
            lm_loss: averages.lm_loss,
            exact_accuracy: averages.exact_accuracy,
        });
    }

    fn metrics(&mut self, rows: &[hrm_train::MetricRow]) {
        let value = |row: &hrm_train::MetricRow| MetricValue {
            step: row.step,
            name: row.name.clone(),
            value: row.value,
        };
        let metrics = rows.iter().map(value).collect();
        self.events.event(Event::Metrics {
            stage: self.stage.to_owned(),
            metrics,
        });
    }

    fn loss_spike(&mut self, step: u64, ratio: f64) {
        let stage = self.stage;
        let message =
            format!("`{stage}`, step {step}: the loss is {ratio:.1} times its recent median");
        self.events.event(Event::Warning { message });
    }

    fn checkpoint(&mut self, step: u64) {
        self.events.event(Event::CheckpointSaved {
            stage: self.stage.to_owned(),
            step,
        });
    }

    fn stop_requested(&self) -> bool {
        self.interrupt.requested()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Told(Vec<Event>);

    impl Events for Told {
        fn event(&mut self, event: Event) {
            self.0.push(event);
        }
    }

    fn told_at_start(device: DeviceChoice) -> Vec<Event> {
        let mut told = Told::default();
        let mut observer = Observer {
            stage: "train.hrm",
            device,
            events: &mut told,
            interrupt: &Interrupt::default(),
            recent: Recent::new(Instant::now()),
            told_at: None,
        };
        observer.started(&TrainStart {
            total_steps: 900,
            parameters: 7,
            resumed_from: None,
        });
        told.0
    }

    #[test]
    fn only_a_gpu_has_kernels_to_compile() {
        assert_eq!(told_at_start(DeviceChoice::Cpu).len(), 1);
        let told = told_at_start(DeviceChoice::Cuda(1));
        let compiling = Event::CompilingKernels {
            stage: "train.hrm".to_owned(),
            total: 900,
        };
        assert_eq!(told[1..], [compiling]);
    }
}
