//! The scores of predictions, of whatever puzzles.

use crate::ArcScores;
use hrm_config::Metric;
use hrm_score::{MazeCounts, MazeScores, Share, SudokuCounts, SudokuScores};
use serde::{Deserialize, Serialize};

/// The scores of final predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Scores {
    /// Of Sudokus.
    Sudoku(SudokuScores),
    /// Of mazes.
    Maze(MazeScores),
    /// Of ARC tasks.
    Arc(ArcScores),
}

/// A metric with what was counted for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoredCount {
    /// The metric.
    pub metric: Metric,
    /// What was counted.
    pub share: Share,
}

/// Counts over puzzles: the metrics that are defined for their kind, the published score first.
pub trait PuzzleCounts {
    /// Puzzles with a prediction.
    fn answered(&self) -> Share;

    /// Every metric with its count.
    fn counts(&self) -> Vec<ScoredCount>;
}

impl PuzzleCounts for SudokuCounts {
    fn answered(&self) -> Share {
        self.answered
    }

    fn counts(&self) -> Vec<ScoredCount> {
        scored([
            (Metric::ExactAccuracy, self.exact),
            (Metric::CellAccuracy, self.cells_right),
            (Metric::BlankCellAccuracy, self.blank_cells_right),
            (Metric::RulesKept, self.rules_kept),
            (Metric::GivensKept, self.givens_kept),
            (Metric::Valid, self.valid),
        ])
    }
}

impl PuzzleCounts for MazeCounts {
    fn answered(&self) -> Share {
        self.answered
    }

    fn counts(&self) -> Vec<ScoredCount> {
        scored([
            (Metric::ExactAccuracy, self.exact),
            (Metric::ShortestPath, self.shortest_path),
            (Metric::ValidPath, self.valid_path),
            (Metric::CellAccuracy, self.cells_right),
        ])
    }
}

fn scored<const METRICS: usize>(counts: [(Metric, Share); METRICS]) -> Vec<ScoredCount> {
    let scored = |(metric, share)| ScoredCount { metric, share };
    counts.into_iter().map(scored).collect()
}

/// Scores with the file that goes with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The scores.
    pub scores: Scores,
    /// The text of `submission.json`; ARC only.
    pub submission: Option<String>,
}

impl From<hrm_score::Scores> for Scored {
    fn from(scores: hrm_score::Scores) -> Self {
        Self {
            scores: scores.into(),
            submission: None,
        }
    }
}

impl Scores {
    /// The same without single puzzles.
    pub fn sums(&self) -> Self {
        match self {
            Self::Sudoku(scores) => Self::Sudoku(SudokuScores {
                by_rating: scores.by_rating.clone(),
                puzzles: Vec::new(),
                ..*scores
            }),
            Self::Maze(scores) => Self::Maze(MazeScores {
                puzzles: Vec::new(),
                ..*scores
            }),
            Self::Arc(scores) => Self::Arc(scores.clone()),
        }
    }

    /// Sums over all Sudokus or mazes; none for ARC, whose scores are of tasks.
    pub fn puzzle_counts(&self) -> Option<&dyn PuzzleCounts> {
        match self {
            Self::Sudoku(scores) => Some(&scores.all),
            Self::Maze(scores) => Some(&scores.all),
            Self::Arc(_) => None,
        }
    }
}

impl From<hrm_score::Scores> for Scores {
    fn from(scores: hrm_score::Scores) -> Self {
        match scores {
            hrm_score::Scores::Sudoku(scores) => Self::Sudoku(scores),
            hrm_score::Scores::Maze(scores) => Self::Maze(scores),
        }
    }
}
