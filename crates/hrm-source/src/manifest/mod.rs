//! The description of a source: what it is, where its home is, and which bytes are meant.

mod check;
mod items;
mod path;
mod url;

pub(crate) use items::Items;
pub use path::RelativePath;
pub(crate) use path::part_fault;
pub use url::Url;

use crate::{ManifestError, Sha256};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One source. Read from `datasets/<name>.toml`; the keys are the fields' names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// How it is called in workflows and commands; lower-case letters, digits and `-`.
    pub name: String,
    /// How its authors call it.
    pub title: String,
    /// What it is, in a sentence or two.
    pub about: String,
    /// Its authors' page. Without one it is published nowhere and has to be brought along.
    pub home: Option<Url>,
    /// Commit or other version at the home; also the name of the folder in the cache.
    pub revision: String,
    /// SPDX name, or `none stated`.
    pub licence: String,
    /// What to cite.
    pub citation: String,
    /// How sure the hashes and addresses are: what was compared with what.
    pub verified: String,
    /// Archives in which the items may lie in a folder that the caller names.
    #[serde(default)]
    pub archives: Vec<RelativePath>,
    /// The archive from the home in which all items are that have no `url`.
    pub download: Option<Download>,
    /// Key `[[file]]`.
    #[serde(default, rename = "file")]
    pub files: Vec<FileItem>,
    /// Key `[[folder]]`.
    #[serde(default, rename = "folder")]
    pub folders: Vec<FolderItem>,
}

/// An archive at a source's home. Its own bytes need not be stable: its items are verified.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Download {
    /// Where it is.
    pub url: Url,
    /// What it is.
    pub format: ArchiveFormat,
    /// How many leading parts its members' paths have that the items' paths have not.
    #[serde(default)]
    pub strip: usize,
}

/// How an archive is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ArchiveFormat {
    /// tar, compressed by gzip.
    #[serde(rename = "tar.gz")]
    TarGz,
    /// tar, compressed by zstd.
    #[serde(rename = "tar.zst")]
    TarZst,
}

impl ArchiveFormat {
    /// The format that a file's name ends with.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let endings = [(".tar.gz", Self::TarGz), (".tar.zst", Self::TarZst)];
        let ending = endings.iter().find(|(ending, _)| name.ends_with(ending));
        ending.map(|&(_, format)| format)
    }
}

/// A file of a source. Hash and size are of the plain bytes, wherever they lie compressed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileItem {
    /// Path at the home, and in the cache below the revision.
    pub path: RelativePath,
    /// Where it can be downloaded.
    pub url: Option<Url>,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Number of bytes, where known.
    pub size: Option<u64>,
    /// Rows of a CSV file, without the header.
    pub rows: Option<u64>,
    /// Tasks of a JSON file.
    pub tasks: Option<u64>,
    /// Whose bytes were hashed.
    pub hash_of: HashOf,
    /// Other paths at which it may lie in a folder that the caller names.
    #[serde(default)]
    pub also: Vec<RelativePath>,
    /// Key `[[file.copy]]`: other bytes with the same puzzles, which are accepted too.
    #[serde(default, rename = "copy")]
    pub copies: Vec<AcceptedCopy>,
}

/// Bytes that differ from the home's and hold the same puzzles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptedCopy {
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Number of bytes.
    pub size: u64,
    /// How they differ from the home's.
    pub note: String,
}

/// A folder of a source with many small files.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderItem {
    /// Path at the home, and in the cache below the revision.
    pub path: RelativePath,
    /// Ending of its files' names, without the dot; others are none of its files.
    pub extension: String,
    /// Number of files, at any depth. One file is one task.
    pub files: u64,
    /// Bytes of all files together.
    pub size: u64,
    /// Hash over all files, as [`FolderContent::sha256`](crate::FolderContent::sha256).
    pub sha256: Sha256,
    /// Whose bytes were hashed.
    pub hash_of: HashOf,
    /// Other paths at which it may lie in a folder that the caller names.
    #[serde(default)]
    pub also: Vec<RelativePath>,
}

/// Whose bytes a manifest's hash is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HashOf {
    /// The original.
    Original,
    /// A copy that was not compared with the original.
    Copy,
}

impl Manifest {
    /// Reads a manifest. `file` is its path, used in messages; the file's name without `.toml` must
    /// be the source's name.
    ///
    /// # Errors
    /// Where the text is no manifest; names the file, the key and what would be right.
    pub fn parse(file: &str, text: &str) -> Result<Self, ManifestError> {
        let manifest: Self = toml::from_str(text).map_err(|error| ManifestError::Syntax {
            file: file.into(),
            error: Box::new(error),
        })?;
        match check::fault(&manifest, file) {
            Some((key, reason)) => Err(ManifestError::Value {
                file: file.into(),
                key,
                reason,
            }),
            None => Ok(manifest),
        }
    }

    /// Bytes of all items together, as far as they are known.
    pub fn size(&self) -> u64 {
        let files = self.files.iter().filter_map(|file| file.size);
        let folders = self.folders.iter().map(|folder| folder.size);
        files.chain(folders).fold(0, u64::saturating_add)
    }

    /// SHA-256 of the item with that path at the home: of a file's bytes, or over a folder's files.
    /// `None` where the source has no such item.
    pub fn sha256(&self, path: &str) -> Option<Sha256> {
        let files = self.files.iter().map(|file| (&file.path, file.sha256));
        let folders = self.folders.iter();
        let folders = folders.map(|folder| (&folder.path, folder.sha256));
        let mut items = files.chain(folders);
        items
            .find(|(item, _)| item.as_str() == path)
            .map(|(_, sha256)| sha256)
    }

    /// The manifest of a part of the source: the items with these paths at the home.
    pub(crate) fn part(&self, paths: &[&str]) -> Self {
        let mut part = self.clone();
        part.files
            .retain(|file| paths.contains(&file.path.as_str()));
        part.folders
            .retain(|folder| paths.contains(&folder.path.as_str()));
        part
    }

    /// All items.
    pub(crate) fn items(&self) -> Items<'_> {
        Items {
            files: &self.files,
            folders: &self.folders,
        }
    }

    /// The folder in the cache that holds the items.
    pub(crate) fn cache_dir(&self, cache: &Path) -> PathBuf {
        cache.join(&self.name).join(&self.revision)
    }
}
