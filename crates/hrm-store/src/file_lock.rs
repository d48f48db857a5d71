//! An advisory lock on a file. The system gives it up when the process ends, however it ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

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

/// A held lock. Dropping it gives it up and leaves the file.
#[derive(Debug)]
pub(crate) struct FileLock {
    /// Closing this file is what gives the lock up.
    file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock at `path` if it is free.
    pub(crate) fn try_acquire(path: &Path) -> Result<Option<Self>, StoreError> {
        loop {
            let lock = Self::open(path)?;
            match lock.file.try_lock() {
                Ok(()) if lock.is_in_place() => return Ok(Some(lock.noted())),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(source)) if source.kind() == ErrorKind::Interrupted => {}
                Err(TryLockError::Error(source)) => return Err(unsupported(path, source)),
            }
        }
    }

    /// Takes the lock at `path`, waiting for it as long as it takes.
    pub(crate) fn acquire(path: &Path) -> Result<Self, StoreError> {
        loop {
            let lock = Self::open(path)?;
            match lock.file.lock() {
                Ok(()) if lock.is_in_place() => return Ok(lock.noted()),
                Ok(()) => {}
                Err(source) if source.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(unsupported(path, source)),
            }
        }
    }

    /// Takes a lock at `path` that others may hold with this one, waiting for who wants it alone.
    pub(crate) fn share(path: &Path) -> Result<Self, StoreError> {
        loop {
            let lock = Self::open(path)?;
            match lock.file.lock_shared() {
                Ok(()) if lock.is_in_place() => return Ok(lock),
                Ok(()) => {}
                Err(source) if source.kind() == ErrorKind::Interrupted => {}
                Err(source) => return Err(unsupported(path, source)),
            }
        }
    }

    /// Gives the lock up and removes its file. Whoever waits for it notices and makes a new file.
    pub(crate) fn remove(self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(path = %self.path.display(), %error, "a lock file could not be removed");
        }
    }

    fn open(path: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(StoreError::io("open", path))?;
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Whether the file that is locked still is the one that others find. It was removed otherwise,
    /// between opening and locking it, and a lock on it would keep nobody out.
    fn is_in_place(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
            match (self.file.metadata(), fs::metadata(&self.path)) {
                (Ok(locked), Ok(found)) => identity(locked) == identity(found),
                _ => false,
            }
        }
        #[cfg(not(unix))]
        self.path.exists()
    }

    /// Notes this process in the file. It only informs, so that failing to write it breaks nothing.
    fn noted(mut self) -> Self {
        let holder = LockHolder {
            pid: std::process::id(),
            since: format!("{:.0}", jiff::Timestamp::now()),
        };
        let noted = serde_json::to_vec(&holder)
            .map_err(std::io::Error::from)
            .and_then(|text| {
                self.file.set_len(0)?;
                self.file.write_all(&text)
            });
        if let Err(error) = noted {
            tracing::debug!(path = %self.path.display(), %error, "the lock's holder could not be noted");
        }
        self
    }
}

/// Who holds the lock at `path` or held it last, if that was noted.
pub(crate) fn holder(path: &Path) -> Option<LockHolder> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn unsupported(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::LockUnsupported {
        path: path.to_owned(),
        source,
    }
}
