//! The result of an evaluation in one line.

use crate::RunnerError;
use hrm_config::Metric;
use hrm_report::Count;
use hrm_store::{Database, Halting, Key};
use serde::Serialize;

/// What an evaluation measured after the last supervision segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvaluationResult {
    /// Instance of the evaluate stage.
    pub stage: String,
    /// Supervision segments.
    pub segment: u32,
    /// Puzzles with every counted cell right, of all puzzles.
    pub exact: Count,
}

/// The result of the evaluation `stage` with this key; `None` where it does not count exact accuracy.
pub fn evaluation_result(
    database: &Database,
    stage: &str,
    key: &Key,
) -> Result<Option<EvaluationResult>, RunnerError> {
    let rows = database.summaries(key)?;
    let exact = rows
        .into_iter()
        .filter(|row| row.metric == Metric::ExactAccuracy.name() && row.halting == Halting::Fixed)
        .max_by_key(|row| row.segment);
    Ok(exact.and_then(|row| {
        let exact = Count {
            hits: row.numerator?,
            total: row.denominator?,
        };
        Some(EvaluationResult {
            stage: stage.to_owned(),
            segment: row.segment,
            exact,
        })
    }))
}
