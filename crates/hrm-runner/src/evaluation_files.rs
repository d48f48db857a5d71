//! The files of an evaluation's artifact.
//!
//! ```text
//! summary.json     counts over all puzzles, by segment and with adaptive halting
//! outcomes.csv     the outcome of each puzzle
//! traces.json      a few puzzles with their prediction after every segment
//! ```

use crate::RunnerError;
use hrm_config::Metric;
use hrm_store::rows::OutcomeRow;
use hrm_train::{Evaluation, PuzzleTrace, SegmentCounts};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const SUMMARY: &str = "summary.json";
const OUTCOMES: &str = "outcomes.csv";
const TRACES: &str = "traces.json";
/// Columns of `outcomes.csv`. An empty field is a value that there is not.
const HEADER: &str = "puzzle,first_exact_segment,exact_last,exact_halt,halt_segment,correct_cells,counted_cells,difficulty";

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

/// Writes the files of `evaluation` into `folder`. `difficulty` tells that of an example.
pub(crate) fn write(
    folder: &Path,
    evaluation: &Evaluation,
    metrics: &[Metric],
    difficulty: impl Fn(usize) -> Option<u32>,
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
    let outcomes = evaluation.outcomes.iter().map(|outcome| OutcomeRow {
        puzzle: outcome.index,
        first_exact_segment: outcome.first_exact_segment,
        exact_last: outcome.exact,
        exact_halt: Some(outcome.exact_at_halt),
        halt_segment: Some(outcome.halt_segment),
        correct_cells: outcome.correct_cells,
        counted_cells: outcome.counted_cells,
        difficulty: difficulty(outcome.index as usize).map(i64::from),
    });
    write_file(&folder.join(SUMMARY), &to_json(&summary)?)?;
    write_file(&folder.join(OUTCOMES), &outcomes_csv(outcomes))?;
    write_file(&folder.join(TRACES), &to_json(&evaluation.traces)?)
}

/// Reads `summary.json`.
pub(crate) fn read_summary(folder: &Path) -> Result<Summary, RunnerError> {
    read_json(&folder.join(SUMMARY))
}

/// Reads `traces.json`.
pub(crate) fn read_traces(folder: &Path) -> Result<Vec<PuzzleTrace>, RunnerError> {
    read_json(&folder.join(TRACES))
}

/// Reads `outcomes.csv`.
pub(crate) fn read_outcomes(folder: &Path) -> Result<Vec<OutcomeRow>, RunnerError> {
    let path = folder.join(OUTCOMES);
    let text = fs::read_to_string(&path).map_err(RunnerError::io("read", &path))?;
    let parse = |(i, line)| {
        parse_outcome(line).ok_or_else(|| RunnerError::Malformed {
            what: format!("`{}`, line {}", path.display(), i + 2),
            problem: format!("expected `{HEADER}`"),
        })
    };
    text.lines().skip(1).enumerate().map(parse).collect()
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

fn outcomes_csv(rows: impl Iterator<Item = OutcomeRow>) -> String {
    let mut text = format!("{HEADER}\n");
    for row in rows {
        // Writing into a `String` cannot fail.
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{}",
            row.puzzle,
            field(row.first_exact_segment),
            u8::from(row.exact_last),
            field(row.exact_halt.map(u8::from)),
            field(row.halt_segment),
            row.correct_cells,
            row.counted_cells,
            field(row.difficulty),
        );
    }
    text
}

fn field(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn parse_outcome(line: &str) -> Option<OutcomeRow> {
    let fields: Vec<&str> = line.split(',').collect();
    let &[
        puzzle,
        first_exact,
        exact_last,
        exact_halt,
        halt,
        correct,
        counted,
        difficulty,
    ] = fields.as_slice()
    else {
        return None;
    };
    let optional = |field: &str| {
        if field.is_empty() {
            Some(None)
        } else {
            field.parse().ok().map(Some)
        }
    };
    let flag = |field: &str| match field {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    };
    Some(OutcomeRow {
        puzzle: puzzle.parse().ok()?,
        first_exact_segment: optional(first_exact)?,
        exact_last: flag(exact_last)?,
        exact_halt: if exact_halt.is_empty() {
            None
        } else {
            Some(flag(exact_halt)?)
        },
        halt_segment: optional(halt)?,
        correct_cells: correct.parse().ok()?,
        counted_cells: counted.parse().ok()?,
        difficulty: if difficulty.is_empty() {
            None
        } else {
            Some(difficulty.parse().ok()?)
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_read_back() {
        let full = OutcomeRow {
            puzzle: 7,
            first_exact_segment: Some(3),
            exact_last: true,
            exact_halt: Some(false),
            halt_segment: Some(2),
            correct_cells: 16,
            counted_cells: 16,
            difficulty: Some(-1),
        };
        let sparse = OutcomeRow {
            puzzle: 8,
            first_exact_segment: None,
            exact_last: false,
            exact_halt: None,
            halt_segment: None,
            difficulty: None,
            ..full.clone()
        };
        let rows = vec![full, sparse];
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join(OUTCOMES),
            outcomes_csv(rows.iter().cloned()),
        )
        .unwrap();
        assert_eq!(read_outcomes(folder.path()).unwrap(), rows);
    }

    #[test]
    fn a_damaged_line_is_named() {
        for line in ["", "1,2", "x,,0,,,1,1,", "1,,2,,,1,1,", "1,,0,,,1,1,,"] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(
                folder.path().join(OUTCOMES),
                format!("{HEADER}\n1,,0,,,1,1,\n{line}\n"),
            )
            .unwrap();
            let error = read_outcomes(folder.path()).unwrap_err().to_string();
            assert!(error.contains("outcomes.csv`, line 3"), "{error}");
        }
    }
}
