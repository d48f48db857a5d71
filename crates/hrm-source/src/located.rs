//! What was found of a source, and reading it.

use crate::archive::Archive;
use crate::copy::copy;
use crate::manifest::Items;
use crate::visit::{Visit, read_all};
use crate::walk::folder_files;
use crate::zstd::ZstdReader;
use crate::{Content, FileItem, FolderContent, FolderItem, SourceError};
use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::slice;

/// A source all of whose items were found and verified.
#[derive(Debug, Clone)]
pub struct Located {
    /// The source's name.
    pub name: String,
    /// The revision of its home.
    pub revision: String,
    /// Its files, in the manifest's order.
    pub files: Vec<LocatedFile>,
    /// Its folders, in the manifest's order.
    pub folders: Vec<LocatedFolder>,
}

/// A file of a source.
#[derive(Debug, Clone)]
pub struct LocatedFile {
    /// What the manifest says of it.
    pub item: FileItem,
    /// Its bytes, decompressed.
    pub content: Content,
    /// How these bytes differ from the home's, where they do.
    pub note: Option<String>,
    pub(crate) place: FilePlace,
}

/// Where a file's bytes lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FilePlace {
    /// As they are.
    Plain(PathBuf),
    /// In a `.zst` file.
    Zstd(PathBuf),
    /// In an archive.
    Archive(Archive),
}

/// A folder of a source.
#[derive(Debug, Clone)]
pub struct LocatedFolder {
    /// What the manifest says of it.
    pub item: FolderItem,
    /// Its files' bytes.
    pub content: FolderContent,
    pub(crate) place: FolderPlace,
}

/// Where a folder's files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FolderPlace {
    /// As they are, in this folder.
    Plain(PathBuf),
    /// In an archive.
    Archive(Archive),
}

impl Located {
    /// The file with that path at the home.
    ///
    /// # Errors
    /// Where the source has none; names the items it has.
    pub fn file(&self, path: &str) -> Result<&LocatedFile, SourceError> {
        let mut files = self.files.iter();
        let file = files.find(|file| file.item.path.as_str() == path);
        file.ok_or_else(|| self.no_item(path))
    }

    /// The folder with that path at the home.
    ///
    /// # Errors
    /// Where the source has none; names the items it has.
    pub fn folder(&self, path: &str) -> Result<&LocatedFolder, SourceError> {
        let mut folders = self.folders.iter();
        let folder = folders.find(|folder| folder.item.path.as_str() == path);
        folder.ok_or_else(|| self.no_item(path))
    }

    fn no_item(&self, path: &str) -> SourceError {
        let files = self.files.iter().map(|file| &file.item.path);
        let folders = self.folders.iter().map(|folder| &folder.item.path);
        SourceError::NoItem {
            name: self.name.clone(),
            item: path.into(),
            known: files.chain(folders).map(ToString::to_string).collect(),
        }
    }
}

impl FilePlace {
    /// The file on disk in which the bytes are.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Plain(path) | Self::Zstd(path) => path,
            Self::Archive(archive) => &archive.path,
        }
    }

    /// A reader of the item's bytes.
    pub(crate) fn open(&self, item: &FileItem) -> Result<Box<dyn Read>, SourceError> {
        let open = |path: &Path| File::open(path).map_err(SourceError::io("read", path));
        match self {
            Self::Plain(path) => Ok(Box::new(open(path)?)),
            Self::Zstd(path) => {
                let reader = ZstdReader::new(BufReader::new(open(path)?));
                Ok(Box::new(
                    reader.map_err(SourceError::io("decompress", path))?,
                ))
            }
            Self::Archive(archive) => {
                let items = Items {
                    files: slice::from_ref(item),
                    folders: &[],
                };
                let mut bytes = Vec::new();
                archive.visit(items, &mut |_, content| {
                    bytes = read_all(content)?;
                    Ok(())
                })?;
                Ok(Box::new(Cursor::new(bytes)))
            }
        }
    }
}

impl LocatedFile {
    /// Its path on disk, unless it is compressed or in an archive.
    pub fn plain_path(&self) -> Option<&Path> {
        match &self.place {
            FilePlace::Plain(path) => Some(path),
            FilePlace::Zstd(_) | FilePlace::Archive(_) => None,
        }
    }

    /// A reader of its bytes. They are decompressed as they are read; those of an archive's member
    /// are all read at once.
    ///
    /// # Errors
    /// Where they can no longer be read.
    pub fn open(&self) -> Result<Box<dyn Read>, SourceError> {
        self.place.open(&self.item)
    }

    /// All its bytes.
    ///
    /// # Errors
    /// Where they can no longer be read or have become more.
    pub fn read(&self) -> Result<Vec<u8>, SourceError> {
        let mut bytes = Vec::new();
        let path = Path::new(self.item.path.as_str());
        copy(
            &mut *self.open()?,
            &mut bytes,
            self.content.size,
            &mut |_| {},
        )
        .map_err(|error| SourceError::io("read", path)(error.into_io()))?;
        Ok(bytes)
    }
}

impl LocatedFolder {
    /// Its path on disk, unless it is in an archive.
    pub fn plain_path(&self) -> Option<&Path> {
        match &self.place {
            FolderPlace::Plain(path) => Some(path),
            FolderPlace::Archive(_) => None,
        }
    }

    /// Path and bytes of every file, in the byte order of the paths, which are relative to the
    /// folder and have `/` between their parts.
    ///
    /// # Errors
    /// Where they can no longer be read.
    pub fn read(&self) -> Result<Vec<(String, Vec<u8>)>, SourceError> {
        let mut files = Vec::new();
        self.visit(&mut |path, content| {
            if let Some(below) = self.item.member(path) {
                files.push((below.to_owned(), read_all(content)?));
            }
            Ok(())
        })?;
        files.sort_unstable();
        Ok(files)
    }

    /// Hands every file, with its path at the home, to `visit`.
    pub(crate) fn visit(&self, visit: &mut Visit<'_>) -> Result<(), SourceError> {
        match &self.place {
            FolderPlace::Archive(archive) => {
                let items = Items {
                    files: &[],
                    folders: slice::from_ref(&self.item),
                };
                archive.visit(items, visit)
            }
            FolderPlace::Plain(dir) => {
                for (below, path) in folder_files(dir, &self.item)? {
                    let mut file = File::open(&path).map_err(SourceError::io("read", &path))?;
                    let visited = visit(&format!("{}/{below}", self.item.path), &mut file);
                    visited.map_err(|error| error.at(SourceError::io("read", &path)))?;
                }
                Ok(())
            }
        }
    }
}
