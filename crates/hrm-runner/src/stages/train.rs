//! Training a model, with live metrics in the database.

use super::recent::Recent;
use super::{Executed, Execution};
use crate::index::metric_row;
use crate::nodes::base_dir;
use crate::{Event, Events, Interrupt, MetricValue, RunnerError};
use hrm_config::TrainConfig;
use hrm_store::rows::MetricRow;
use hrm_store::{Database, DatabaseError, Key};
use hrm_train::{StepProgress, TrainJob, TrainObserver, TrainOutcome, TrainStart};
use std::time::{Duration, Instant};

/// Time between two events about steps; a training may do hundreds of steps in a second.
const STEP_EVENTS: Duration = Duration::from_millis(100);

/// Time between two transactions that record metrics.
const RECORDINGS: Duration = Duration::from_secs(1);

impl Execution<'_> {
    pub(super) fn train(self, config: &TrainConfig) -> Result<Executed, RunnerError> {
        let dataset = self.dataset_of(self.stage)?;
        let seed = self.stage.seed;
        let seed = seed.ok_or_else(|| RunnerError::Incomplete {
            stage: self.stage.id.clone(),
            what: "seed",
        })?;
        let base_dir = base_dir(self.workflow);
        let weights = config.weights.as_ref().map(|path| base_dir.join(path));
        let job = TrainJob {
            config,
            seed,
            dataset: &dataset,
            device: self.session.device,
            weights: weights.as_deref(),
            work_dir: self.work,
        };
        let now = Instant::now();
        let mut observer = Observer {
            stage: &self.stage.id,
            key: self.key,
            database: &self.session.database,
            events: self.events,
            interrupt: self.interrupt,
            recent: Recent::new(now),
            told_at: None,
            recorded_at: now,
            unrecorded: Vec::new(),
            recording: true,
        };
        let outcome = hrm_train::train(&job, &mut observer)?;
        observer.record();
        Ok(match outcome {
            TrainOutcome::Finished(_) => Executed::Done,
            TrainOutcome::Interrupted { step } => Executed::Interrupted { step: Some(step) },
        })
    }
}

/// Turns what a training tells into events and rows.
struct Observer<'a> {
    stage: &'a str,
    key: &'a Key,
    database: &'a Database,
    events: &'a mut dyn Events,
    interrupt: &'a Interrupt,
    recent: Recent,
    /// When the last event about a step was sent.
    told_at: Option<Instant>,
    /// When metrics were recorded last.
    recorded_at: Instant,
    unrecorded: Vec<MetricRow>,
    /// False after a failure: the rows are written when the training is done.
    recording: bool,
}

impl Observer<'_> {
    /// Writes the metrics that are not recorded yet.
    fn record(&mut self) {
        self.recorded_at = Instant::now();
        let rows = std::mem::take(&mut self.unrecorded);
        if self.recording && !rows.is_empty() {
            let result = self.database.record_metrics(self.key, &rows);
            self.check(result);
        }
    }

    fn check(&mut self, result: Result<(), DatabaseError>) {
        if let Err(error) = result {
            self.recording = false;
            let message = format!(
                "metrics of `{}` are recorded only at its end: {error}",
                self.stage
            );
            self.events.event(Event::Warning { message });
        }
    }
}

impl TrainObserver for Observer<'_> {
    fn started(&mut self, start: &TrainStart) {
        // A killed process may have recorded steps after its last checkpoint.
        let result = self
            .database
            .delete_metrics_after(self.key, start.resumed_from.unwrap_or(0));
        self.check(result);
        self.recent = Recent::new(Instant::now());
        self.events.event(Event::TrainingStarted {
            stage: self.stage.to_owned(),
            parameters: start.parameters as u64,
            total_steps: start.total_steps,
            resumed_from: start.resumed_from,
        });
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
        self.unrecorded.extend(rows.iter().cloned().map(metric_row));
        if self.recorded_at.elapsed() >= RECORDINGS {
            self.record();
        }
    }

    fn loss_spike(&mut self, step: u64, ratio: f64) {
        let stage = self.stage;
        let message =
            format!("`{stage}`, step {step}: the loss is {ratio:.1} times its recent median");
        self.events.event(Event::Warning { message });
    }

    fn checkpoint(&mut self, step: u64) {
        self.record();
        self.events.event(Event::CheckpointSaved {
            stage: self.stage.to_owned(),
            step,
        });
    }

    fn stop_requested(&self) -> bool {
        self.interrupt.requested()
    }
}
