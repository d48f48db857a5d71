//! From a configuration and a dataset to a trained model.

use super::batches::Batches;
use super::imported::take_weights;
use super::log::MetricLog;
use super::observer::{
    StepProgress, StopReason, TrainObserver, TrainOutcome, TrainStart, TrainingSummary,
};
use crate::checkpoint::{BestEvaluation, Checkpoints, Progress, Slots};
use crate::error::TrainError;
use crate::evaluation::{PassSettings, run_pass};
use crate::halting::HaltingRule;
use crate::metrics::{MetricRow, MetricSums};
use crate::model::{Model, Place};
use crate::model_folder::ModelCard;
use crate::out_of_memory::{MemoryNeed, Workload, explained};
use crate::trainer::Trainer;
use hrm_config::{Split, TrainConfig};
use hrm_dataset::{Dataset, SplitData, TrainSampler, eval_examples};
use hrm_model::{Architecture, DeviceChoice, Dims};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread;

/// One training run.
#[derive(Debug)]
pub struct TrainJob<'a> {
    /// The configuration.
    pub config: &'a TrainConfig,
    /// The seed.
    pub seed: u64,
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The device.
    pub device: DeviceChoice,
    /// Folder of the imported model that `config.weights` names.
    pub weights: Option<&'a Path>,
    /// Folder of the training's files. A training that was interrupted here goes on.
    pub work_dir: &'a Path,
}

/// The sizes that a model takes from a split's `dataset.json`.
pub(crate) fn dims(split: &SplitData) -> Dims {
    let meta = split.meta();
    Dims {
        vocab_size: meta.vocab_size,
        seq_len: meta.seq_len,
        num_puzzle_identifiers: meta.num_puzzle_identifiers,
    }
}

impl TrainJob<'_> {
    /// The memory that it needs on a device that has `available` bytes.
    ///
    /// # Errors
    /// Where the dataset has no training split, or the device cannot be used.
    pub fn memory_need(&self, available: Option<u64>) -> Result<MemoryNeed, TrainError> {
        let architecture = Architecture::new(&self.config.model, dims(training_split(self)?))?;
        let (_, kind) = self.device.open()?;
        let training = Workload::Training(self.config);
        Ok(MemoryNeed::of(training, &architecture, kind, available))
    }
}

fn training_split<'a>(job: &TrainJob<'a>) -> Result<&'a SplitData, TrainError> {
    let split = job.dataset.split(Split::Train);
    split.map_err(|error| TrainError::Dataset(error.to_string()))
}

/// Trains, resuming from the latest checkpoint in the work folder; or takes imported weights.
///
/// # Errors
/// Where files, numbers or the device fail; [`TrainError::OutOfMemory`] where the device's memory does
/// not suffice.
pub fn train(
    job: &TrainJob<'_>,
    observer: &mut dyn TrainObserver,
) -> Result<TrainOutcome, TrainError> {
    explained(
        || run(job, observer),
        || job.memory_need(job.device.memory_bytes()),
    )
}

fn run(job: &TrainJob<'_>, observer: &mut dyn TrainObserver) -> Result<TrainOutcome, TrainError> {
    if let Some(folder) = job.weights {
        return take_weights(job, folder).map(TrainOutcome::Finished);
    }
    let split = training_split(job)?;
    let architecture = Architecture::new(&job.config.model, dims(split))?;
    let place = Place::open_several(job.device, job.config.precision, job.config.devices)?;
    let total_steps = job
        .config
        .total_steps(split.groups(), split.meta().mean_puzzle_examples);
    let parameters = architecture.parameter_count();
    let model = Model::initialize(architecture, job.seed, &place);
    let mut trainer = Trainer::new(job.config, job.seed, total_steps, model);
    let mut sampler = TrainSampler::new(split, job.config.batch_size, job.seed);

    let card = ModelCard::new(job.config, job.seed, dims(split), job.dataset.card.puzzle);
    let checkpoints = Checkpoints::open(job.work_dir, card)?;
    let restored = checkpoints.restore(&mut trainer)?;
    let resumed_from = restored.as_ref().map(|progress| progress.step);
    let progress = restored.unwrap_or_else(|| Progress::start(sampler.position()));
    sampler.seek(progress.position);
    let log = MetricLog::open(job.work_dir, progress.metrics_bytes)?;
    observer.started(&TrainStart {
        total_steps,
        parameters,
        resumed_from,
    });

    let validation = job.dataset.splits.get(&Split::Validation);
    trainer.checkpoint_step = progress.step;
    thread::scope(|scope| {
        let training = Training {
            job,
            trainer,
            batches: Batches::start(scope, sampler)?,
            checkpoints,
            log,
            progress,
            validation,
        };
        training.run(parameters, observer)
    })
}

struct Training<'a> {
    job: &'a TrainJob<'a>,
    trainer: Trainer<'a>,
    batches: Batches,
    checkpoints: Checkpoints,
    log: MetricLog,
    progress: Progress,
    validation: Option<&'a SplitData>,
}

impl Training<'_> {
    fn config(&self) -> &TrainConfig {
        self.job.config
    }

    /// Steps until the training is done or shall stop.
    fn run(
        mut self,
        parameters: usize,
        observer: &mut dyn TrainObserver,
    ) -> Result<TrainOutcome, TrainError> {
        while !self.is_done() {
            if observer.stop_requested() {
                self.save_checkpoint(observer)?;
                return Ok(TrainOutcome::Interrupted {
                    step: self.progress.step,
                });
            }
            self.advance(observer)?;
        }
        self.finish(parameters).map(TrainOutcome::Finished)
    }

    fn is_done(&self) -> bool {
        self.progress.stopped_early || self.progress.step >= self.trainer.total_steps
    }

    /// One step with everything that is due after it.
    fn advance(&mut self, observer: &mut dyn TrainObserver) -> Result<(), TrainError> {
        let (batch, position) = self.batches.next()?;
        let sums = self.trainer.step(&batch)?;
        self.progress.step = self.trainer.step;
        self.progress.position = position;
        self.progress.pending.add(&sums);
        observer.step(&self.step_progress(&sums));

        let step = self.progress.step;
        let at_end = step >= self.trainer.total_steps;
        if step.is_multiple_of(self.config().log_interval) || at_end {
            self.record_training(observer)?;
        }
        let evaluation_due = self
            .config()
            .eval_interval
            .is_some_and(|interval| step.is_multiple_of(interval));
        if evaluation_due || at_end {
            self.validate(observer)?;
        }
        if step.is_multiple_of(self.config().checkpoint_interval) && !self.is_done() {
            self.save_checkpoint(observer)?;
        }
        Ok(())
    }

    fn step_progress(&self, sums: &MetricSums) -> StepProgress {
        StepProgress {
            step: self.progress.step,
            total_steps: self.trainer.total_steps,
            batch_size: self.config().batch_size,
            lm_loss: sums.lm_loss / sums.slots,
            exact_accuracy: (sums.count > 0.0).then(|| sums.exact_accuracy / sums.count),
        }
    }

    /// Records the mean metrics since the last time, and whether the loss jumped.
    fn record_training(&mut self, observer: &mut dyn TrainObserver) -> Result<(), TrainError> {
        let step = self.progress.step;
        let pending = std::mem::take(&mut self.progress.pending);
        let mut rows = pending.rows(step, self.config().trains_continue());
        if let Some(ratio) = self.progress.spikes.add(pending.lm_loss / pending.slots) {
            observer.loss_spike(step, ratio);
            rows.push(MetricRow {
                step,
                name: "train/loss_spike".to_owned(),
                value: ratio,
            });
        }
        self.record(&rows, observer)
    }

    fn record(
        &mut self,
        rows: &[MetricRow],
        observer: &mut dyn TrainObserver,
    ) -> Result<(), TrainError> {
        self.log.append(rows)?;
        observer.metrics(rows);
        Ok(())
    }

    /// Evaluates on the validation split, keeps the best model, and decides on early stopping.
    fn validate(&mut self, observer: &mut dyn TrainObserver) -> Result<(), TrainError> {
        let Some(split) = self.validation else {
            return Ok(());
        };
        self.trainer.check_gradients()?;
        let model = self.trainer.evaluated_model();
        let settings = PassSettings {
            segments: self.config().segments,
            segments_trained: self.config().segments,
            // No more at a time than the training itself works on.
            batch_size: (self.config().batch_size).div_ceil(self.config().gradient_accumulation),
            traces: 0,
            keep_predictions: false,
        };
        let examples = eval_examples(split, None, None);
        let halting = HaltingRule::of(self.config());
        let pass = run_pass(
            &model,
            halting,
            self.config().loss,
            split,
            &examples,
            settings,
            &mut |_, _| ControlFlow::Continue(()),
        )?;
        let Some(result) = pass else { return Ok(()) };
        let step = self.progress.step;
        let exact_accuracy = result.exact_accuracy();
        let rows = [
            ("validation/exact_accuracy", exact_accuracy),
            ("validation/accuracy", result.cell_accuracy()),
            ("validation/lm_loss", result.lm_loss()),
        ]
        .map(|(name, value)| MetricRow {
            step,
            name: name.to_owned(),
            value,
        });
        self.record(&rows, observer)?;
        self.judge(exact_accuracy, &model)
    }

    fn judge(&mut self, exact_accuracy: f64, model: &Model) -> Result<(), TrainError> {
        let stopping = self.config().early_stopping.clone();
        let min_delta = stopping.as_ref().map_or(0.0, |s| s.min_delta);
        let improved = self
            .progress
            .best
            .is_none_or(|best| exact_accuracy > best.exact_accuracy + min_delta);
        if improved {
            self.progress.best = Some(BestEvaluation {
                step: self.progress.step,
                exact_accuracy,
            });
            self.progress.evaluations_since_best = 0;
            return self.checkpoints.save_best(model);
        }
        self.progress.evaluations_since_best += 1;
        self.progress.stopped_early = stopping
            .is_some_and(|stopping| self.progress.evaluations_since_best >= stopping.patience);
        Ok(())
    }

    /// Notes where the training stands; refuses weights that no later step could go on from.
    fn note_position(&mut self) -> Result<(), TrainError> {
        self.trainer.check_gradients()?;
        self.trainer.check_weights()?;
        self.progress.metrics_bytes = self.log.sync()?;
        self.progress.slots = self
            .trainer
            .carry
            .as_ref()
            .map(|carry| Slots::of(&carry.current, &carry.steps, &carry.halted));
        Ok(())
    }

    fn save_checkpoint(&mut self, observer: &mut dyn TrainObserver) -> Result<(), TrainError> {
        self.note_position()?;
        self.checkpoints.save(&self.trainer, &self.progress)?;
        self.trainer.checkpoint_step = self.progress.step;
        observer.checkpoint(self.progress.step);
        Ok(())
    }

    fn finish(mut self, parameters: usize) -> Result<TrainingSummary, TrainError> {
        self.note_position()?;
        self.checkpoints.save_last(&self.trainer, &self.progress)?;
        let summary = TrainingSummary {
            steps: self.progress.step,
            parameters,
            stop_reason: if self.progress.stopped_early {
                StopReason::EarlyStopping
            } else {
                StopReason::Steps
            },
            best_step: self.progress.best.map(|best| best.step),
            best_exact_accuracy: self.progress.best.map(|best| best.exact_accuracy),
        };
        write_summary(self.job.work_dir, &summary)?;
        Ok(summary)
    }
}

pub(super) fn write_summary(work_dir: &Path, summary: &TrainingSummary) -> Result<(), TrainError> {
    let path = work_dir.join("training.json");
    let text =
        serde_json::to_string_pretty(summary).map_err(|error| TrainError::damaged(&path, error))?;
    fs::write(&path, text).map_err(TrainError::io(&path))
}
