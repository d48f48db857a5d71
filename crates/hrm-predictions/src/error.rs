//! What can be wrong with predictions, and where.

use hrm_arc::TaskError;
use hrm_arc::dataset::NamesError;
use hrm_arc::scoring::VoteError;
use hrm_dataset::DatasetError;
use hrm_score::ScoreError;
use std::io;
use std::path::{Path, PathBuf};

/// Predictions that cannot be read or scored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PredictionsError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was attempted, for example `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A file that does not hold what it should.
    #[error("`{}`: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A line of a CSV file that is not a row of its table.
    #[error("`{}`, line {line}: {reason}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line; the header is line 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A cell of a CSV file that cannot be used.
    #[error("`{}`, line {line}, column `{column}`: {reason}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line; the header is line 1.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A dataset or an array.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A file of ARC tasks.
    #[error("`{}`: {source}", path.display())]
    Tasks {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: TaskError,
    },
    /// The names of a dataset's puzzles.
    #[error("`{}`: {source}", path.display())]
    Names {
        /// The file, or the dataset.
        path: PathBuf,
        /// What is wrong with them.
        source: NamesError,
    },
    /// ARC predictions that do not fit the tasks.
    #[error("`{}`: {source}", path.display())]
    Votes {
        /// The folder of the predictions, or the dataset.
        path: PathBuf,
        /// What is wrong, and in which row; rows count from 0, as in the arrays.
        source: VoteError,
    },
    /// A dataset whose own puzzles are malformed, so that nothing can be compared with them.
    #[error("the puzzles of the {split} split cannot be scored: {source}")]
    Puzzles {
        /// The split.
        split: &'static str,
        /// The first that is wrong; rows count from 1.
        source: ScoreError,
    },
}

impl PredictionsError {
    /// A failed file operation; for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// A file that does not hold what it should.
    pub(crate) fn malformed(path: &Path, reason: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// Votes that cannot be counted; for `map_err`.
    pub(crate) fn votes(path: &Path) -> impl Fn(VoteError) -> Self {
        let path = path.to_owned();
        move |source| Self::Votes {
            path: path.clone(),
            source,
        }
    }
}
