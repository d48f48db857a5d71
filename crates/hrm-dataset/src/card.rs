//! What a dataset is, for people and for the programs that show its puzzles.

use hrm_config::Split;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The puzzle that the tokens of a dataset spell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PuzzleDescription {
    /// Token 1 is a blank cell, token d + 1 the digit d.
    Sudoku {
        /// Rows of a box.
        box_rows: usize,
        /// Columns of a box.
        box_cols: usize,
    },
    /// Tokens 1 to 5 are the characters `# SGo`.
    Maze {
        /// Rows of the grid.
        rows: usize,
        /// Columns of the grid.
        cols: usize,
    },
    /// An ARC grid in a square of 30×30: token 0 pads, 1 ends the grid, c + 2 is colour c.
    Arc,
    /// Nothing is known of the tokens' meaning.
    Tokens,
}

impl fmt::Display for PuzzleDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sudoku { box_rows, box_cols } => {
                let size = box_rows * box_cols;
                write!(f, "{size}×{size} Sudoku")
            }
            Self::Maze { rows, cols } => write!(f, "{rows}×{cols} maze"),
            Self::Arc => f.write_str("ARC grid"),
            Self::Tokens => f.write_str("token"),
        }
    }
}

/// Sizes of one split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitCounts {
    /// Original tasks.
    pub groups: usize,
    /// Originals and their augmentations.
    pub puzzles: usize,
    /// Input/output pairs.
    pub examples: usize,
}

/// A dataset in words; `dataset.json` in the dataset's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetCard {
    /// What the tokens spell.
    pub puzzle: PuzzleDescription,
    /// One sentence.
    pub description: String,
    /// Sizes of every split.
    pub splits: BTreeMap<Split, SplitCounts>,
    /// What is known of how the splits are related, in plain words.
    pub guarantee: String,
    /// What the numbers in `all__difficulty.npy` count, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<String>,
    /// Puzzles that splits share, where the workflow allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leakage: Option<Leakage>,
}

/// Puzzles that occur in more than one split up to symmetry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leakage {
    /// Why the author of the workflow allows it.
    pub reason: String,
    /// Pairs of puzzles in different splits that are the same up to symmetry.
    pub pairs: usize,
    /// The first few of these, each naming both places.
    pub examples: Vec<String>,
}
