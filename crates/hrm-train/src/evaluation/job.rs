//! Evaluating a finished training.

use super::pass::{PassSettings, run_pass};
use super::result::Evaluation;
use crate::checkpoint::checkpoint_path;
use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::model::Place;
use crate::model_folder::ModelFolder;
use hrm_config::EvaluateConfig;
use hrm_dataset::Dataset;
use hrm_model::DeviceChoice;
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
    /// The device.
    pub device: DeviceChoice,
}

/// Evaluates; `progress` gets puzzles done and in all, and may stop the evaluation, which then
/// gives `None`.
pub fn evaluate(
    job: &EvaluateJob<'_>,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Evaluation>, TrainError> {
    let split = job
        .dataset
        .split(job.config.split)
        .map_err(|error| TrainError::Dataset(error.to_string()))?;
    let folder = ModelFolder::open(&checkpoint_path(job.train_dir, job.config.checkpoint))?;
    let train = &folder.card.train;
    let place = Place::open(job.device, train.precision)?;
    let model = folder.load(&place)?;
    let settings = PassSettings {
        segments: job.config.segments.unwrap_or(train.segments),
        segments_trained: train.segments,
        batch_size: job.config.batch_size,
        traces: job.config.traces,
        keep_predictions: true,
    };
    run_pass(
        &model,
        HaltingRule::of(train),
        train.loss,
        split,
        job.examples,
        settings,
        progress,
    )
}
