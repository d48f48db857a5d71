//! A published artifact, and whether it still is what was published.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::manifest::{FileEntry, Manifest};
use crate::stamps::{Stamp, Stamps};
use crate::{Damage, Key, Store, StoreError};

/// A complete artifact.
#[derive(Debug, Clone, PartialEq)]
pub struct Artifact {
    path: PathBuf,
    /// Boxed, since most of the store's answers carry no artifact.
    manifest: Box<Manifest>,
}

/// What the store holds under a kind and a key.
#[derive(Debug, Clone, PartialEq)]
pub enum ArtifactState {
    /// Nothing.
    Absent,
    /// A complete artifact.
    Complete(Artifact),
    /// Something that was published and has changed since; it has to be discarded and made again.
    Damaged {
        /// What is wrong; at least one thing.
        reasons: Vec<Damage>,
    },
}

impl Artifact {
    pub(crate) fn of(path: PathBuf, manifest: Manifest) -> Self {
        Self {
            path,
            manifest: Box::new(manifest),
        }
    }

    /// Folder of the artifact.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it consists of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Key of its stage.
    pub fn key(&self) -> &Key {
        &self.manifest.key
    }

    /// Kind of its stage, for example `train`.
    pub fn kind(&self) -> &str {
        &self.manifest.kind
    }

    /// Hash of its content, 64 hexadecimal digits; decides the keys downstream.
    pub fn content_hash(&self) -> &str {
        &self.manifest.content_hash
    }

    /// Size of all its files in bytes.
    pub fn bytes(&self) -> u64 {
        self.manifest.files.iter().map(|file| file.bytes).sum()
    }

    /// Path of its file `name`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Store {
    /// What the store holds under `kind` and `key`.
    ///
    /// Fast: a file that has the size and modification time of its last hashing is not read. Whoever is
    /// about to use the artifact's content should [`Store::verify`] it, which reads everything.
    pub fn artifact(&self, kind: &str, key: &Key) -> Result<ArtifactState, StoreError> {
        let path = self.artifact_path(kind, key);
        match fs::symlink_metadata(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(ArtifactState::Absent),
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        }
        let manifest = match Manifest::read(&path, kind, key)? {
            Ok(manifest) => manifest,
            Err(damage) => {
                return Ok(ArtifactState::Damaged {
                    reasons: vec![damage],
                });
            }
        };
        let reasons = check_files(&path, &manifest)?;
        Ok(if reasons.is_empty() {
            ArtifactState::Complete(Artifact::of(path, manifest))
        } else {
            ArtifactState::Damaged { reasons }
        })
    }

    /// Reads and hashes every file of `artifact`, and names those that are not what was published. From
    /// then on a damaged one is not taken for complete any more, even where sizes and times are right.
    pub fn verify(&self, artifact: &Artifact) -> Result<Vec<Damage>, StoreError> {
        let mut damages = Vec::new();
        for entry in &artifact.manifest.files {
            if let Look::Damaged(damage) = look(&artifact.path, entry, None)? {
                damages.push(damage);
            }
        }
        if !damages.is_empty() {
            Stamps::forget(&artifact.path);
        }
        Ok(damages)
    }
}

/// Looks at every file, hashing those whose stamp is not the recorded one, and records their new stamps:
/// a store that was copied to another disk is hashed once and not every time.
fn check_files(dir: &Path, manifest: &Manifest) -> Result<Vec<Damage>, StoreError> {
    let recorded = Stamps::read(dir);
    let mut stamps = recorded.clone();
    let mut damages = Vec::new();
    for entry in &manifest.files {
        match look(dir, entry, recorded.get(&entry.path))? {
            Look::Unchanged => {}
            Look::Hashed(stamp) => stamps.set(&entry.path, stamp),
            Look::Damaged(damage) => damages.push(damage),
        }
    }
    if damages.is_empty() && stamps != recorded {
        // The stamps only save time, so that failing to write them breaks nothing.
        if let Err(error) = stamps.renew(dir) {
            tracing::debug!(%error, "the stamps of an artifact could not be renewed");
        }
    }
    Ok(damages)
}

/// What a look at a file found.
enum Look {
    /// Size and time are as recorded.
    Unchanged,
    /// The content was read and is what was published; the stamp is its present one.
    Hashed(Option<Stamp>),
    Damaged(Damage),
}

/// Looks at the file `entry` of the artifact folder `dir`; reads it unless it has the stamp `recorded`.
fn look(dir: &Path, entry: &FileEntry, recorded: Option<Stamp>) -> Result<Look, StoreError> {
    let path = dir.join(&entry.path);
    let file = entry.path.clone();
    let metadata = match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return Ok(Look::Damaged(Damage::Missing { file })),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Look::Damaged(Damage::Missing { file }));
        }
        Err(error) => return Err(StoreError::io("read", &path)(error)),
    };
    if metadata.len() != entry.bytes {
        return Ok(Look::Damaged(Damage::Size {
            file,
            expected: entry.bytes,
            found: metadata.len(),
        }));
    }
    let stamp = Stamp::of(&metadata);
    if recorded.is_some() && recorded == stamp {
        return Ok(Look::Unchanged);
    }
    let found = hash_file(&path)?;
    Ok(if found == entry.blake3 {
        Look::Hashed(stamp)
    } else {
        Look::Damaged(Damage::Content {
            file,
            expected: entry.blake3.clone(),
            found,
        })
    })
}

/// The blake3 hash of a file's content, 64 hexadecimal digits.
pub(crate) fn hash_file(path: &Path) -> Result<String, StoreError> {
    let mut hasher = blake3::Hasher::new();
    File::open(path)
        .and_then(|file| hasher.update_reader(file).map(|_| ()))
        .map_err(StoreError::io("read", path))?;
    Ok(hasher.finalize().to_hex().to_string())
}
