//! Why a file of predictions is refused.

use hrm_puzzle::maze::MazeError;
use hrm_puzzle::sudoku::SudokuError;
use std::fmt;
use thiserror::Error;

/// A row that cannot be scored. One such row refuses all predictions: a malformed prediction is a
/// fault of the file, not a wrong answer.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("row {row}: {fault}")]
pub struct ScoreError {
    /// The row, counted from 1; a header is not counted.
    pub row: usize,
    /// What is wrong with it.
    pub fault: RowFault,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum RowFault {
    /// Cells that are no Sudoku grid of the expected shape.
    #[error("the {part} is not a grid: {error}{}", part.cure())]
    Grid {
        /// Where they stand.
        part: Part,
        /// What is wrong with them.
        error: SudokuError,
    },
    /// Cells that are no maze of the expected size.
    #[error("the {part} is not a maze: {error}{}", part.cure())]
    Maze {
        /// Where they stand.
        part: Part,
        /// What is wrong with them.
        error: MazeError,
    },
    /// A token that is no cell of a maze.
    #[error(
        "the {part} is not a maze: cell {cell} has token {token} (1 is `#`, 2 a space, 3 `S`, 4 `G`, \
         5 `o`; only a prediction can have padding, 0)"
    )]
    MazeToken {
        /// Where it stands.
        part: Part,
        /// The cell in reading order, counted from 1.
        cell: usize,
        /// The token.
        token: u8,
    },
    /// An answer that cannot be what predictions are compared with.
    #[error("the answer does not solve the question: {expected}")]
    Answer {
        /// What an answer must be.
        expected: &'static str,
    },
}

/// The part of a row that cells belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the model was given.
    Question,
    /// What it should have answered.
    Answer,
    /// What it answered.
    Prediction,
}

impl Part {
    fn cure(self) -> &'static str {
        match self {
            Part::Question | Part::Answer => "",
            Part::Prediction => "; leave it empty if the puzzle was not answered",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Question => "question",
            Part::Answer => "answer",
            Part::Prediction => "prediction",
        })
    }
}
