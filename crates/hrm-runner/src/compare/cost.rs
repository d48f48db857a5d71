//! What a training and its evaluation cost.

use crate::RunnerError;
use crate::documents::Document;
use hrm_config::{Comparability, Selection};
use hrm_report::SideCost;
use hrm_store::{Database, Key};
use hrm_train::{ModelCard, StopReason, TrainingSummary};

/// Times and energy as recorded; operations by [`hrm_model::Architecture::segment_flops`]. `puzzles` run all
/// segments each.
pub(super) fn cost(
    database: &Database,
    evaluation: &Key,
    training: &Key,
    puzzles: u64,
    comparability: &Comparability,
) -> Result<SideCost, RunnerError> {
    // What the untrained model is evaluated for has cost no training.
    let is_trained = comparability.selection != Some(Selection::Initial);
    // A database that was filled again from artifacts knows no times.
    let trained = database.cost_of(training)?.filter(|_| is_trained);
    let evaluated = database.cost_of(evaluation)?;
    let segments = comparability.segments.unwrap_or_default();
    let mut cost = SideCost {
        training_seconds: trained.map(|cost| cost.seconds),
        training_joules: trained.and_then(|cost| cost.energy_joules),
        evaluation_seconds: evaluated.map(|cost| cost.seconds),
        evaluation_joules: evaluated.and_then(|cost| cost.energy_joules),
        ..SideCost::default()
    };
    let Some(model) = Document::Model.read::<ModelCard>(database, training)? else {
        return Ok(cost);
    };
    let train = &model.train;
    let architecture = model.architecture()?;
    let flops = architecture.segment_flops(train.trains_continue());
    let puzzle_flops = flops.forward as f64 * segments as f64;
    cost.parameters = Some(architecture.parameter_count() as u64);
    cost.puzzle_flops = Some(puzzle_flops);
    cost.evaluation_flops = Some(puzzle_flops * puzzles as f64);
    let summary: Option<TrainingSummary> = Document::Training.read(database, training)?;
    // What imported weights cost is not known here.
    if let Some(summary) = summary
        && is_trained
        && summary.stop_reason != StopReason::Imported
    {
        let samples = summary.steps as f64 * train.batch_size as f64;
        cost.training_flops = Some(flops.training as f64 * samples);
    }
    Ok(cost)
}
