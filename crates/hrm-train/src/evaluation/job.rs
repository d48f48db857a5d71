//! Evaluating a finished training.

use super::pass::{PassSettings, run_pass};
use super::result::Evaluation;
use crate::checkpoint::weights_path;
use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::model::{Model, Place};
use crate::training::dims;
use hrm_config::{CheckpointChoice, EvaluateConfig, Split, TrainConfig};
use hrm_dataset::Dataset;
use hrm_model::{Architecture, DeviceChoice};
use std::ops::ControlFlow;
use std::path::Path;

/// One evaluation.
#[derive(Debug)]
pub struct EvaluateJob<'a> {
    /// The evaluation's configuration.
    pub config: &'a EvaluateConfig,
    /// The training's configuration.
    pub train: &'a TrainConfig,
    /// The training's finished folder.
    pub train_dir: &'a Path,
    /// The dataset.
    pub dataset: &'a Dataset,
    /// The device.
    pub device: DeviceChoice,
}

/// Evaluates; `progress` gets puzzles done and in all, and may stop the evaluation, which then
/// gives `None`.
pub fn evaluate(
    job: &EvaluateJob<'_>,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Evaluation>, TrainError> {
    let split = |split: Split| {
        job.dataset
            .split(split)
            .map_err(|error| TrainError::Dataset(error.to_string()))
    };
    // The model's sizes are those of the data it was trained on.
    let architecture = Architecture::new(&job.train.model, dims(split(Split::Train)?))?;
    let place = Place::open(job.device, job.train.precision)?;
    let checkpoint = match job.config.checkpoint {
        CheckpointChoice::Last => "last",
        CheckpointChoice::Best => "best",
    };
    let weights = weights_path(job.train_dir, checkpoint);
    let model = Model::read(architecture, &weights, &place)?;
    let settings = PassSettings {
        segments: job.config.segments.unwrap_or(job.train.segments),
        segments_trained: job.train.segments,
        batch_size: job.config.batch_size,
        puzzles: job.config.puzzles,
        traces: job.config.traces,
    };
    run_pass(
        &model,
        HaltingRule::of(job.train),
        job.train.loss,
        split(job.config.split)?,
        settings,
        progress,
    )
}
