//! What can go wrong with the files of the store.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::Damage;

/// An error of the store's files. Its message says what is wrong, [`StoreError::help`] what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The state folder's path names something else.
    #[error("the state folder `{path}` is not a folder")]
    NotAFolder {
        /// Path of the state folder.
        path: PathBuf,
    },
    /// The state folder exists, holds files, and was not made by `hrm`.
    #[error("`{path}` holds other files and has no `version` file, so it is no state folder")]
    NotAStore {
        /// Path of the state folder.
        path: PathBuf,
    },
    /// The state folder cannot be written.
    #[error("the state folder `{path}` cannot be written: {source}")]
    NotWritable {
        /// Path of the state folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The state folder was made by a later `hrm`.
    #[error(
        "the state folder `{path}` has layout {found}, but this `hrm` knows layouts up to {known}"
    )]
    NewerLayout {
        /// Path of the state folder.
        path: PathBuf,
        /// The layout found.
        found: u32,
        /// The newest layout this program knows.
        known: u32,
    },
    /// The `version` file holds no layout number.
    #[error("`{path}` should hold the number of the layout, but holds `{found}`")]
    BadVersion {
        /// Path of the `version` file.
        path: PathBuf,
        /// The text found.
        found: String,
    },
    /// The file system does not support locks.
    #[error("the file `{path}` cannot be locked: {source}")]
    LockUnsupported {
        /// Path of the lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has taken a stage over.
    #[error("the lease `{path}` was lost and is held by {by}")]
    LeaseLost {
        /// The file of the lease.
        path: PathBuf,
        /// Who has it now.
        by: String,
    },
    /// A folder was to be published that is not the work folder of the lock's stage.
    #[error("`{path}` cannot be published: it is not inside the stage's work folder `{work}`")]
    NotWorkFolder {
        /// The folder given.
        path: PathBuf,
        /// The work folder of the locked stage.
        work: PathBuf,
    },
    /// A stage left something else than files and folders with readable names.
    #[error("`{path}` cannot be part of an artifact: {problem}")]
    NotPublishable {
        /// The path found.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An artifact was already damaged when it was read back after its publication.
    #[error("the artifact `{path}` was damaged while it was written: {damage}")]
    DamagedAtOnce {
        /// Path of the artifact.
        path: PathBuf,
        /// The first damage found.
        damage: Damage,
    },
    /// Reading or writing failed.
    #[error("cannot {action} `{path}`: {source}")]
    Io {
        /// What was attempted, for example `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StoreError {
    /// Wraps a failed file operation; for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// What would be right, where that can be said.
    pub fn help(&self) -> Option<String> {
        let elsewhere = "choose another folder with `--state DIR` or the variable `HRM_STATE`";
        match self {
            Self::NotAFolder { .. } | Self::NotAStore { .. } => Some(elsewhere.to_owned()),
            Self::NotWritable { path, .. } => Some(format!(
                "make `{}` writable, or {elsewhere}",
                path.display()
            )),
            Self::NewerLayout { .. } => Some(format!(
                "use the `hrm` that made it or a later one, or {elsewhere}"
            )),
            Self::BadVersion { .. } => Some(format!(
                "write 1 into it if the folder was made by `hrm`, or {elsewhere}"
            )),
            Self::LockUnsupported { .. } => Some(format!(
                "network file systems often lack locks: {elsewhere} on a local disk"
            )),
            Self::LeaseLost { .. } => Some(
                "this process did not run for a while, so that its work was given to another one; \
                 the same command goes on with what that one made"
                    .to_owned(),
            ),
            Self::DamagedAtOnce { .. } => {
                Some("check the disk: what was written could not be read back".to_owned())
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some(format!("free some space, or {elsewhere}"))
            }
            Self::NotWorkFolder { .. } | Self::NotPublishable { .. } | Self::Io { .. } => None,
        }
    }
}
