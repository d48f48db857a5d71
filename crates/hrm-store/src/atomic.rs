//! Small files that are either the old ones or the new ones, also after a crash.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use crate::StoreError;

/// Start of the names of temporary files. One that a kill left behind is never part of an artifact.
pub(crate) const TEMPORARY_PREFIX: &str = ".hrm-tmp-";

/// Replaces the file at `path` by `bytes`: a reader, or the next run after a crash, sees the whole old
/// file or the whole new one. The folder must exist.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let error = || StoreError::io("write", path);
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut file = temporary_in(folder).map_err(error())?;
    file.write_all(bytes).map_err(error())?;
    // The bytes have to be on disk before the name points at them.
    file.as_file().sync_all().map_err(error())?;
    file.persist(path).map_err(|failed| error()(failed.error))?;
    sync_folders(&[folder])
}

/// A temporary file in `folder` with the permissions of an ordinary file.
pub(crate) fn temporary_in(folder: &Path) -> std::io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Less the user's umask; the default would hide results from the user's group.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Threads that wait for the disk at a time.
const SYNCING: usize = 16;

/// Makes the contents of files and the names in folders durable, in no order. A file system writes its
/// journal once for all that wait for it, so that many at a time take little longer than one.
pub(crate) fn sync(files: &[&Path], folders: &[&Path]) -> Result<(), StoreError> {
    // Only Unix can open a folder as a file; elsewhere a rename is made durable by the system.
    let folders = if cfg!(unix) { folders } else { &[] };
    let paths = [files, folders].concat();
    if paths.len() < 2 {
        return sync_each(&paths);
    }
    std::thread::scope(|scope| {
        let threads: Vec<_> = paths
            .chunks(paths.len().div_ceil(SYNCING))
            .map(|paths| scope.spawn(|| sync_each(paths)))
            .collect();
        threads.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

fn sync_each(paths: &[&Path]) -> Result<(), StoreError> {
    paths.iter().try_for_each(|path| {
        File::open(path)
            .and_then(|file| file.sync_all())
            .map_err(StoreError::io("sync", path))
    })
}

/// Makes the names in folders durable.
pub(crate) fn sync_folders(folders: &[&Path]) -> Result<(), StoreError> {
    sync(&[], folders)
}
