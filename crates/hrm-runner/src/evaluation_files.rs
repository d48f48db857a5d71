//! The files of an evaluation's artifact.
//!
//! ```text
//! summary.json         counts over all puzzles, by segment and with adaptive halting
//! outcomes.csv         the outcome of each puzzle
//! traces.json          a few puzzles with their prediction after every segment
//! scores.json          scores of the final predictions, where the kind of puzzle is known
//! submission.json      two attempts at each test input; ARC only
//! predictions.npy.gz   the final predictions, see `hrm_predictions::Predictions`
//! q_halt.npy           their halting logits
//! probe.json           what hidden states did, where puzzles are probed
//! ```
//!
//! Recorded predictions of another program have scores, a submission or outcomes, and nothing else.

use crate::{RunnerError, score_rows};
use hrm_config::Metric;
use hrm_predictions::{Scored, Scores};
use hrm_store::rows::OutcomeRow;
use hrm_train::{Evaluation, Probe, SegmentCounts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

const SUMMARY: &str = "summary.json";
const OUTCOMES: &str = "outcomes.csv";
pub(crate) const TRACES: &str = "traces.json";
const SCORES: &str = "scores.json";
/// The files of which rows are read.
pub(crate) const OF_ROWS: &[&str] = &[SUMMARY, OUTCOMES, SCORES, PROBE, TRACES];
const SUBMISSION: &str = "submission.json";
const PROBE: &str = "probe.json";

/// `summary.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// Segments that training ran at most.
    pub(crate) segments_trained: usize,
    /// Puzzles evaluated.
    pub(crate) puzzles: u64,
    /// Counted cells of all of them.
    pub(crate) cells: u64,
    /// Metrics that were asked for.
    pub(crate) metrics: Vec<Metric>,
    /// Counts after each segment, all puzzles running all segments.
    pub(crate) by_segment: Vec<SegmentCounts>,
    /// Counts at the segment at which the learned rule halts each puzzle.
    pub(crate) adaptive: SegmentCounts,
    /// Puzzles that the learned rule halts at each segment.
    pub(crate) halt_histogram: Vec<u64>,
}

/// The outcome of each puzzle. `difficulty` tells that of an example.
pub(crate) fn outcomes(
    evaluation: &Evaluation,
    scored: Option<&Scored>,
    difficulty: impl Fn(usize) -> Option<u32>,
) -> Vec<OutcomeRow> {
    let row = |(place, outcome): (usize, &hrm_train::PuzzleOutcome)| {
        let mut row = scored.map_or_else(OutcomeRow::default, |scored| {
            score_rows::outcome(&scored.scores, place)
        });
        row.puzzle = outcome.index;
        row.first_exact_segment = outcome.first_exact_segment;
        row.exact_last = outcome.exact;
        row.exact_halt = Some(outcome.exact_at_halt);
        row.halt_segment = Some(outcome.halt_segment);
        row.correct_cells = outcome.correct_cells;
        row.counted_cells = outcome.counted_cells;
        row.difficulty = difficulty(outcome.index as usize).map(i64::from);
        row
    };
    evaluation.outcomes.iter().enumerate().map(row).collect()
}

/// Writes summary, outcomes, traces and probe of `evaluation` into `folder`.
pub(crate) fn write(
    folder: &Path,
    evaluation: &Evaluation,
    metrics: &[Metric],
    outcomes: &[OutcomeRow],
) -> Result<(), RunnerError> {
    let summary = Summary {
        segments_trained: evaluation.segments_trained,
        puzzles: evaluation.puzzles,
        cells: evaluation.cells,
        metrics: metrics.to_vec(),
        by_segment: evaluation.by_segment.clone(),
        adaptive: evaluation.adaptive,
        halt_histogram: evaluation.halt_histogram.clone(),
    };
    write_file(&folder.join(SUMMARY), &to_json(&summary)?)?;
    write_outcomes(folder, outcomes)?;
    write_file(&folder.join(TRACES), &to_json(&evaluation.traces)?)?;
    match &evaluation.probe {
        Some(probe) => write_file(&folder.join(PROBE), &to_json(probe)?),
        None => Ok(()),
    }
}

/// Writes the scores of final predictions, without single puzzles, and the submission.
pub(crate) fn write_scores(folder: &Path, scored: &Scored) -> Result<(), RunnerError> {
    write_file(&folder.join(SCORES), &to_json(&scored.scores.sums())?)?;
    match &scored.submission {
        Some(text) => write_file(&folder.join(SUBMISSION), text),
        None => Ok(()),
    }
}

/// Writes `outcomes.csv`. An empty field is a value that there is not.
pub(crate) fn write_outcomes(folder: &Path, rows: &[OutcomeRow]) -> Result<(), RunnerError> {
    let path = folder.join(OUTCOMES);
    let error = |error: csv::Error| RunnerError::io("write", &path)(error.into());
    let mut writer = csv::Writer::from_path(&path).map_err(error)?;
    rows.iter()
        .try_for_each(|row| writer.serialize(row))
        .map_err(error)?;
    writer.flush().map_err(RunnerError::io("write", &path))
}

/// Reads `summary.json`; recorded predictions of another program have none.
pub(crate) fn read_summary(folder: &Path) -> Result<Option<Summary>, RunnerError> {
    read_if_there(&folder.join(SUMMARY))
}

/// Reads `scores.json`, where there is one.
pub(crate) fn read_scores(folder: &Path) -> Result<Option<Scores>, RunnerError> {
    read_if_there(&folder.join(SCORES))
}

/// Reads `probe.json`, where there is one.
pub(crate) fn read_probe(folder: &Path) -> Result<Option<Probe>, RunnerError> {
    read_if_there(&folder.join(PROBE))
}

/// Reads `outcomes.csv`, where there is one.
pub(crate) fn read_outcomes(folder: &Path) -> Result<Vec<OutcomeRow>, RunnerError> {
    let path = folder.join(OUTCOMES);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let malformed = |error: csv::Error| RunnerError::malformed(place(&path, &error))(error);
    let mut reader = csv::Reader::from_path(&path).map_err(malformed)?;
    reader
        .deserialize()
        .map(|row| row.map_err(malformed))
        .collect()
}

fn place(path: &Path, error: &csv::Error) -> String {
    let line = error.position().map(csv::Position::line);
    let line = line.map_or_else(String::new, |line| format!(", line {line}"));
    format!("`{}`{line}", path.display())
}

fn read_if_there<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, RunnerError> {
    path.exists().then(|| read_json(path)).transpose()
}

/// Reads a JSON file of an artifact.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, RunnerError> {
    let bytes = fs::read(path).map_err(RunnerError::io("read", path))?;
    serde_json::from_slice(&bytes).map_err(RunnerError::malformed(format!("`{}`", path.display())))
}

fn to_json(value: &impl Serialize) -> Result<String, RunnerError> {
    serde_json::to_string(value).map_err(RunnerError::Json)
}

fn write_file(path: &Path, text: &str) -> Result<(), RunnerError> {
    fs::write(path, text).map_err(RunnerError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> OutcomeRow {
        OutcomeRow {
            puzzle: 7,
            first_exact_segment: Some(3),
            exact_last: true,
            exact_halt: Some(false),
            halt_segment: Some(2),
            correct_cells: 16,
            counted_cells: 16,
            difficulty: Some(-1),
            correct_blank_cells: Some(9),
            blank_cells: Some(9),
            rules_kept: Some(true),
            givens_kept: Some(false),
            shortest_path: None,
            valid_path: None,
        }
    }

    #[test]
    fn outcomes_read_back() {
        let sparse = OutcomeRow {
            puzzle: 8,
            correct_cells: 3,
            valid_path: Some(true),
            ..OutcomeRow::default()
        };
        let rows = vec![row(), sparse];
        let folder = tempfile::tempdir().unwrap();
        write_outcomes(folder.path(), &rows).unwrap();
        assert_eq!(read_outcomes(folder.path()).unwrap(), rows);
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        write_outcomes(folder.path(), &[row()]).unwrap();
        let path = folder.path().join(OUTCOMES);
        let good = fs::read_to_string(&path).unwrap();
        let line = good.lines().last().unwrap();
        for damaged in [
            "1,2",
            &line.replace("true", "yes"),
            &line.replacen('7', "x", 1),
            &format!("{line},"),
        ] {
            fs::write(&path, format!("{good}{damaged}\n")).unwrap();
            let error = read_outcomes(folder.path()).unwrap_err().to_string();
            assert!(error.contains("outcomes.csv`, line 3"), "{error}");
        }
    }
}
