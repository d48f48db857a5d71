//! What a training and its evaluation cost.

use crate::RunnerError;
use crate::evaluation_files::read_json;
use hrm_config::{CheckpointChoice, Comparability, Selection, StageKind};
use hrm_report::SideCost;
use hrm_store::{ArtifactState, Database, Key, Store};
use hrm_train::{ModelFolder, StopReason, TrainingSummary};

/// Times from the database; operations by [`hrm_model::Architecture::segment_flops`], where the
/// training's artifact is still there. `puzzles` run all segments each.
pub(super) fn cost(
    store: &Store,
    database: &Database,
    evaluation: &Key,
    training: &Key,
    puzzles: u64,
    comparability: &Comparability,
) -> Result<SideCost, RunnerError> {
    // A database that was filled again from artifacts knows no times.
    let seconds = |key: &Key| -> Result<Option<f64>, RunnerError> {
        Ok(Some(database.seconds_of(key)?).filter(|seconds| *seconds > 0.0))
    };
    // What the untrained model is evaluated for has cost no training.
    let is_trained = comparability.selection != Some(Selection::Initial);
    let segments = comparability.segments.unwrap_or_default();
    let mut cost = SideCost {
        training_seconds: if is_trained { seconds(training)? } else { None },
        evaluation_seconds: seconds(evaluation)?,
        ..SideCost::default()
    };
    let state = store.artifact(StageKind::Train.name(), training)?;
    let ArtifactState::Complete(artifact) = state else {
        return Ok(cost);
    };
    let Ok(model) = ModelFolder::of_training(artifact.path(), CheckpointChoice::Last) else {
        return Ok(cost);
    };
    let train = &model.card.train;
    let architecture = model.card.architecture()?;
    let flops = architecture.segment_flops(train.trains_continue());
    let puzzle_flops = flops.forward as f64 * segments as f64;
    cost.parameters = Some(architecture.parameter_count() as u64);
    cost.puzzle_flops = Some(puzzle_flops);
    cost.evaluation_flops = Some(puzzle_flops * puzzles as f64);
    let summary: TrainingSummary = read_json(&artifact.file("training.json"))?;
    // What imported weights cost is not known here.
    if is_trained && summary.stop_reason != StopReason::Imported {
        let samples = summary.steps as f64 * train.batch_size as f64;
        cost.training_flops = Some(flops.training as f64 * samples);
    }
    Ok(cost)
}
