//! Removal of what killed processes left in `.hrm/tmp`.

use std::fs::{self, DirEntry};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A younger entry may belong to a process that is just deleting it.
const STALE_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes entries of `folder` that are older than a day. Failing to do so costs disk space only, so it
/// is logged and not an error.
pub(crate) fn remove_stale(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten().filter(is_stale) {
        let path = entry.path();
        if let Err(error) = remove(&path) {
            tracing::debug!(path = %path.display(), %error, "a stale entry could not be removed");
        }
    }
}

/// Removes a file or a folder with everything in it.
pub(crate) fn remove(path: &Path) -> std::io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

fn is_stale(entry: &DirEntry) -> bool {
    let modified = entry.metadata().and_then(|metadata| metadata.modified());
    let age = modified.map(|modified| SystemTime::now().duration_since(modified));
    matches!(age, Ok(Ok(age)) if age > STALE_AFTER)
}
