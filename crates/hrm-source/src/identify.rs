//! Whether bytes are those that a manifest names.

use crate::located::{FilePlace, FolderPlace};
use crate::walk::folder_files;
use crate::{
    Content, FileItem, FolderContent, FolderItem, LocatedFile, LocatedFolder, SourceError,
};
use std::fs::{self, File};
use std::path::Path;

/// The file that lies at a place, if it is the item.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_file(item: &FileItem, place: FilePlace) -> Result<LocatedFile, String> {
    if let FilePlace::Plain(path) = &place {
        // Spares the hash of a large file that is another one.
        let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
        if let Some(fault) = item.size_fault(size) {
            return Err(fault);
        }
    }
    let mut reader = place.open(item).map_err(|error| error.to_string())?;
    let content = Content::of(&mut *reader, item.size_max());
    identify_file(
        item,
        content.map_err(|error| error.into_io().to_string())?,
        place,
    )
}

/// The file with that content, if it is the item.
pub(crate) fn identify_file(
    item: &FileItem,
    content: Content,
    place: FilePlace,
) -> Result<LocatedFile, String> {
    if let Some(fault) = item.size_fault(content.size) {
        return Err(fault);
    }
    Ok(LocatedFile {
        item: item.clone(),
        content,
        note: item.accept(content)?.map(str::to_owned),
        place,
    })
}

/// The folder on disk, if it is the item.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_folder(item: &FolderItem, dir: &Path) -> Result<LocatedFolder, String> {
    let contents = folder_contents(item, dir).map_err(|error| error.to_string())?;
    let contents = contents
        .iter()
        .map(|(below, content)| (below.as_str(), *content));
    let place = FolderPlace::Plain(dir.to_path_buf());
    identify_folder(item, FolderContent::of(contents), place)
}

fn folder_contents(item: &FolderItem, dir: &Path) -> Result<Vec<(String, Content)>, SourceError> {
    let files = folder_files(dir, item)?.into_iter();
    let contents = files.map(|(below, path)| {
        let failed = SourceError::io("read", &path);
        let content = File::open(&path).and_then(|mut file| {
            Content::of(&mut file, item.size).map_err(|error| error.into_io())
        });
        Ok((below, content.map_err(failed)?))
    });
    contents.collect()
}

/// The folder with that content, if it is the item.
pub(crate) fn identify_folder(
    item: &FolderItem,
    content: FolderContent,
    place: FolderPlace,
) -> Result<LocatedFolder, String> {
    match item.fault(content) {
        Some(fault) => Err(fault),
        None => Ok(LocatedFolder {
            item: item.clone(),
            content,
            place,
        }),
    }
}
