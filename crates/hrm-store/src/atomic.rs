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
    sync_folder(folder)
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

/// Makes the names in `folder` durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    // Only Unix can open a folder as a file; elsewhere a rename is made durable by the system.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(StoreError::io("sync", folder))?;
    }
    Ok(())
}
