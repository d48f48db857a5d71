//! Size and time of an artifact's files: a cheap sign that nobody touched them since they were hashed.
//!
//! Hashing a large dataset takes seconds, and a run that has nothing to do should take none. So a file
//! whose size and modification time are those recorded is taken as unchanged, and any other is hashed.
//! The stamps lie beside the manifest, in `stamps.json`, and are no part of the content.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::atomic::write_atomic;

/// Name of the stamps' file inside an artifact.
pub(crate) const FILE_NAME: &str = "stamps.json";

/// Size and modification time of a file when it had the hash in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    bytes: u64,
    /// Nanoseconds since 1970.
    mtime_ns: u64,
}

impl Stamp {
    /// The stamp of a file, where its system keeps times that can be expressed.
    pub(crate) fn of(metadata: &Metadata) -> Option<Self> {
        let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(Self {
            bytes: metadata.len(),
            mtime_ns: u64::try_from(since.as_nanos()).ok()?,
        })
    }
}

/// The stamps of an artifact's files by path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamps(BTreeMap<String, Stamp>);

impl Stamps {
    /// The stamps in the artifact folder `dir`; none where they cannot be read, so that all is hashed.
    pub(crate) fn read(dir: &Path) -> Self {
        fs::read(dir.join(FILE_NAME))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    /// Writes them into a folder that is not published yet, which has to make them durable; returns their
    /// path.
    pub(crate) fn begin(&self, dir: &Path) -> Result<PathBuf, StoreError> {
        let path = dir.join(FILE_NAME);
        fs::write(&path, self.text(&path)?).map_err(StoreError::io("write", &path))?;
        Ok(path)
    }

    /// Replaces those of a published artifact.
    pub(crate) fn renew(&self, dir: &Path) -> Result<(), StoreError> {
        let path = dir.join(FILE_NAME);
        write_atomic(&path, &self.text(&path)?)
    }

    /// Lets everything in the artifact folder `dir` be hashed at the next look.
    pub(crate) fn forget(dir: &Path) {
        // On a disk that cannot be written, nothing can be made again either.
        if let Err(error) = fs::remove_file(dir.join(FILE_NAME)) {
            tracing::debug!(%error, "the stamps of a damaged artifact could not be removed");
        }
    }

    fn text(&self, path: &Path) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(self).map_err(|error| StoreError::io("write", path)(error.into()))
    }

    pub(crate) fn get(&self, path: &str) -> Option<Stamp> {
        self.0.get(path).copied()
    }

    /// Records a file's stamp. A file without one is hashed at every look.
    pub(crate) fn set(&mut self, path: &str, stamp: Option<Stamp>) {
        match stamp {
            Some(stamp) => self.0.insert(path.to_owned(), stamp),
            None => self.0.remove(path),
        };
    }
}
