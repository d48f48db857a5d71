//! The benchmarks that a dataset can be built of by name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A benchmark and its published recipe. Raw data is fetched by `hrm data fetch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Benchmark {
    /// The 1,000 training puzzles of Sudoku-Extreme 1k with 1,000 augmentations each, tested on the
    /// 422,786 test puzzles of Sudoku-Extreme.
    #[serde(rename = "sudoku-extreme-1k")]
    SudokuExtreme1k,
    /// The same training puzzles, tested on 15,000 of these test puzzles: an estimate of the score
    /// on all.
    #[serde(rename = "sudoku-extreme-15k")]
    SudokuExtreme15k,
    /// All 3,831,994 training puzzles of Sudoku-Extreme without augmentation, and all test puzzles.
    #[serde(rename = "sudoku-extreme")]
    SudokuExtreme,
    /// The 100 standard puzzles of Sudoku-Bench as test. They have no training puzzles of their
    /// own: those of Sudoku-Extreme 1k stand in, with 1,000 augmentations each.
    #[serde(rename = "sudoku-bench")]
    SudokuBench,
    /// 66,704 training puzzles from the lists of tdoku, tested on the 15,000 of Sudoku-Extreme. Not
    /// published.
    #[serde(rename = "sudoku-tdoku")]
    SudokuTdoku,
    /// 6×6 Sudoku: 2,000 and 500 generated puzzles. Not published.
    #[serde(rename = "sudoku-6x6")]
    Sudoku6x6,
    /// Maze-Hard: 1,000 mazes of 30×30 for training and 1,000 for testing, without augmentation.
    #[serde(rename = "maze-hard")]
    MazeHard,
    /// 1,000 generated mazes like those of Maze-Hard for training, its 1,000 for testing. Not
    /// published.
    #[serde(rename = "maze-generated")]
    MazeGenerated,
    /// 1D-ARC with 1,000 augmentations: the 615 of its 901 tasks whose rows have at most 30 cells,
    /// which is what an ARC square holds. It has no published split: tasks whose number ends in 0
    /// or 5 are evaluated, the others are training tasks, less 6 that show a test pair of these.
    #[serde(rename = "arc-1d")]
    Arc1d,
    /// ARC-AGI-1 and ConceptARC as HRM trains on them, with 1,000 augmentations.
    #[serde(rename = "hrm-arc-1")]
    HrmArc1,
    /// ARC-AGI-2 alone, as HRM trains on it, with 1,000 augmentations.
    #[serde(rename = "hrm-arc-2")]
    HrmArc2,
    /// ARC-AGI-1 and ConceptARC as TRM trains on them, with 1,000 augmentations.
    #[serde(rename = "trm-arc-1")]
    TrmArc1,
    /// ARC-AGI-2 with an older evaluation set, and ConceptARC, as TRM trains on them, with 1,000
    /// augmentations.
    #[serde(rename = "trm-arc-2")]
    TrmArc2,
}

impl Benchmark {
    /// All benchmarks.
    pub const ALL: [Self; 13] = [
        Self::SudokuExtreme1k,
        Self::SudokuExtreme15k,
        Self::SudokuExtreme,
        Self::SudokuBench,
        Self::SudokuTdoku,
        Self::Sudoku6x6,
        Self::MazeHard,
        Self::MazeGenerated,
        Self::Arc1d,
        Self::HrmArc1,
        Self::HrmArc2,
        Self::TrmArc1,
        Self::TrmArc2,
    ];

    /// The name in workflow files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SudokuExtreme1k => "sudoku-extreme-1k",
            Self::SudokuExtreme15k => "sudoku-extreme-15k",
            Self::SudokuExtreme => "sudoku-extreme",
            Self::SudokuBench => "sudoku-bench",
            Self::SudokuTdoku => "sudoku-tdoku",
            Self::Sudoku6x6 => "sudoku-6x6",
            Self::MazeHard => "maze-hard",
            Self::MazeGenerated => "maze-generated",
            Self::Arc1d => "arc-1d",
            Self::HrmArc1 => "hrm-arc-1",
            Self::HrmArc2 => "hrm-arc-2",
            Self::TrmArc1 => "trm-arc-1",
            Self::TrmArc2 => "trm-arc-2",
        }
    }

    /// The name of the puzzles that it is about, which several recipes share. A published number for
    /// them is one for any of these recipes.
    pub const fn test_set(self) -> &'static str {
        match self {
            Self::SudokuExtreme1k | Self::SudokuExtreme15k | Self::SudokuExtreme => {
                "sudoku-extreme"
            }
            Self::HrmArc1 | Self::TrmArc1 => "arc-agi-1",
            Self::HrmArc2 | Self::TrmArc2 => "arc-agi-2",
            other => other.name(),
        }
    }

    /// Augmentations of a training puzzle in the published recipe.
    pub const fn augmentations(self) -> u32 {
        match self {
            Self::SudokuExtreme1k | Self::SudokuExtreme15k | Self::SudokuBench => 1000,
            Self::Arc1d | Self::HrmArc1 | Self::HrmArc2 | Self::TrmArc1 | Self::TrmArc2 => 1000,
            Self::SudokuExtreme
            | Self::SudokuTdoku
            | Self::Sudoku6x6
            | Self::MazeHard
            | Self::MazeGenerated => 0,
        }
    }

    /// Training and test rows of the Sudoku and maze benchmarks; `None` for ARC.
    pub const fn rows(self) -> Option<(usize, usize)> {
        match self {
            Self::SudokuExtreme1k => Some((1000, 422_786)),
            Self::SudokuExtreme15k => Some((1000, 15_000)),
            Self::SudokuExtreme => Some((3_831_994, 422_786)),
            Self::SudokuBench => Some((1000, 100)),
            Self::SudokuTdoku => Some((66_704, 15_000)),
            Self::Sudoku6x6 => Some((2000, 500)),
            Self::MazeHard | Self::MazeGenerated => Some((1000, 1000)),
            Self::Arc1d | Self::HrmArc1 | Self::HrmArc2 | Self::TrmArc1 | Self::TrmArc2 => None,
        }
    }
}

/// Where the random choices of a build come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Draws {
    /// Every choice is a function of the seed and the puzzle alone.
    #[default]
    Own,
    /// NumPy's legacy generator, seeded with `seed`, drawn from in the order of the published
    /// builders (which use seed 42): the published dataset, bit by bit. The copies of mazes then
    /// keep the turned path of the original, which breaks the rule of the labels.
    Published,
}
