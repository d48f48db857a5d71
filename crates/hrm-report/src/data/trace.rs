//! A puzzle with its prediction after every segment.

use serde::{Deserialize, Serialize};

/// One puzzle being solved. All token lists have one entry per cell, in row order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PuzzleTrace {
    /// Index of the puzzle in its split.
    pub index: u64,
    /// Its guesses, rating or path length, where it is known.
    pub difficulty: Option<i64>,
    /// How its tokens are shown.
    pub puzzle: PuzzleView,
    /// Input tokens.
    pub question: Vec<u8>,
    /// Label tokens.
    pub answer: Vec<u8>,
    /// Predicted tokens after each segment.
    pub predictions: Vec<Vec<u8>>,
    /// Segment (from 1) at which the learned rule halts; `None` if it never does.
    pub halt_segment: Option<usize>,
    /// q_halt logit after each segment.
    pub q_halt: Vec<f32>,
    /// Whether every counted cell is right after the last segment.
    pub exact: bool,
}

/// What the tokens of a puzzle mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PuzzleView {
    /// A square of side `box_rows · box_cols`. Token: digit + 1; 1 is blank, 0 padding.
    Sudoku {
        /// Rows of a box.
        box_rows: usize,
        /// Columns of a box.
        box_cols: usize,
    },
    /// A grid. Token: wall 1, open 2, start 3, goal 4, path 5, padding 0.
    Maze {
        /// Rows of the grid.
        rows: usize,
        /// Columns of the grid.
        cols: usize,
    },
    /// Any other sequence, shown as numbers.
    Tokens {
        /// Cells in a row of the display.
        cols: usize,
    },
}
