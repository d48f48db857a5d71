//! The result of an evaluation in short.

use crate::RunnerError;
use hrm_config::Metric;
use hrm_report::{ArcScore, Count, MetricCount, TestEvaluation};
use hrm_store::rows::{ArcScoreRow, SummaryRow};
use hrm_store::{Database, Halting, Key};
use serde::Serialize;

/// What an evaluation measured after the last supervision segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvaluationResult {
    /// Instance of the evaluate stage.
    pub stage: String,
    /// Supervision segments; 0 for predictions of another program.
    pub segment: u32,
    /// Puzzles with every counted cell right, of all puzzles; none where it is not counted.
    pub exact: Option<Count>,
    /// Every metric of the final predictions, exact accuracy included.
    pub scores: Vec<MetricCount>,
    /// pass@K of the votes of all augmentations; ARC only.
    pub arc: Vec<ArcScore>,
    /// The place of the evaluation among those that looked at the same test split.
    pub test_evaluation: Option<TestEvaluation>,
}

/// The result of the evaluation `stage` with this key; `None` where nothing of it is recorded.
pub fn evaluation_result(
    database: &Database,
    stage: &str,
    key: &Key,
) -> Result<Option<EvaluationResult>, RunnerError> {
    let rows = database.summaries(key)?;
    let fixed = rows.iter().filter(|row| row.halting == Halting::Fixed);
    let segment = fixed.map(|row| row.segment).max();
    let scores = final_scores(&rows);
    let arc = last_votes(&database.arc_scores(key)?);
    if scores.is_empty() && arc.is_empty() {
        return Ok(None);
    }
    let exact = scores
        .iter()
        .find(|score| score.metric == Metric::ExactAccuracy.name());
    Ok(Some(EvaluationResult {
        stage: stage.to_owned(),
        segment: segment.unwrap_or_default(),
        exact: exact.map(|score| score.count),
        scores,
        arc,
        test_evaluation: test_evaluation(database, key)?,
    }))
}

/// The counts after the last segment, in the order of the metrics.
pub(crate) fn final_scores(rows: &[SummaryRow]) -> Vec<MetricCount> {
    let fixed = || rows.iter().filter(|row| row.halting == Halting::Fixed);
    let last = fixed().map(|row| row.segment).max();
    let score = |metric: Metric| {
        let row = fixed().find(|row| Some(row.segment) == last && row.metric == metric.name())?;
        metric_count(metric.name(), row.numerator?, row.denominator?)
    };
    Metric::ALL.into_iter().filter_map(score).collect()
}

/// A metric of this name with its counts; `None` for an unknown name.
pub(crate) fn metric_count(name: &str, hits: u64, total: u64) -> Option<MetricCount> {
    let metric = Metric::ALL
        .into_iter()
        .find(|metric| metric.name() == name)?;
    Some(MetricCount {
        metric: name.to_owned(),
        count: Count { hits, total },
        of_puzzles: metric.is_of_puzzles(),
    })
}

/// pass@K by every rule, of all augmentations.
fn last_votes(rows: &[ArcScoreRow]) -> Vec<ArcScore> {
    let last = rows.iter().map(|row| row.augmentations).max();
    let rows = rows.iter().filter(|row| Some(row.augmentations) == last);
    rows.map(arc_score).collect()
}

pub(crate) fn arc_score(row: &ArcScoreRow) -> ArcScore {
    ArcScore {
        augmentations: row.augmentations.into(),
        rule: row.rule.clone(),
        k: row.k.into(),
        solved: row.numerator,
        total: row.denominator,
        tasks: row.tasks,
    }
}

pub(crate) fn test_evaluation(
    database: &Database,
    key: &Key,
) -> Result<Option<TestEvaluation>, RunnerError> {
    let row = database.test_evaluation(key)?;
    Ok(row.map(|row| TestEvaluation {
        ordinal: row.ordinal.into(),
        evaluations: row.evaluations.into(),
        trainings: row.trainings.into(),
    }))
}
