//! The trainings of a report.

use super::{Made, ReportSource, axis};
use crate::RunnerError;
use crate::evaluation_files::read_json;
use hrm_report::TrainingInfo;
use hrm_train::{StopReason, TrainingSummary};
use std::collections::BTreeMap;

/// Label of the axis that tells seeds apart.
const SEED_AXIS: &str = "seed";

impl ReportSource<'_> {
    pub(super) fn training(&self, made: &Made<'_>) -> Result<TrainingInfo, RunnerError> {
        let summary: TrainingSummary = read_json(&made.artifact.file("training.json"))?;
        let mut metrics: BTreeMap<String, Vec<(u64, f64)>> = BTreeMap::new();
        for row in self.database.metrics(&made.key, &[])? {
            metrics
                .entry(row.name)
                .or_default()
                .push((row.step, row.value));
        }
        Ok(TrainingInfo {
            id: made.stage.id.clone(),
            stage: made.stage.stage(),
            axes: made
                .stage
                .axes
                .iter()
                .filter(|(name, _)| name != SEED_AXIS)
                .map(axis)
                .collect(),
            seed: made.stage.seed.unwrap_or_default(),
            parameters: summary.parameters as u64,
            steps: summary.steps,
            seconds: self.seconds(made)?,
            metrics,
            stop_reason: match summary.stop_reason {
                StopReason::Steps => "all steps done".to_owned(),
                StopReason::EarlyStopping => {
                    "no further improvement on the validation split".to_owned()
                }
                StopReason::Imported => "weights imported, not trained here".to_owned(),
            },
            best_step: summary.best_step,
        })
    }
}
