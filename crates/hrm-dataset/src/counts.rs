//! Sizes of a dataset that are known before it is built.

use hrm_config::DatasetConfig;

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
/// `None` for folders and for CSV files whose training rows are all taken.
pub fn expected_counts(config: &DatasetConfig) -> Option<Counts> {
    let (train, validation, test) = match (&config.sudoku, &config.maze, &config.csv) {
        (Some(sudoku), ..) => (sudoku.train, sudoku.validation, Some(sudoku.test)),
        (_, Some(maze), _) => (maze.train, maze.validation, Some(maze.test)),
        (.., Some(csv)) => (
            csv.subsample?.checked_sub(csv.validation)?,
            csv.validation,
            csv.test_rows,
        ),
        (None, None, None) => return None,
    };
    let copies = 1 + config.augmentations as usize;
    Some(Counts {
        train_groups: train,
        train_examples: train.saturating_mul(copies),
        validation,
        test,
    })
}
