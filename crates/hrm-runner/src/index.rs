//! From an artifact to the rows of the database.
//!
//! The database is an index: all of its numbers are read from the artifacts, right after they are
//! published and once more if the database was deleted.

use crate::evaluation_files::{self, Summary};
use crate::{MetricValue, RunnerError, documents, probe_rows, score_rows};
use hrm_config::{Metric, Split, StageKind};
use hrm_predictions::Scores;
use hrm_store::rows::{MetricRow, SummaryRow};
use hrm_store::{Artifact, ArtifactState, Database, Halting, Key, Store};
use hrm_train::SegmentCounts;
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The curves of a training in its artifact.
pub(crate) const METRICS: &str = "metrics.jsonl";

/// Metric of adaptive halting: supervision segments used per puzzle, on average.
pub(crate) const MEAN_SEGMENTS: &str = "mean_segments";

/// Records everything about `artifact`, which the stage run `produced_by` made, if any.
pub(crate) fn index(
    database: &Database,
    artifact: &Artifact,
    produced_by: Option<i64>,
) -> Result<(), RunnerError> {
    let (key, folder) = (artifact.key(), artifact.path());
    if let Some(config) = artifact.manifest().key_parts.get("config") {
        database.record_parameters(key, config)?;
    }
    documents::record(database, artifact)?;
    if artifact.kind() == StageKind::Train.name() {
        database.record_metrics(key, &read_metrics(folder)?)?;
    } else if artifact.kind() == StageKind::Evaluate.name() {
        index_evaluation(database, artifact)?;
    }
    // Comes last: this row says that all the others are there.
    Ok(database.record_artifact(artifact, produced_by)?)
}

/// Records everything about the artifact `kind` `key`, or about its record where it is not here; returns
/// whether there was either.
pub(crate) fn index_entry(
    store: &Store,
    database: &Database,
    kind: &str,
    key: &Key,
) -> Result<bool, RunnerError> {
    let found = match store.artifact(kind, key)? {
        ArtifactState::Complete(artifact) => Some(artifact),
        ArtifactState::Absent | ArtifactState::Damaged { .. } => store.record(kind, key)?,
    };
    let Some(found) = found else {
        return Ok(false);
    };
    index(database, &found, database.producer(key)?)?;
    Ok(true)
}

fn index_evaluation(database: &Database, artifact: &Artifact) -> Result<(), RunnerError> {
    let (key, folder) = (artifact.key(), artifact.path());
    let summary = evaluation_files::read_summary(folder)?;
    let scores = evaluation_files::read_scores(folder)?;
    let mut rows = summary.as_ref().map_or_else(Vec::new, summary_rows);
    if let Some(scores) = &scores {
        rows.extend(final_rows(summary.as_ref(), scores));
    }
    let probe = evaluation_files::read_probe(folder)?;
    if let Some(probe) = &probe {
        let segments = summary
            .as_ref()
            .map_or(0, |summary| summary.by_segment.len());
        rows.extend(probe_rows::summary_rows(probe, segments));
        let (residuals, participation) = probe_rows::point_rows(probe);
        database.record_hidden_states(key, &residuals, &participation)?;
    }
    database.record_summaries(key, &rows)?;
    database.record_outcomes(key, &evaluation_files::read_outcomes(folder)?)?;
    match &scores {
        Some(Scores::Sudoku(scores)) => {
            database.record_rating_scores(key, &score_rows::rating_rows(scores))?;
        }
        Some(Scores::Arc(scores)) => {
            let (points, outcomes) = score_rows::arc_rows(scores);
            database.record_arc(key, &points, &outcomes)?;
        }
        Some(Scores::Maze(_)) | None => {}
    }
    index_test_evaluation(database, artifact)
}

/// The scores of the final predictions that are not counted after every segment already. Those of
/// another program have no segments.
fn final_rows(summary: Option<&Summary>, scores: &Scores) -> Vec<SummaryRow> {
    match summary {
        None => score_rows::summary_rows(scores, 0, |_| true),
        Some(summary) => {
            let segments = u32::try_from(summary.by_segment.len()).unwrap_or(u32::MAX);
            score_rows::summary_rows(scores, segments, |metric| {
                metric.puzzle().is_some() && summary.metrics.contains(&metric)
            })
        }
    }
}

/// Counts the evaluation if it looked at a test split.
fn index_test_evaluation(database: &Database, artifact: &Artifact) -> Result<(), RunnerError> {
    let manifest = artifact.manifest();
    let part = |pointer: &str| manifest.key_parts.pointer(pointer).and_then(Value::as_str);
    if part("/config/split") != Some(Split::Test.name()) {
        return Ok(());
    }
    if let (Some(dataset), Some(training)) = (part("/inputs/dataset"), part("/inputs/train")) {
        let key = artifact.key();
        database.record_test_evaluation(key, dataset, training, &manifest.created_at)?;
    }
    Ok(())
}

/// Records those of `artifacts` that the database does not know.
pub(crate) fn ensure_indexed<'a>(
    database: &Database,
    artifacts: impl Iterator<Item = &'a Artifact> + Clone,
) -> Result<(), RunnerError> {
    let keys: Vec<Key> = artifacts.clone().map(|artifact| *artifact.key()).collect();
    let missing = database.not_indexed(&keys)?;
    for artifact in artifacts.filter(|artifact| missing.contains(artifact.key())) {
        index(database, artifact, database.producer(artifact.key())?)?;
    }
    Ok(())
}

/// Reads the curves of a training; imported weights have none, since they were not trained here.
fn read_metrics(folder: &Path) -> Result<Vec<MetricRow>, RunnerError> {
    let path = folder.join(METRICS);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(RunnerError::io("read", &path))?,
    };
    let parse = |(i, line)| {
        let what = format!("`{}`, line {}", path.display(), i + 1);
        let row: hrm_train::MetricRow =
            serde_json::from_str(line).map_err(RunnerError::malformed(what))?;
        Ok(MetricRow {
            name: row.name,
            step: row.step,
            value: row.value,
        })
    };
    text.lines().enumerate().map(parse).collect()
}

/// A metric of a training as the database stores it.
pub(crate) fn metric_row(metric: &MetricValue) -> MetricRow {
    MetricRow {
        name: metric.name.clone(),
        step: metric.step,
        value: metric.value,
    }
}

/// What was counted after every segment, and with adaptive halting.
fn summary_rows(summary: &Summary) -> Vec<SummaryRow> {
    let mut rows = Vec::new();
    for (i, counts) in summary.by_segment.iter().enumerate() {
        rows.extend(count_rows(summary, counts, i + 1, Halting::Fixed));
    }
    let segments = summary.by_segment.len();
    rows.extend(count_rows(
        summary,
        &summary.adaptive,
        segments,
        Halting::Adaptive,
    ));
    let used = summary
        .halt_histogram
        .iter()
        .zip(1..)
        .map(|(puzzles, segment)| puzzles * segment)
        .sum();
    rows.push(quotient(
        MEAN_SEGMENTS,
        used,
        summary.puzzles,
        segments,
        Halting::Adaptive,
    ));
    rows
}

fn count_rows<'a>(
    summary: &'a Summary,
    counts: &'a SegmentCounts,
    segment: usize,
    halting: Halting,
) -> impl Iterator<Item = SummaryRow> + 'a {
    summary.metrics.iter().filter_map(move |metric| {
        let (numerator, denominator) = match metric {
            Metric::ExactAccuracy => (counts.exact, summary.puzzles),
            Metric::CellAccuracy => (counts.correct_cells, summary.cells),
            Metric::QHaltAccuracy => (counts.q_halt_correct, summary.puzzles),
            // Counted for the final prediction only.
            _ => return None,
        };
        Some(quotient(
            metric.name(),
            numerator,
            denominator,
            segment,
            halting,
        ))
    })
}

fn quotient(
    metric: &str,
    numerator: u64,
    denominator: u64,
    segment: usize,
    halting: Halting,
) -> SummaryRow {
    SummaryRow {
        metric: metric.to_owned(),
        segment: u32::try_from(segment).unwrap_or(u32::MAX),
        halting,
        value: numerator as f64 / denominator as f64,
        numerator: Some(numerator),
        denominator: Some(denominator),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_a_row_for_every_segment_and_for_adaptive_halting() {
        let counts = |exact, correct_cells, q_halt_correct| SegmentCounts {
            exact,
            correct_cells,
            q_halt_correct,
            lm_loss_sum: 0.0,
        };
        let summary = Summary {
            segments_trained: 2,
            puzzles: 10,
            cells: 160,
            metrics: vec![Metric::ExactAccuracy, Metric::CellAccuracy],
            by_segment: vec![counts(4, 100, 9), counts(8, 150, 10)],
            adaptive: counts(7, 140, 10),
            halt_histogram: vec![3, 7],
        };
        let rows: Vec<_> = summary_rows(&summary)
            .into_iter()
            .map(|row| {
                (
                    row.metric,
                    row.segment,
                    row.halting,
                    row.numerator,
                    row.denominator,
                )
            })
            .collect();
        let row = |metric: &str, segment, halting, numerator, denominator| {
            (
                metric.to_owned(),
                segment,
                halting,
                Some(numerator),
                Some(denominator),
            )
        };
        assert_eq!(
            rows,
            [
                row("exact_accuracy", 1, Halting::Fixed, 4, 10),
                row("cell_accuracy", 1, Halting::Fixed, 100, 160),
                row("exact_accuracy", 2, Halting::Fixed, 8, 10),
                row("cell_accuracy", 2, Halting::Fixed, 150, 160),
                row("exact_accuracy", 2, Halting::Adaptive, 7, 10),
                row("cell_accuracy", 2, Halting::Adaptive, 140, 160),
                row("mean_segments", 2, Halting::Adaptive, 17, 10),
            ]
        );
    }
}
