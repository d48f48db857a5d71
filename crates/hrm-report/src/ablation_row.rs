//! What a table says of a row of an ablation besides its settings.

use crate::format::plural;
use crate::series::groups;
use crate::{AblationRow, EvaluationInfo, ReportData, TrainingInfo};
use hrm_stats::mean;

/// A row with what the report knows of its trainings.
#[derive(Debug)]
pub(crate) struct Described<'a> {
    pub(crate) row: &'a AblationRow,
    /// Name of the training, and of the evaluation where it has several.
    pub(crate) name: String,
    /// Trained numbers.
    pub(crate) parameters: Option<u64>,
    /// Floating-point operations of all segments on one puzzle.
    pub(crate) flops: Option<f64>,
    /// Seconds of training; the mean over seeds.
    pub(crate) seconds: Option<f64>,
}

/// Looks up the evaluations of a row.
pub(crate) fn describe<'a>(data: &ReportData, row: &'a AblationRow) -> Described<'a> {
    let is_meant = |evaluation: &&EvaluationInfo| row.evaluations.contains(&evaluation.id);
    let evaluations: Vec<&EvaluationInfo> = data.evaluations.iter().filter(is_meant).collect();
    let trainings = evaluations.iter().filter_map(|e| data.training_of(e));
    let trainings: Vec<&TrainingInfo> = trainings.collect();
    let seconds: Vec<f64> = trainings.iter().map(|training| training.seconds).collect();
    let first = trainings.first();
    let segments = evaluations.first().and_then(|evaluation| evaluation.last());
    let flops = first
        .and_then(|training| training.flops_per_segment)
        .zip(segments);
    let mut groups = groups(data).into_iter();
    let group = groups.find(|group| group.evaluations.iter().any(is_meant));
    Described {
        row,
        name: group.map_or_else(|| row.evaluations.join(", "), |group| group.series.label),
        parameters: first.map(|training| training.parameters),
        flops: flops.map(|(flops, last)| flops as f64 * last.segment as f64),
        seconds: mean(&seconds),
    }
}

impl Described<'_> {
    /// `1 seed`, `3 seeds`.
    pub(crate) fn seeds(&self) -> String {
        plural(
            self.row.estimate.map_or(0, |estimate| estimate.seeds),
            "seed",
        )
    }
}

/// A difference of shares in percentage points, with its sign.
pub(crate) fn points(difference: f64) -> String {
    format!("{} points", signed(difference))
}

/// The ends of an interval of differences: `−0.4 to +3.2`, in percentage points.
pub(crate) fn points_interval([low, high]: [f64; 2]) -> String {
    format!("{} to {}", signed(low), signed(high))
}

fn signed(difference: f64) -> String {
    let text = format!("{:+.1}", 100.0 * difference);
    // What rounds to zero has no sign.
    match text.as_str() {
        "-0.0" | "+0.0" => "0.0".to_owned(),
        _ => text.replacen('-', "−", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_a_sign_unless_they_round_to_zero() {
        let texts = [0.0312, -0.0312, 0.0002, -0.0002].map(points);
        assert_eq!(
            texts,
            ["+3.1 points", "−3.1 points", "0.0 points", "0.0 points"]
        );
        assert_eq!(points_interval([-0.004, 0.0]), "−0.4 to 0.0");
    }
}
