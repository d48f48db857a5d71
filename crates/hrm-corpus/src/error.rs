//! What can go wrong while puzzles are read.

use hrm_arc::TaskError;
use hrm_dataset::DatasetError;
use hrm_source::SourceError;
use std::io;
use std::path::{Path, PathBuf};

/// Puzzles that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A source is unknown, or not to be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file of rows, or a dataset's folder.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A file of ARC tasks.
    #[error("`{}`: {error}", path.display())]
    Task {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where in it.
        error: TaskError,
    },
    /// A file that should be text.
    #[error("`{}`: it is not UTF-8 text", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// Challenges without their solutions, or the other way round.
    #[error("`{}`: there is no `{missing}` beside it", path.display())]
    HalfPair {
        /// The file that is there.
        path: PathBuf,
        /// The name of the one that is not.
        missing: String,
    },
    /// A folder or file in which no puzzles were found.
    #[error(
        "`{}`: no puzzles: expected a dataset's folder, `.csv` files of rows or `.json` files of ARC tasks",
        path.display()
    )]
    Nothing {
        /// The folder or file.
        path: PathBuf,
    },
    /// A dataset's folder whose puzzles cannot be read.
    #[error("`{}`, {split} group {group}: {reason}", path.display())]
    Group {
        /// The folder.
        path: PathBuf,
        /// The split.
        split: &'static str,
        /// The group, counted from 0.
        group: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Puzzles that cannot be written.
    #[error("cannot write `{}`: {reason}", path.display())]
    Unwritten {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The operating system refused.
    #[error("cannot {action} `{}`: {error}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
}

impl CorpusError {
    /// An operating system error at `path`; for use in `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io {
            action,
            path: path.to_path_buf(),
            error,
        }
    }
}
