//! What can go wrong with bundles.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::{DatabaseError, Key, StoreError};

/// An error of exporting or importing. Its message says what is wrong, [`BundleError::help`] what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The file is no bundle, or is cut off.
    #[error("`{path}` cannot be read as a bundle: {problem}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The bundle was written by a later `hrm`.
    #[error("the bundle `{path}` has layout {found}, but this `hrm` knows layout {known}")]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// The layout found.
        found: u32,
        /// The layout that this program knows.
        known: u32,
    },
    /// A member is not what the bundle's index, or an artifact's manifest, says.
    #[error("the bundle `{path}` is damaged or was changed: `{member}` {problem}")]
    Member {
        /// The file.
        path: PathBuf,
        /// The member.
        member: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The run is here already, with another log.
    #[error("run `{run}` is here already and differs from the one in the bundle")]
    OtherRun {
        /// Id of the run.
        run: String,
    },
    /// There is no log of the run.
    #[error("run `{run}` has no log")]
    NoLog {
        /// Id of the run.
        run: String,
    },
    /// The run goes on.
    #[error("run `{run}` has not ended")]
    Running {
        /// Id of the run.
        run: String,
    },
    /// An artifact of the run is damaged.
    #[error("the artifact `{kind}/{key}` is damaged: {problem}")]
    Damaged {
        /// Kind of its stage.
        kind: String,
        /// Its key.
        key: Key,
        /// What is wrong.
        problem: String,
    },
    /// A file of the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl BundleError {
    /// The bundle cannot be read; for `map_err`.
    pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Unreadable {
            path: path.clone(),
            problem: error.to_string(),
        }
    }

    /// What would be right, where that can be said.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unreadable { .. } | Self::Member { .. } => Some(
                "copy the file again, or export the run again with `hrm store export`".to_owned(),
            ),
            Self::OtherFormat { .. } => {
                Some("use the `hrm` that wrote it or a later one".to_owned())
            }
            Self::OtherRun { .. } => {
                Some("import it into another state folder with `--state DIR`".to_owned())
            }
            Self::NoLog { .. } => {
                Some("runs of earlier versions have none; run the workflow again".to_owned())
            }
            Self::Running { .. } => Some("wait until it has ended".to_owned()),
            Self::Damaged { .. } => Some("run the workflow again: it makes it again".to_owned()),
            Self::Store(error) => error.help(),
            Self::Database(error) => error.help(),
        }
    }
}
