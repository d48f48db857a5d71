//! The files of a folder on disk.

use crate::{FolderItem, SourceError};
use std::fs;
use std::path::{Path, PathBuf};

/// Path below the folder, with `/` between its parts, and path on disk.
pub(crate) type FolderFile = (String, PathBuf);

/// The item's files in a folder, in the byte order of their paths; links to folders are not
/// followed. Stops after one more file than the item has, which is enough to see that it is not
/// the item.
///
/// # Errors
/// Where a folder cannot be listed, also where there is none.
pub(crate) fn folder_files(dir: &Path, item: &FolderItem) -> Result<Vec<FolderFile>, SourceError> {
    let mut files = Vec::new();
    let mut unvisited = vec![(String::new(), dir.to_path_buf())];
    while let Some((prefix, dir)) = unvisited.pop() {
        let failed = |error| SourceError::io("list", &dir)(error);
        for entry in fs::read_dir(&dir).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let below = (format!("{prefix}{name}"), entry.path());
            if entry.file_type().map_err(failed)?.is_dir() {
                unvisited.push((format!("{}/", below.0), below.1));
            } else if item.has_extension(&name) {
                files.push(below);
            }
            if files.len() as u64 > item.files {
                return Ok(files);
            }
        }
    }
    files.sort();
    Ok(files)
}
