//! An advisory lock on a file. The system gives it up when the process ends, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::StoreError;

/// Who holds a lock, as its holder wrote it into the lock file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// Process id on the holder's machine.
    pub pid: u32,
    /// When the lock was taken, RFC 3339 in UTC.
    pub since: String,
}

/// A held lock. Dropping it gives it up; the file stays, since deleting it would let two holders in.
#[derive(Debug)]
pub(crate) struct FileLock {
    /// Closing this file is what gives the lock up.
    _file: File,
}

impl FileLock {
    /// Takes the lock at `path` if it is free.
    pub(crate) fn try_acquire(path: &Path) -> Result<Option<Self>, StoreError> {
        let file = open(path)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self::held(file, path))),
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) if source.kind() == ErrorKind::Interrupted => {}
                Err(TryLockError::Error(source)) => return Err(unsupported(path, source)),
            }
        }
    }

    /// Takes the lock at `path`, waiting for it as long as it takes.
    pub(crate) fn acquire(path: &Path) -> Result<Self, StoreError> {
        let file = open(path)?;
        loop {
            match file.lock() {
                Ok(()) => return Ok(Self::held(file, path)),
                Err(source) if source.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(unsupported(path, source)),
            }
        }
    }

    /// Notes this process in the file. It only informs, so that failing to write it breaks nothing.
    fn held(mut file: File, path: &Path) -> Self {
        let holder = LockHolder {
            pid: std::process::id(),
            since: format!("{:.0}", jiff::Timestamp::now()),
        };
        let noted = serde_json::to_vec(&holder)
            .map_err(std::io::Error::from)
            .and_then(|text| {
                file.set_len(0)?;
                file.write_all(&text)
            });
        if let Err(error) = noted {
            tracing::debug!(path = %path.display(), %error, "the lock's holder could not be noted");
        }
        Self { _file: file }
    }
}

/// Who holds the lock at `path` or held it last, if that was noted.
pub(crate) fn holder(path: &Path) -> Option<LockHolder> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn open(path: &Path) -> Result<File, StoreError> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(StoreError::io("open", path))
}

fn unsupported(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::LockUnsupported {
        path: path.to_owned(),
        source,
    }
}
