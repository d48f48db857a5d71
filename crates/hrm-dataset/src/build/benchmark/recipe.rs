//! What each benchmark is made of.

use hrm_arc::{Collection, Recipe as Subsets};
use hrm_config::{Benchmark, PuzzleKind};
use std::collections::BTreeSet;
use std::fmt;

/// A file of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RawFile {
    pub(super) source: &'static str,
    pub(super) path: &'static str,
}

/// `sudoku-extreme-1k/train.csv`.
impl fmt::Display for RawFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.path)
    }
}

/// What a benchmark is made of.
pub(super) enum Recipe {
    /// The rows of two CSV files.
    Rows {
        puzzle: PuzzleKind,
        train: RawFile,
        test: RawFile,
    },
    /// ARC tasks.
    Tasks(Tasks),
}

/// The tasks of an ARC benchmark.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tasks {
    /// Those of a published training set.
    Published(Subsets),
    /// Those of 1D-ARC, by a split of our own.
    OneDimensional,
}

/// Folder of the tasks of 1D-ARC.
pub(super) const ARC_1D: (&str, &str) = ("arc-1d", "dataset");

impl Recipe {
    pub(super) fn of(benchmark: Benchmark) -> Self {
        let file = |source, path| RawFile { source, path };
        let sudoku = |train, test| Self::Rows {
            puzzle: PuzzleKind::Sudoku,
            train,
            test,
        };
        let maze = |train| Self::Rows {
            puzzle: PuzzleKind::Maze,
            train,
            test: file("maze-hard", "test.csv"),
        };
        let published = |subsets| Self::Tasks(Tasks::Published(subsets));
        let thousand = file("sudoku-extreme-1k", "train.csv");
        let fifteen_thousand = file("sudoku-extreme-15k", "test.csv");
        let whole = file("sudoku-extreme", "test.csv");
        match benchmark {
            Benchmark::SudokuExtreme1k => sudoku(thousand, whole),
            Benchmark::SudokuExtreme15k => sudoku(thousand, fifteen_thousand),
            Benchmark::SudokuExtreme => sudoku(file("sudoku-extreme", "train.csv"), whole),
            Benchmark::SudokuBench => {
                sudoku(thousand, file("sudoku-bench", "test_sudoku_bench.csv"))
            }
            Benchmark::SudokuTdoku => {
                sudoku(file("sudoku-tdoku", "train_mix.csv"), fifteen_thousand)
            }
            Benchmark::Sudoku6x6 => sudoku(
                file("sudoku-small", "sudoku6x6_train.csv"),
                file("sudoku-small", "sudoku6x6_test.csv"),
            ),
            Benchmark::MazeHard => maze(file("maze-hard", "train.csv")),
            Benchmark::MazeGenerated => maze(file("maze-generated", "gen_extra.csv")),
            Benchmark::Arc1d => Self::Tasks(Tasks::OneDimensional),
            Benchmark::HrmArc1 => published(Subsets::HRM_ARC_1),
            Benchmark::HrmArc2 => published(Subsets::HRM_ARC_2),
            Benchmark::TrmArc1 => published(Subsets::TRM_ARC_1),
            Benchmark::TrmArc2 => published(Subsets::TRM_ARC_2),
        }
    }
}

impl Tasks {
    /// Source and path of every file and folder with tasks.
    pub(super) fn items(&self) -> Vec<(&'static str, String)> {
        let subsets = match self {
            Self::Published(subsets) => subsets.subsets,
            Self::OneDimensional => return vec![(ARC_1D.0, ARC_1D.1.to_owned())],
        };
        let items = subsets.iter().flat_map(|subset| match subset.collection {
            Collection::ArcAgi1 => vec![("arc-agi-1", format!("data/{}", subset.name))],
            Collection::ArcAgi2 => vec![("arc-agi-2", format!("data/{}", subset.name))],
            Collection::ConceptArc => vec![("concept-arc", "corpus".to_owned())],
            Collection::TrmKaggle => kaggle_files(subset.name)
                .map(|path| ("arc-kaggle", path))
                .to_vec(),
        });
        items.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The challenges and the solutions of a subset.
pub(super) fn kaggle_files(subset: &str) -> [String; 2] {
    ["challenges", "solutions"].map(|part| format!("kaggle/combined/arc-agi_{subset}_{part}.json"))
}
