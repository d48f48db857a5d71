//! `[evaluate.NAME]`

use crate::{DatasetConfig, Problem, PuzzleKind, bounds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A part of a dataset.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// What the weights are fitted to.
    Train,
    /// What checkpoints and early stopping are chosen by.
    Validation,
    /// What results are reported on.
    #[default]
    Test,
}

impl Split {
    /// The name of the split's folder and of its rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// Which of a training's checkpoints is evaluated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckpointChoice {
    /// The last one.
    #[default]
    Last,
    /// The one with the highest exact accuracy on the validation split.
    Best,
}

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

impl EvaluateConfig {
    /// What is counted on puzzles of a kind.
    ///
    /// # Errors
    /// If a metric is asked for that these puzzles cannot have.
    pub fn metrics_of(&self, puzzle: Option<ScoredPuzzle>) -> Result<Vec<Metric>, Problem> {
        let possible = Metric::of(puzzle);
        let Some(metrics) = &self.metrics else {
            return Ok(possible);
        };
        match metrics.iter().find(|metric| !possible.contains(metric)) {
            None => Ok(metrics.clone()),
            Some(metric) => {
                let names: Vec<_> = possible.iter().map(|m| format!("`{}`", m.name())).collect();
                let message = format!("`{}` is not defined for these puzzles", metric.name());
                Err(Problem::new("metrics", message)
                    .help(format!("the possible ones are {}", names.join(", "))))
            }
        }
    }
}

/// An evaluation of one trained model on one split. One pass gives the outcome after every
/// segment, with the halting decision beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvaluateConfig {
    /// Name of the train stage.
    pub train: String,
    /// The split.
    #[serde(default)]
    pub split: Split,
    /// The checkpoint.
    #[serde(default)]
    pub checkpoint: CheckpointChoice,
    /// Segments to run, possibly more than in training. Not set: as many as in training.
    #[serde(default)]
    #[schemars(transform = bounds::SEGMENTS.schema())]
    pub segments: Option<usize>,
    /// What is counted. Not set: everything that is defined for the dataset's puzzles.
    #[serde(default)]
    pub metrics: Option<Vec<Metric>>,
    /// Puzzles evaluated at once.
    #[serde(default = "default_batch_size")]
    #[schemars(transform = bounds::BATCH_SIZE.schema())]
    pub batch_size: usize,
    /// Augmentations of each puzzle that are evaluated besides the original: the first ones of the
    /// split. For ARC, these vote. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::AUGMENTATIONS.schema())]
    pub augmentations: Option<u32>,
    /// Puzzles to evaluate, from the start of the split. Not set: all.
    #[serde(default)]
    #[schemars(transform = bounds::PUZZLES.schema())]
    pub puzzles: Option<usize>,
    /// Puzzles whose prediction after every segment is kept for the gallery, half of them solved
    /// and half failed where there are enough.
    #[serde(default = "default_traces")]
    #[schemars(transform = bounds::TRACES.schema())]
    pub traces: usize,
}

const fn default_batch_size() -> usize {
    256
}
const fn default_traces() -> usize {
    12
}
