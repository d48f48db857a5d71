//! What can go wrong with a dataset, in words that name the file, the line and the cure.

use hrm_config::Split;
use hrm_source::SourceError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A dataset that cannot be built, read or written.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    /// The operating system refused.
    #[error("cannot {action} `{}`: {error}", path.display())]
    Io {
        /// What was attempted: `read`, `write`, …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
    /// A file does not hold what it should.
    #[error("`{}`: {reason}", path.display())]
    Malformed {
        /// The file, or the folder whose files contradict each other.
        path: PathBuf,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A row of a CSV file cannot be used.
    #[error("`{}`, line {line}: {reason}{}", path.display(), MoreRows(*more))]
    Row {
        /// The CSV file.
        path: PathBuf,
        /// The first bad row's line; the header is line 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
        /// Further bad rows in the file.
        more: usize,
    },
    /// Raw data that is not there, or not what it should be.
    #[error(transparent)]
    Source(#[from] Box<SourceError>),
    /// Two splits share puzzles up to symmetry.
    #[error(
        "{} in more than one split up to symmetry, for example {}; remove {} from one of the two, or say in `allow_leakage` why they may be",
        if *total == 1 { "1 puzzle is".to_owned() } else { format!("{total} puzzles are") },
        pairs.join(", "),
        if *total == 1 { "it" } else { "them" }
    )]
    Overlap {
        /// All such pairs.
        total: usize,
        /// The first few, each naming both places.
        pairs: Vec<String>,
    },
    /// The generator ran out of new puzzles.
    #[error("found only {found} of {wanted} {what} in {tried} candidates: {cause}; {cure}")]
    TooFew {
        /// What was to be generated.
        what: String,
        /// How many were asked for.
        wanted: usize,
        /// How many distinct ones were found.
        found: usize,
        /// Candidates tried.
        tried: u64,
        /// Why the search ended.
        cause: String,
        /// What to change.
        cure: String,
    },
    /// The configuration cannot be carried out.
    #[error("{0}")]
    Config(String),
    /// A split that the dataset does not have.
    #[error("the dataset has no {} split; it has {available}", split.name())]
    NoSplit {
        /// The split asked for.
        split: Split,
        /// The splits there are.
        available: String,
    },
}

impl DatasetError {
    /// An operating system error at `path`; for use in `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io {
            action,
            path: path.to_path_buf(),
            error,
        }
    }

    /// A file that does not hold what it should.
    pub(crate) fn malformed(path: &Path, reason: impl Into<String>) -> Self {
        Self::Malformed {
            path: path.to_path_buf(),
            reason: reason.into(),
        }
    }
}

impl From<SourceError> for DatasetError {
    fn from(error: SourceError) -> Self {
        Self::Source(Box::new(error))
    }
}

/// The tail of a row error: how many more rows are bad.
struct MoreRows(usize);

impl fmt::Display for MoreRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => Ok(()),
            1 => f.write_str(" (1 more row of the file is bad too)"),
            n => write!(f, " ({n} more rows of the file are bad too)"),
        }
    }
}
