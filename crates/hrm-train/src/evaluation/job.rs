//! Evaluating a finished training.

use super::pass::{PassSettings, run_pass};
use super::probe::run_probe;
use super::result::Evaluation;
use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::model::Place;
use crate::model_folder::ModelFolder;
use crate::out_of_memory::{MemoryNeed, Workload, explained};
use hrm_config::EvaluateConfig;
use hrm_dataset::Dataset;
use hrm_model::{Architecture, DeviceChoice};
use std::ops::ControlFlow;
use std::path::Path;

/// One evaluation.
#[derive(Debug)]
pub struct EvaluateJob<'a> {
    /// The evaluation's configuration.
    pub config: &'a EvaluateConfig,
    /// The training's finished folder.
    pub train_dir: &'a Path,
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The examples of the split that are evaluated.
    pub examples: &'a [usize],
    /// The examples whose hidden states are watched.
    pub probed: &'a [usize],
    /// The device.
    pub device: DeviceChoice,
}

impl EvaluateJob<'_> {
    /// The memory that it needs on a device that has `available` bytes.
    ///
    /// # Errors
    /// Where there is no model in the training's folder, or the device cannot be used.
    pub fn memory_need(&self, available: Option<u64>) -> Result<MemoryNeed, TrainError> {
        let card = ModelFolder::of_training(self.train_dir, self.config.checkpoint)?.card;
        let architecture = Architecture::new(&card.train.model, card.dims)?;
        let (_, kind) = self.device.open()?;
        let evaluation = Workload::Evaluation {
            precision: card.train.precision,
            batch_size: self.config.batch_size,
        };
        Ok(MemoryNeed::of(evaluation, &architecture, kind, available))
    }
}

/// Evaluates; `progress` gets puzzles done and in all, and may stop the evaluation, which then
/// gives `None`.
///
/// # Errors
/// Where files, numbers or the device fail; [`TrainError::OutOfMemory`] where the device's memory does
/// not suffice.
pub fn evaluate(
    job: &EvaluateJob<'_>,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Evaluation>, TrainError> {
    explained(
        || run(job, progress),
        || job.memory_need(job.device.memory_bytes()),
    )
}

fn run(
    job: &EvaluateJob<'_>,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Evaluation>, TrainError> {
    let split = job
        .dataset
        .split(job.config.split)
        .map_err(|error| TrainError::Dataset(error.to_string()))?;
    let folder = ModelFolder::of_training(job.train_dir, job.config.checkpoint)?;
    let train = &folder.card.train;
    let place = Place::open(job.device, train.precision)?;
    let model = folder.load(&place)?;
    let segments = job.config.segments.unwrap_or(train.segments);
    let settings = PassSettings {
        segments,
        segments_trained: train.segments,
        batch_size: job.config.batch_size,
        traces: job.config.traces,
        keep_predictions: true,
    };
    let total = job.examples.len() + job.probed.len();
    let evaluation = run_pass(
        &model,
        HaltingRule::of(train),
        train.loss,
        split,
        job.examples,
        settings,
        &mut |done, _| progress(done, total),
    )?;
    let Some(mut evaluation) = evaluation else {
        return Ok(None);
    };
    if !job.probed.is_empty() {
        let mut progress = |done| progress(job.examples.len() + done, total);
        let probe = run_probe(
            &model,
            split,
            job.probed,
            segments,
            job.config.batch_size,
            &mut progress,
        )?;
        let Some(probe) = probe else {
            return Ok(None);
        };
        evaluation.probe = Some(probe);
    }
    Ok(Some(evaluation))
}
