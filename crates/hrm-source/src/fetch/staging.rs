//! Where items lie until they are verified.

use crate::copy::{CopyError, copy};
use crate::identify::{check_file, check_folder};
use crate::located::FilePlace;
use crate::visit::VisitError;
use crate::{Event, FileItem, FolderItem, Manifest, Progress, RelativePath, SourceError};
use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The right to change a source in the cache, and a folder for what is not verified yet. The folder
/// goes with it, whatever happens.
pub(super) struct Staging<'a> {
    manifest: &'a Manifest,
    progress: &'a dyn Progress,
    dir: PathBuf,
    /// The source's folder in the cache.
    target: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

impl<'a> Staging<'a> {
    /// Waits until no other process changes the source.
    pub(super) fn new(
        manifest: &'a Manifest,
        cache: &Path,
        progress: &'a dyn Progress,
    ) -> Result<Self, SourceError> {
        let source = cache.join(&manifest.name);
        create_dir(&source)?;
        let lock = lock(&source.join(".lock"), progress)?;
        let staging = Self {
            manifest,
            progress,
            dir: source.join(".staging"),
            target: manifest.cache_dir(cache),
            _lock: lock,
        };
        // What a killed process left.
        remove(&staging.dir)?;
        create_dir(&staging.dir)?;
        create_dir(&staging.target)?;
        Ok(staging)
    }

    /// Where an item lies in the cache.
    pub(super) fn target(&self, path: &RelativePath) -> PathBuf {
        path.below(&self.target)
    }

    /// Where an archive can be downloaded to.
    pub(super) fn archive(&self) -> PathBuf {
        self.dir.join("archive")
    }

    /// Where items lie that are not verified yet.
    fn items(&self) -> PathBuf {
        self.dir.join("items")
    }

    /// Writes a file of an item; `path` is the one at the home.
    pub(super) fn write(&self, path: &str, reader: &mut dyn Read) -> Result<(), VisitError> {
        let staged = self.items().join(path);
        let failed = |action, error| VisitError::Other(SourceError::io(action, &staged)(error));
        if let Some(parent) = staged.parent() {
            create_dir(parent).map_err(VisitError::Other)?;
        }
        let mut file = File::create(&staged).map_err(|error| failed("create", error))?;
        match copy(reader, &mut file, u64::MAX, &mut |_| {}) {
            Ok(_) => Ok(()),
            Err(CopyError::Write(error)) => Err(failed("write", error)),
            Err(error) => Err(VisitError::Read(error.into_io())),
        }
    }

    /// Gives a file that was written its final name, if it is the item.
    pub(super) fn publish_file(&self, item: &FileItem) -> Result<(), SourceError> {
        let staged = item.path.below(&self.items());
        check_file(item, FilePlace::Plain(staged.clone()))
            .map_err(|fault| item.mismatch(self.manifest, fault))?;
        self.publish(&staged, &item.path)
    }

    /// Gives a folder that was written its final name, if it is the item.
    pub(super) fn publish_folder(&self, item: &FolderItem) -> Result<(), SourceError> {
        let staged = item.path.below(&self.items());
        check_folder(item, &staged).map_err(|fault| item.mismatch(self.manifest, fault))?;
        self.publish(&staged, &item.path)
    }

    fn publish(&self, staged: &Path, path: &RelativePath) -> Result<(), SourceError> {
        let target = self.target(path);
        if let Some(parent) = target.parent() {
            create_dir(parent)?;
        }
        install(staged, &target, self.progress)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // If it fails, the next fetch removes it.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Gives what was verified its final name, in place of anything that had it.
pub(super) fn install(
    verified: &Path,
    target: &Path,
    progress: &dyn Progress,
) -> Result<(), SourceError> {
    // A rename replaces a file, but not a folder.
    if target.is_dir() {
        remove(target)?;
    }
    fs::rename(verified, target).map_err(SourceError::io("create", target))?;
    progress.event(Event::Ready { path: target });
    Ok(())
}

fn lock(path: &Path, progress: &dyn Progress) -> Result<File, SourceError> {
    let file = File::create(path).map_err(SourceError::io("create", path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => progress.event(Event::Waiting { lock: path }),
        Err(TryLockError::Error(error)) => return Err(SourceError::io("lock", path)(error)),
    }
    file.lock().map_err(SourceError::io("lock", path))?;
    Ok(file)
}

pub(super) fn create_dir(path: &Path) -> Result<(), SourceError> {
    fs::create_dir_all(path).map_err(SourceError::io("create", path))
}

/// Removes a file or a folder with all that is in it, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), SourceError> {
    let removed = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        _ => fs::remove_file(path),
    };
    removed.map_err(SourceError::io("remove", path))
}
