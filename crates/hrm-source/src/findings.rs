//! What a search found of each item.

use crate::archive::Archive;
use crate::identify::{identify_file, identify_folder};
use crate::located::{FilePlace, FolderPlace};
use crate::{
    AbsentItem, Content, FileItem, FolderContent, FolderItem, Located, LocatedFile, LocatedFolder,
    Manifest, SourceError,
};
use std::collections::BTreeMap;

/// Contents of an archive's files, by path at the home.
pub(crate) type Members = BTreeMap<String, Content>;

/// What was found of each item, in the manifest's order.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) files: Vec<Result<LocatedFile, AbsentItem>>,
    pub(crate) folders: Vec<Result<LocatedFolder, AbsentItem>>,
}

impl Findings {
    /// The items that were not found.
    pub(crate) fn absent(&self) -> impl Iterator<Item = &AbsentItem> {
        let files = self.files.iter().filter_map(|file| file.as_ref().err());
        let folders = self
            .folders
            .iter()
            .filter_map(|folder| folder.as_ref().err());
        files.chain(folders)
    }

    /// Changes the notes on all items that were not found.
    pub(crate) fn each_absent(&mut self, change: impl FnMut(&mut AbsentItem)) {
        let files = self.files.iter_mut().filter_map(|file| file.as_mut().err());
        let folders = self
            .folders
            .iter_mut()
            .filter_map(|folder| folder.as_mut().err());
        files.chain(folders).for_each(change);
    }

    /// Looks for the items that were not found among an archive's members.
    pub(crate) fn look_in(&mut self, archive: &Archive, members: &Members, manifest: &Manifest) {
        for (finding, item) in self.files.iter_mut().zip(&manifest.files) {
            settle(finding, archive, file_in(archive, members, item));
        }
        for (finding, item) in self.folders.iter_mut().zip(&manifest.folders) {
            settle(finding, archive, folder_in(archive, members, item));
        }
    }

    /// The source, if every item was found.
    ///
    /// # Errors
    /// [`SourceError::Absent`] with all that were not.
    pub(crate) fn complete(self, manifest: &Manifest) -> Result<Located, SourceError> {
        let items: Vec<_> = self.absent().cloned().collect();
        if !items.is_empty() {
            return Err(SourceError::Absent {
                name: manifest.name.clone(),
                home: manifest.home.clone(),
                items,
            });
        }
        Ok(Located {
            name: manifest.name.clone(),
            revision: manifest.revision.clone(),
            files: self.files.into_iter().flatten().collect(),
            folders: self.folders.into_iter().flatten().collect(),
        })
    }
}

/// `None` where the archive has nothing of the item.
type InArchive<T> = Option<Result<T, String>>;

/// Notes on an item that was not found what an archive has of it.
fn settle<T>(finding: &mut Result<T, AbsentItem>, archive: &Archive, found: InArchive<T>) {
    let Err(absent) = finding else { return };
    match found {
        None => absent.looked.push(archive.path.clone()),
        Some(Err(fault)) => absent.mismatches.push((archive.path.clone(), fault)),
        Some(Ok(located)) => *finding = Ok(located),
    }
}

fn file_in(archive: &Archive, members: &Members, item: &FileItem) -> InArchive<LocatedFile> {
    let content = *members.get(item.path.as_str())?;
    let place = FilePlace::Archive(archive.clone());
    Some(identify_file(item, content, place))
}

fn folder_in(archive: &Archive, members: &Members, item: &FolderItem) -> InArchive<LocatedFolder> {
    let own =
        |(path, content): (&'_ String, &Content)| Some((item.member(path)?.to_owned(), *content));
    let own: Vec<_> = members.iter().filter_map(own).collect();
    if own.is_empty() {
        return None;
    }
    let content = FolderContent::of(own.iter().map(|(path, content)| (path.as_str(), *content)));
    let place = FolderPlace::Archive(archive.clone());
    Some(identify_folder(item, content, place))
}
