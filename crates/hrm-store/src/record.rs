//! What is kept of an artifact that is not here: its manifest, and the files of which its rows are read.
//!
//! A record stands for an artifact that was removed to save space, or that stayed on another machine. Its
//! rows can be read again from it, but no stage takes it for an artifact.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::atomic::{TEMPORARY_PREFIX, sync_folders};
use crate::manifest::{FILE_NAME, Manifest};
use crate::{Artifact, Key, StageLock, Store, StoreError};

impl Store {
    /// Folder of the record of an artifact.
    pub(crate) fn record_path(&self, kind: &str, key: &Key) -> PathBuf {
        self.root().join("records").join(kind).join(key.to_string())
    }

    /// The record of an artifact, as an artifact of whose files only some are there. `None` without a
    /// record, or with a damaged one.
    pub fn record(&self, kind: &str, key: &Key) -> Result<Option<Artifact>, StoreError> {
        let path = self.record_path(kind, key);
        let manifest = Manifest::read(&path, kind, key)?.ok();
        Ok(manifest.map(|manifest| Artifact::of(path, manifest)))
    }

    /// Keeps the manifest of an artifact and those of `files` that it has as its record.
    pub fn keep_record(
        &self,
        lock: &StageLock,
        artifact: &Artifact,
        files: &[&str],
    ) -> Result<(), StoreError> {
        let records = self.root().join("records");
        fs::create_dir_all(&records).map_err(StoreError::io("create", &records))?;
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .tempdir_in(&records)
            .map_err(StoreError::io("write to", &records))?;
        for name in files.iter().chain([&FILE_NAME]) {
            copy(&artifact.file(name), &temporary.path().join(name))?;
        }
        sync_folders(&[temporary.path()])?;
        self.install_record(lock, temporary.keep())
    }

    /// Makes a complete folder in the state folder the record of the locked stage.
    pub(crate) fn install_record(&self, lock: &StageLock, from: PathBuf) -> Result<(), StoreError> {
        let target = self.record_path(lock.kind(), lock.key());
        self.throw_away(&target)?;
        let folder = target.parent().unwrap_or(self.root());
        fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        fs::rename(&from, &target).map_err(StoreError::io("write", &target))?;
        sync_folders(&[folder])
    }
}

/// Copies a file that need not be there, and makes the copy durable.
fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    if let Some(folder) = to.parent().filter(|_| from.exists()) {
        fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
    }
    match fs::copy(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        copied => copied
            .and_then(|_| fs::File::open(to)?.sync_all())
            .map_err(StoreError::io("copy", from)),
    }
}
