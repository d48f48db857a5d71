//! The predictions of a program and what comes of them.

use crate::{Cells, MazeScores, RowFault, ScoreError, SudokuScores, maze, sudoku};
use hrm_puzzle::sudoku::Shape;
use serde::{Deserialize, Serialize};

/// The kind of puzzle that all predictions of a file answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sudoku of one shape.
    Sudoku(Shape),
    /// Mazes of one size.
    Maze {
        /// Rows of the grid.
        rows: usize,
        /// Columns of the grid.
        cols: usize,
    },
}

/// A puzzle and a prediction, as text or as tokens; see [`Cells`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictionRow<T> {
    /// What was asked.
    pub question: T,
    /// The answer that the prediction is compared with.
    pub answer: T,
    /// What was predicted; empty if the puzzle was not answered.
    pub prediction: T,
    /// Difficulty of a Sudoku, where it is known: the solver's guesses in the published files.
    pub rating: Option<u32>,
    /// The collection that the puzzle comes from, where it is known.
    pub source: Option<String>,
}

impl<T: Cells> PredictionRow<T> {
    /// The prediction, if there is one.
    pub(crate) fn answered(&self) -> Option<&T> {
        Some(&self.prediction).filter(|prediction| !prediction.is_empty())
    }
}

/// The outcome of one puzzle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PuzzleScore<O> {
    /// The collection that the puzzle comes from, where it is known.
    pub source: Option<String>,
    /// Difficulty of the puzzle, where it is known.
    pub rating: Option<u32>,
    /// What the prediction got right.
    pub outcome: O,
}

/// The scores of all predictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scores {
    /// Of Sudoku predictions.
    Sudoku(SudokuScores),
    /// Of maze predictions.
    Maze(MazeScores),
}

/// Scores predictions, all of one kind.
///
/// # Errors
/// At the first row whose question, answer or prediction is malformed, or whose answer is no
/// solution (Sudoku) or no shortest path (maze). An answer that is one need not be the only one.
pub fn score_predictions<T: Cells>(
    kind: Kind,
    predictions: impl IntoIterator<Item = PredictionRow<T>>,
) -> Result<Scores, ScoreError> {
    match kind {
        Kind::Sudoku(shape) => score_each(predictions, |row| sudoku::score(shape, row))
            .collect::<Result<_, _>>()
            .map(Scores::Sudoku),
        Kind::Maze { rows, cols } => score_each(predictions, |row| maze::score(rows, cols, row))
            .collect::<Result<_, _>>()
            .map(Scores::Maze),
    }
}

fn score_each<T, O>(
    predictions: impl IntoIterator<Item = PredictionRow<T>>,
    score: impl Fn(&PredictionRow<T>) -> Result<O, RowFault>,
) -> impl Iterator<Item = Result<PuzzleScore<O>, ScoreError>> {
    predictions
        .into_iter()
        .enumerate()
        .map(move |(index, row)| {
            let outcome = score(&row).map_err(|fault| ScoreError {
                row: index + 1,
                fault,
            })?;
            Ok(PuzzleScore {
                source: row.source,
                rating: row.rating,
                outcome,
            })
        })
}
