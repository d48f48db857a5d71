//! Which paths and which bytes are an item.

use super::{FileItem, FolderItem, HashOf, Manifest, RelativePath};
use crate::{Content, FolderContent, SourceError};

/// Some items of a source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Items<'a> {
    pub(crate) files: &'a [FileItem],
    pub(crate) folders: &'a [FolderItem],
}

impl Items<'_> {
    /// Whether a path at the home is one of the items' files.
    pub(crate) fn contain(&self, path: &str) -> bool {
        let mut files = self.files.iter();
        let mut folders = self.folders.iter();
        files.any(|file| file.path.as_str() == path)
            || folders.any(|folder| folder.member(path).is_some())
    }

    /// Most files that they have.
    pub(crate) fn files_max(&self) -> u64 {
        let folders = self.folders.iter().map(|folder| folder.files);
        folders.fold(self.files.len() as u64, u64::saturating_add)
    }

    /// Most bytes that they have.
    pub(crate) fn size_max(&self) -> u64 {
        let files = self.files.iter().map(FileItem::size_max);
        let folders = self.folders.iter().map(|folder| folder.size);
        files.chain(folders).fold(0, u64::saturating_add)
    }
}

/// Most bytes that are read of a file whose size the manifest does not know.
const MAX_UNKNOWN_SIZE: u64 = 4 << 30;

impl FileItem {
    /// Whether these bytes are meant. `Ok` says how they differ from the home's where they do,
    /// `Err` what was expected.
    pub(crate) fn accept(&self, found: Content) -> Result<Option<&str>, String> {
        if found.sha256 == self.sha256 {
            return Ok(None);
        }
        match self.copies.iter().find(|copy| copy.sha256 == found.sha256) {
            Some(copy) => Ok(Some(&copy.note)),
            None => Err(format!(
                "its SHA-256 is {}, expected {}",
                found.sha256, self.sha256
            )),
        }
    }

    /// What is wrong with a number of bytes.
    pub(crate) fn size_fault(&self, found: u64) -> Option<String> {
        let size = self.size?;
        let is_copy = self.copies.iter().any(|copy| copy.size == found);
        (found != size && !is_copy).then(|| format!("it has {found} bytes, expected {size}"))
    }

    /// Other bytes came than those of the item.
    pub(crate) fn mismatch(&self, manifest: &Manifest, fault: String) -> SourceError {
        mismatch(manifest, &self.path, self.hash_of, fault)
    }

    /// Most bytes that it or a copy of it has.
    pub(crate) fn size_max(&self) -> u64 {
        let copies = self.copies.iter().map(|copy| copy.size).max();
        self.size
            .unwrap_or(MAX_UNKNOWN_SIZE)
            .max(copies.unwrap_or(0))
    }
}

impl FolderItem {
    /// What is wrong with files that should be its own.
    pub(crate) fn fault(&self, found: FolderContent) -> Option<String> {
        if found.files != self.files {
            return Some(format!(
                "it has {} files, expected {}",
                found.files, self.files
            ));
        }
        if found.size != self.size {
            return Some(format!(
                "its files have {} bytes, expected {}",
                found.size, self.size
            ));
        }
        let hashes = (found.sha256, self.sha256);
        (hashes.0 != hashes.1).then(|| {
            format!(
                "the SHA-256 over its files is {}, expected {}",
                hashes.0, hashes.1
            )
        })
    }

    /// Other files came than those of the item.
    pub(crate) fn mismatch(&self, manifest: &Manifest, fault: String) -> SourceError {
        mismatch(manifest, &self.path, self.hash_of, fault)
    }

    /// The path below the folder of one of its files, from the path below the home.
    pub(crate) fn member<'p>(&self, path: &'p str) -> Option<&'p str> {
        let below = path.strip_prefix(self.path.as_str())?.strip_prefix('/')?;
        self.has_extension(below).then_some(below)
    }

    /// Whether a file of that name is one of its files.
    pub(crate) fn has_extension(&self, name: &str) -> bool {
        name.strip_suffix(self.extension.as_str())
            .is_some_and(|stem| stem.ends_with('.'))
    }
}

fn mismatch(
    manifest: &Manifest,
    path: &RelativePath,
    hash_of: HashOf,
    fault: String,
) -> SourceError {
    SourceError::Mismatch {
        name: manifest.name.clone(),
        item: path.to_string(),
        fault,
        of_copy: hash_of == HashOf::Copy,
    }
}
