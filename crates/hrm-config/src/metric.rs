//! What evaluations count, and for which puzzles.

use crate::{DatasetConfig, PuzzleKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an evaluation counts. The first three are defined for every dataset and counted after every
/// segment, the others for one kind of puzzle and counted for the final prediction.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Share of puzzles with every counted cell right. Of mazes this is the published score, which
    /// demands the label's own path.
    ExactAccuracy,
    /// Share of counted cells that are right.
    CellAccuracy,
    /// Share of puzzles for which (q_halt ≥ 0) agrees with being exactly right.
    QHaltAccuracy,
    /// Sudoku: share of the cells that are blank in the question that are right.
    BlankCellAccuracy,
    /// Sudoku: share of puzzles whose prediction has every digit once in every row, column and box.
    RulesKept,
    /// Sudoku: share of puzzles whose prediction leaves every given unchanged.
    GivensKept,
    /// Sudoku: share of puzzles whose prediction keeps both rules and givens.
    Valid,
    /// Mazes: share of puzzles whose prediction is any shortest path.
    ShortestPath,
    /// Mazes: share of puzzles whose prediction is any path without loops and branches.
    ValidPath,
    /// ARC: pass@K of the votes over augmentations, for K of 1, 2, 5, 10, 100 and 1000, by the rules
    /// of HRM, TRM and ARC Prize and against the number of augmentations.
    PassAtK,
}

/// The kinds of puzzle that have metrics of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoredPuzzle {
    /// Sudoku.
    Sudoku,
    /// Mazes.
    Maze,
    /// ARC tasks.
    Arc,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 10] = [
        Self::ExactAccuracy,
        Self::CellAccuracy,
        Self::QHaltAccuracy,
        Self::BlankCellAccuracy,
        Self::RulesKept,
        Self::GivensKept,
        Self::Valid,
        Self::ShortestPath,
        Self::ValidPath,
        Self::PassAtK,
    ];

    /// The name used in workflow files, rows and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExactAccuracy => "exact_accuracy",
            Self::CellAccuracy => "cell_accuracy",
            Self::QHaltAccuracy => "q_halt_accuracy",
            Self::BlankCellAccuracy => "blank_cell_accuracy",
            Self::RulesKept => "rules_kept",
            Self::GivensKept => "givens_kept",
            Self::Valid => "valid",
            Self::ShortestPath => "shortest_path",
            Self::ValidPath => "valid_path",
            Self::PassAtK => "pass_at_k",
        }
    }

    /// The kind of puzzle that the metric is defined for; `None`: every dataset.
    pub const fn puzzle(self) -> Option<ScoredPuzzle> {
        match self {
            Self::ExactAccuracy | Self::CellAccuracy | Self::QHaltAccuracy => None,
            Self::BlankCellAccuracy | Self::RulesKept | Self::GivensKept | Self::Valid => {
                Some(ScoredPuzzle::Sudoku)
            }
            Self::ShortestPath | Self::ValidPath => Some(ScoredPuzzle::Maze),
            Self::PassAtK => Some(ScoredPuzzle::Arc),
        }
    }

    /// Whether the metric is a share of puzzles, which are drawn independently; otherwise it is one of
    /// cells, which depend on each other, so that its counts allow no interval.
    pub const fn is_of_puzzles(self) -> bool {
        !matches!(self, Self::CellAccuracy | Self::BlankCellAccuracy)
    }

    /// The metrics of puzzles of a kind; those of every dataset where it is unknown.
    pub fn of(puzzle: Option<ScoredPuzzle>) -> Vec<Self> {
        let defined = |metric: &Self| metric.puzzle().is_none() || metric.puzzle() == puzzle;
        Self::ALL.into_iter().filter(defined).collect()
    }
}

impl DatasetConfig {
    /// The kind of puzzle, where the configuration alone tells it.
    pub fn scored_puzzle(&self) -> Option<ScoredPuzzle> {
        let of_csv = self.csv.as_ref().map(|csv| match csv.puzzle {
            PuzzleKind::Sudoku => ScoredPuzzle::Sudoku,
            PuzzleKind::Maze => ScoredPuzzle::Maze,
        });
        let of_sudoku = self.sudoku.as_ref().map(|_| ScoredPuzzle::Sudoku);
        let of_maze = self.maze.as_ref().map(|_| ScoredPuzzle::Maze);
        of_sudoku.or(of_maze).or(of_csv)
    }
}
