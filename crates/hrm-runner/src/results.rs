//! The result of an evaluation in short.

use crate::RunnerError;
use hrm_config::Metric;
use hrm_report::{ArcScore, Count, MetricCount, TestEvaluation};
use hrm_store::rows::{ArcScoreRow, SummaryRow, TestEvaluationRow};
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

/// The results of evaluations, given as stage instances and keys; without those of which nothing is
/// recorded.
pub fn evaluation_results(
    database: &Database,
    evaluations: &[(&str, Key)],
) -> Result<Vec<EvaluationResult>, RunnerError> {
    let keys: Vec<Key> = evaluations.iter().map(|(_, key)| *key).collect();
    let summaries = database.all_summaries(&keys)?;
    let arc_scores = database.all_arc_scores(&keys)?;
    let test_evaluations = database.test_evaluations(&keys)?;
    let result = |(stage, key): &(&str, Key)| {
        let rows = summaries.get(key).map_or(&[][..], Vec::as_slice);
        let votes = arc_scores.get(key).map_or(&[][..], Vec::as_slice);
        let place = test_evaluations.get(key).map(place);
        evaluation_result(stage, rows, votes, place)
    };
    Ok(evaluations.iter().filter_map(result).collect())
}

/// The result of an evaluation from its rows; `None` where there are none.
fn evaluation_result(
    stage: &str,
    rows: &[SummaryRow],
    votes: &[ArcScoreRow],
    test_evaluation: Option<TestEvaluation>,
) -> Option<EvaluationResult> {
    let fixed = rows.iter().filter(|row| row.halting == Halting::Fixed);
    let segment = fixed.map(|row| row.segment).max();
    let scores = final_scores(rows);
    let arc = last_votes(votes);
    if scores.is_empty() && arc.is_empty() {
        return None;
    }
    let exact = scores
        .iter()
        .find(|score| score.metric == Metric::ExactAccuracy.name());
    Some(EvaluationResult {
        stage: stage.to_owned(),
        segment: segment.unwrap_or_default(),
        exact: exact.map(|score| score.count),
        scores,
        arc,
        test_evaluation,
    })
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
    Ok(database.test_evaluation(key)?.as_ref().map(place))
}

fn place(row: &TestEvaluationRow) -> TestEvaluation {
    TestEvaluation {
        ordinal: row.ordinal.into(),
        evaluations: row.evaluations.into(),
        trainings: row.trainings.into(),
    }
}
