//! CSV files of Sudoku and maze predictions.

use crate::{PredictedPuzzle, PredictionsError, Scored};
use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use hrm_config::PuzzleKind;
use hrm_dataset::{PuzzleDescription, Question};
use hrm_puzzle::sudoku::Shape;
use hrm_score::{Kind, Part, PredictionRow, RowFault, score_predictions};
use std::fs::File;
use std::path::{Path, PathBuf};

const QUESTION: &str = "question";
const ANSWER: &str = "answer";
const PREDICTION: &str = "prediction";
const RATING: &str = "rating";
const SOURCE: &str = "source";

/// The rows of a CSV file with the columns `question`, `answer` and `prediction`, and optionally
/// `rating` and `source`; others are ignored. An empty prediction is a puzzle that was not
/// answered.
#[derive(Debug, Clone)]
pub struct PredictionTable {
    path: PathBuf,
    kind: Kind,
    rows: Vec<PredictionRow<String>>,
    /// The line of each row.
    lines: Vec<u64>,
}

impl PredictionTable {
    /// Reads a file. The first question says how large the puzzles are: square grids.
    ///
    /// # Errors
    /// If the file cannot be read, a column is missing, a row has too few or too many cells or a
    /// rating that is no whole number, or there is no row.
    pub fn read(path: &Path, puzzle: PuzzleKind) -> Result<Self, PredictionsError> {
        let file = File::open(path).map_err(PredictionsError::io("read", path))?;
        let mut reader = ReaderBuilder::new().from_reader(file);
        let columns = Columns::find(path, &mut reader)?;
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(|error| not_a_row(path, error))?;
            let line = record.position().map_or(0, csv::Position::line);
            rows.push(columns.row(path, line, &record)?);
            lines.push(line);
        }
        let first = rows
            .first()
            .ok_or_else(|| PredictionsError::malformed(path, "it has no rows"))?;
        let kind = kind_of(puzzle, &first.question).ok_or_else(|| PredictionsError::Cell {
            path: path.to_owned(),
            line: lines.first().copied().unwrap_or_default(),
            column: QUESTION,
            reason: not_a_size(puzzle, &first.question),
        })?;
        Ok(Self {
            path: path.to_owned(),
            kind,
            rows,
            lines,
        })
    }

    /// The scores of all rows.
    ///
    /// # Errors
    /// At the first row whose question, answer or prediction is malformed, or whose answer does not
    /// solve its question.
    pub fn score(&self) -> Result<Scored, PredictionsError> {
        let scores = score_predictions(self.kind, self.rows.iter().cloned());
        scores.map(Scored::from).map_err(|error| {
            let line = self.lines.get(error.row.saturating_sub(1));
            PredictionsError::Cell {
                path: self.path.clone(),
                line: line.copied().unwrap_or_default(),
                column: column_of(&error.fault),
                reason: error.fault.to_string(),
            }
        })
    }

    /// What the puzzles are.
    pub fn description(&self) -> PuzzleDescription {
        match self.kind {
            Kind::Sudoku(shape) => PuzzleDescription::Sudoku {
                box_rows: shape.box_rows(),
                box_cols: shape.box_cols(),
            },
            Kind::Maze { rows, cols } => PuzzleDescription::Maze { rows, cols },
        }
    }

    /// The puzzles in tokens, in the order of the rows.
    ///
    /// # Errors
    /// At the first row whose question, answer or prediction is malformed.
    pub fn puzzles(&self) -> Result<Vec<PredictedPuzzle>, PredictionsError> {
        let rows = self.rows.iter().zip(&self.lines);
        rows.map(|(row, &line)| self.puzzle(row, line)).collect()
    }

    fn puzzle(
        &self,
        row: &PredictionRow<String>,
        line: u64,
    ) -> Result<PredictedPuzzle, PredictionsError> {
        let tokens = |text: &str, column| {
            let question = Question::parse(self.description(), text);
            let tokens = question.map(|question| question.tokens());
            tokens.map_err(|reason| PredictionsError::Cell {
                path: self.path.clone(),
                line,
                column,
                reason,
            })
        };
        Ok(PredictedPuzzle {
            question: tokens(&row.question, QUESTION)?,
            answer: tokens(&row.answer, ANSWER)?,
            prediction: if row.prediction.is_empty() {
                Vec::new()
            } else {
                tokens(&row.prediction, PREDICTION)?
            },
            difficulty: row.rating,
        })
    }
}

/// Where the columns stand.
struct Columns {
    question: usize,
    answer: usize,
    prediction: usize,
    rating: Option<usize>,
    source: Option<usize>,
}

impl Columns {
    fn find(path: &Path, reader: &mut Reader<File>) -> Result<Self, PredictionsError> {
        let header = reader.headers().map_err(|error| not_a_row(path, error))?;
        let optional = |name: &str| {
            let mut places = (0..header.len()).filter(|&place| header.get(place) == Some(name));
            match (places.next(), places.next()) {
                (place, None) => Ok(place),
                _ => Err(PredictionsError::malformed(
                    path,
                    format!("two columns are named `{name}`"),
                )),
            }
        };
        let required = |name: &str| {
            optional(name)?.ok_or_else(|| {
                let found: Vec<String> = header.iter().map(|name| format!("`{name}`")).collect();
                let found = found.join(", ");
                let reason = format!("no column `{name}`; the columns are {found}");
                PredictionsError::malformed(path, reason)
            })
        };
        Ok(Self {
            question: required(QUESTION)?,
            answer: required(ANSWER)?,
            prediction: required(PREDICTION)?,
            rating: optional(RATING)?,
            source: optional(SOURCE)?,
        })
    }

    fn row(
        &self,
        path: &Path,
        line: u64,
        record: &StringRecord,
    ) -> Result<PredictionRow<String>, PredictionsError> {
        let text = |place: usize| record.get(place).unwrap_or_default();
        let filled = |place: Option<usize>| place.map(text).filter(|text| !text.is_empty());
        let rating = filled(self.rating).map(|text| {
            text.parse().map_err(|_| PredictionsError::Cell {
                path: path.to_owned(),
                line,
                column: RATING,
                reason: format!("`{text}` is not a whole number; leave it empty if it is unknown"),
            })
        });
        Ok(PredictionRow {
            question: text(self.question).to_owned(),
            answer: text(self.answer).to_owned(),
            prediction: text(self.prediction).to_owned(),
            rating: rating.transpose()?,
            source: filled(self.source).map(str::to_owned),
        })
    }
}

fn not_a_row(path: &Path, error: csv::Error) -> PredictionsError {
    let line = error.position().map(csv::Position::line);
    let reason = match error.into_kind() {
        ErrorKind::Io(source) => return PredictionsError::io("read", path)(source),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("{len} cells, but the header has {expected_len}"),
        ErrorKind::Utf8 { err, .. } => format!("cell {} is not UTF-8 text", err.field() + 1),
        other => format!("not well-formed CSV: {other:?}"),
    };
    match line {
        Some(line) => PredictionsError::Line {
            path: path.to_owned(),
            line,
            reason,
        },
        None => PredictionsError::malformed(path, reason),
    }
}

fn kind_of(puzzle: PuzzleKind, question: &str) -> Option<Kind> {
    match PuzzleDescription::of_text(puzzle, question.chars().count())? {
        PuzzleDescription::Sudoku { box_rows, box_cols } => {
            Shape::new(box_rows, box_cols).ok().map(Kind::Sudoku)
        }
        PuzzleDescription::Maze { rows, cols } => Some(Kind::Maze { rows, cols }),
        PuzzleDescription::Arc | PuzzleDescription::Tokens => None,
    }
}

fn not_a_size(puzzle: PuzzleKind, question: &str) -> String {
    let length = question.chars().count();
    match puzzle {
        PuzzleKind::Sudoku => {
            format!("{length} characters are no Sudoku: one of 9×9 has 81, of 4×4 16")
        }
        PuzzleKind::Maze => format!("{length} characters are no square maze: one of 30×30 has 900"),
    }
}

fn column_of(fault: &RowFault) -> &'static str {
    match fault {
        RowFault::Grid { part, .. }
        | RowFault::Maze { part, .. }
        | RowFault::MazeToken { part, .. } => match part {
            Part::Question => QUESTION,
            Part::Answer => ANSWER,
            Part::Prediction => PREDICTION,
        },
        RowFault::Answer { .. } => ANSWER,
    }
}
