//! Facts about a dataset.

use serde::{Deserialize, Serialize};

/// One dataset.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetInfo {
    /// Stage instance, for example `dataset.sudoku`.
    pub name: String,
    /// The puzzles in a few words, for example "4×4 Sudoku, 6 givens".
    pub description: String,
    /// Sizes of the splits.
    pub splits: Vec<SplitCount>,
    /// What the split guarantees, for example "no test puzzle is equivalent to a training puzzle".
    pub guarantee: String,
    /// Why splits that share puzzles are allowed, where they are.
    pub leakage: Option<String>,
}

/// Size of one split.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitCount {
    /// `train`, `validation` or `test`.
    pub split: String,
    /// Original puzzles, without augmentation.
    pub groups: u64,
    /// Examples, augmentation included.
    pub examples: u64,
}
