//! Puzzles with answers, and where they stand.

use hrm_arc::Task;
use hrm_config::Split;
use hrm_puzzle::maze::Maze;
use hrm_puzzle::sudoku::Grid;
use std::fmt;

/// Puzzles that belong together: a file, a folder or a split of a dataset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PuzzleSet {
    /// The dataset that it belongs to. Sets of one dataset must not share puzzles across splits.
    pub dataset: String,
    /// What it is called within the dataset, for example `train.csv`.
    pub name: String,
    /// What it is for.
    pub split: Split,
    /// The puzzles: of a dataset with augmentations, the originals.
    pub entries: Vec<Entry>,
}

/// One puzzle of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// How difficult it is, in the set's own unit, where that is known.
    pub difficulty: Option<u32>,
    /// The puzzle.
    pub puzzle: Puzzle,
}

/// A puzzle with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Puzzle {
    /// A Sudoku.
    Sudoku {
        /// The givens.
        question: Grid,
        /// The solution.
        answer: Grid,
    },
    /// A maze.
    Maze {
        /// The maze.
        question: Maze,
        /// The maze with a path marked.
        answer: Maze,
    },
    /// An ARC task.
    Arc(Task),
}

/// Where a puzzle stands in its set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A line of a CSV file, counted from 1; the header is line 1.
    Line(usize),
    /// The name of an ARC task.
    Task(String),
    /// A group of a dataset's folder, counted from 0.
    Group(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Task(name) => f.write_str(name),
            Self::Group(group) => write!(f, "group {group}"),
        }
    }
}

impl Puzzle {
    /// The kind and size of the puzzle, for example `9×9 Sudoku`.
    pub(crate) fn kind(&self) -> String {
        match self {
            Self::Sudoku { question, .. } => {
                let size = question.shape().size();
                format!("{size}×{size} Sudoku")
            }
            Self::Maze { question, .. } => {
                format!("{}×{} maze", question.rows(), question.cols())
            }
            Self::Arc(_) => "ARC task".to_owned(),
        }
    }
}
