//! Scores of Sudoku and maze predictions.
//!
//! [`score_predictions`] compares the predictions of any program, written as text or as stored
//! tokens, with the answers of their puzzles. The published score of both benchmarks is exact
//! accuracy: a puzzle counts if every cell equals the answer. Other outcomes have names of their
//! own and never replace it: a Sudoku grid may be valid without being the answer where a question
//! has several solutions, and no published maze has only one shortest path.
//!
//! Invariants: no I/O; every score is two whole numbers, a count and what it is a count of; a
//! puzzle without a prediction counts as wrong in all of them.

mod cells;
mod error;
mod maze;
mod predictions;
mod share;
mod sudoku;

pub use cells::Cells;
pub use error::{Part, RowFault, ScoreError};
pub use maze::{MazeCounts, MazeOutcome, MazeScores};
pub use predictions::{Kind, PredictionRow, PuzzleScore, Scores, score_predictions};
pub use share::Share;
pub use sudoku::{RATING_BUCKETS, RatingBucket, SudokuCounts, SudokuOutcome, SudokuScores};
