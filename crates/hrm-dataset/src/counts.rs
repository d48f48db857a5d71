//! Sizes of a dataset that are known before it is built.

use crate::PuzzleDescription;
use hrm_config::{Benchmark, DatasetConfig, Split};

/// Sizes that follow from the configuration alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Training groups, which is what an epoch visits.
    pub train_groups: usize,
    /// Training examples with all augmentations.
    pub train_examples: usize,
    /// Validation examples.
    pub validation: usize,
    /// Test examples; `None` where a CSV file is taken whole.
    pub test: Option<usize>,
}

/// What [`crate::build()`] will make of `config`, where that can be said without looking at data:
/// `None` for folders, for ARC, and for CSV files whose training rows are all taken.
pub fn expected_counts(config: &DatasetConfig) -> Option<Counts> {
    let train = config.known_puzzles(Split::Train)?;
    let per_puzzle = 1 + config.augmentations() as usize;
    Some(Counts {
        train_groups: train,
        train_examples: train.saturating_mul(per_puzzle),
        validation: config.known_puzzles(Split::Validation)?,
        test: config.known_puzzles(Split::Test),
    })
}

/// The kind of puzzles that [`crate::build()`] will make of `config`, all with one identifier, where
/// that can be said without looking at data: `None` for folders, CSV files and ARC.
pub fn expected_puzzle(config: &DatasetConfig) -> Option<PuzzleDescription> {
    let sudoku = |box_rows, box_cols| PuzzleDescription::Sudoku { box_rows, box_cols };
    if let Some(source) = &config.sudoku {
        return Some(sudoku(source.box_rows, source.box_cols));
    }
    if let Some(source) = &config.maze {
        let (rows, cols) = (source.rows, source.cols);
        return Some(PuzzleDescription::Maze { rows, cols });
    }
    match config.benchmark? {
        Benchmark::Sudoku6x6 => Some(sudoku(2, 3)),
        Benchmark::SudokuExtreme1k
        | Benchmark::SudokuExtreme15k
        | Benchmark::SudokuExtreme
        | Benchmark::SudokuBench
        | Benchmark::SudokuTdoku => Some(sudoku(3, 3)),
        Benchmark::MazeHard | Benchmark::MazeGenerated => {
            Some(PuzzleDescription::Maze { rows: 30, cols: 30 })
        }
        Benchmark::Arc1d
        | Benchmark::HrmArc1
        | Benchmark::HrmArc2
        | Benchmark::TrmArc1
        | Benchmark::TrmArc2 => None,
    }
}
