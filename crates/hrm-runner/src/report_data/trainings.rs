//! The trainings of a report.

use super::{Made, ReportSource, axis};
use crate::RunnerError;
use crate::documents::Document;
use hrm_report::{CurvePoint, TrainingInfo};
use hrm_store::Key;
use hrm_store::rows::MetricRangeRow;
use hrm_train::{ModelCard, StopReason, TrainingSummary};
use std::collections::BTreeMap;

/// Label of the axis that tells seeds apart.
const SEED_AXIS: &str = "seed";

/// What is drawn or warned of, of all that a training records.
const CURVES: [&str; 5] = [
    "train/lm_loss",
    "train/exact_accuracy",
    "train/loss_spike",
    "validation/lm_loss",
    "validation/exact_accuracy",
];
/// Points of a curve at most: more than a plot has columns.
const RANGES: u32 = 600;

impl ReportSource<'_> {
    pub(super) fn training(&self, made: &Made<'_>) -> Result<TrainingInfo, RunnerError> {
        let summary: TrainingSummary = self.document(made, Document::Training)?;
        let model: ModelCard = self.document(made, Document::Model)?;
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
            flops_per_segment: flops_per_segment(&model),
            metrics: self.curves(&made.key)?,
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

    /// The curves that a report shows, each with at most [`RANGES`] points.
    fn curves(&self, key: &Key) -> Result<BTreeMap<String, Vec<CurvePoint>>, RunnerError> {
        let mut curves = BTreeMap::new();
        for name in CURVES {
            let rows = self.database.metric_ranges(key, name, RANGES)?;
            let points: Vec<CurvePoint> = rows.into_iter().map(point).collect();
            if !points.is_empty() {
                curves.insert(name.to_owned(), points);
            }
        }
        Ok(curves)
    }
}

fn point(row: MetricRangeRow) -> CurvePoint {
    CurvePoint {
        step: row.step,
        values: row.points,
        not_finite: row.points - row.finite,
        mean: row.mean,
        low: row.low,
        high: row.high,
    }
}

/// Operations of one segment, where the model can be built.
fn flops_per_segment(model: &ModelCard) -> Option<u64> {
    let architecture = model.architecture().ok()?;
    Some(architecture.segment_flops(false).forward)
}
