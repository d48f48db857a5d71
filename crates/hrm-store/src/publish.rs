//! Making artifacts: a stage's work folder, its publication, and the removal of damaged entries.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::artifact::hash_file;
use crate::atomic::{TEMPORARY_PREFIX, sync, sync_folders};
use crate::manifest::{self, FileEntry, InputRef, Manifest, content_hash};
use crate::stamps::{self, Stamp, Stamps};
use crate::{Artifact, ArtifactState, Damage, StageLock, Store, StoreError, cleanup};

/// What is to be known of an artifact besides its files.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishInfo {
    /// Name of the workflow.
    pub workflow: String,
    /// Instance of the stage, for example `train.hrm[seed=1]`.
    pub instance: String,
    /// The artifacts it was made from.
    pub inputs: Vec<InputRef>,
    /// The parts of the key, as the plan hashed them.
    pub key_parts: Value,
}

impl Store {
    /// The locked stage's work folder, created if it is missing. It keeps what an earlier process left.
    pub fn work_dir(&self, lock: &StageLock) -> Result<PathBuf, StoreError> {
        let path = self.work_path(lock.kind(), lock.key());
        fs::create_dir_all(&path).map_err(StoreError::io("create", &path))?;
        Ok(path)
    }

    /// Publishes `from`, the locked stage's work folder or a folder in it, as the stage's artifact: hashes
    /// its files, writes the manifest, and renames the folder into place once all of it is on disk.
    /// Refused to who has lost the stage to another machine meanwhile.
    /// Replaces an artifact that is there already, and removes what is left of the work folder.
    pub fn publish(
        &self,
        lock: &StageLock,
        from: &Path,
        info: PublishInfo,
    ) -> Result<Artifact, StoreError> {
        let work = self.work_path(lock.kind(), lock.key());
        if !from.starts_with(&work) {
            return Err(StoreError::NotWorkFolder {
                path: from.to_owned(),
                work,
            });
        }
        seal(from, lock, info)?;
        lock.check()?;
        self.adopt(lock, from)?;
        self.throw_away(&work)?;
        let target = self.artifact_path(lock.kind(), lock.key());
        match self.artifact(lock.kind(), lock.key())? {
            ArtifactState::Complete(artifact) => Ok(artifact),
            ArtifactState::Absent => Err(damaged_at_once(target, None)),
            ArtifactState::Damaged { reasons } => {
                Err(damaged_at_once(target, reasons.into_iter().next()))
            }
        }
    }

    /// Makes a folder that is complete, on disk and in the state folder, the artifact of the locked stage.
    pub(crate) fn adopt(&self, lock: &StageLock, from: &Path) -> Result<(), StoreError> {
        self.discard(lock)?;
        let target = self.artifact_path(lock.kind(), lock.key());
        let kind_folder = target.parent().unwrap_or(self.root());
        fs::create_dir_all(kind_folder).map_err(StoreError::io("create", kind_folder))?;
        fs::rename(from, &target).map_err(StoreError::io("publish", &target))?;
        sync_folders(&[kind_folder])
    }

    /// Removes the locked stage's artifact, if there is one: a damaged one, to make it again.
    pub fn discard(&self, lock: &StageLock) -> Result<(), StoreError> {
        self.throw_away(&self.artifact_path(lock.kind(), lock.key()))
    }

    /// Removes `path` in one step for everyone else, by a rename, and then from the disk. What a kill in
    /// between leaves is removed when a store is opened, or by `hrm store gc`.
    pub(crate) fn throw_away(&self, path: &Path) -> Result<(), StoreError> {
        let tmp = self.tmp();
        while path.symlink_metadata().is_ok() {
            let place = tempfile::Builder::new()
                .prefix("removed-")
                .tempdir_in(&tmp)
                .map_err(StoreError::io("write to", &tmp))?
                .keep();
            let moved = fs::rename(path, place.join("entry"));
            if let Err(error) = cleanup::remove(&place) {
                tracing::debug!(path = %place.display(), %error, "a removed entry still takes space");
            }
            match moved {
                // Someone else removed it, or cleaned up the place that it was moved to.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                moved => return moved.map_err(StoreError::io("remove", path)),
            }
        }
        Ok(())
    }
}

/// Writes manifest and stamps into the folder `from`, and makes everything in it durable.
fn seal(from: &Path, lock: &StageLock, info: PublishInfo) -> Result<(), StoreError> {
    let content = Content::collect(from)?;
    let mut files = Vec::with_capacity(content.files.len());
    let mut stamps = Stamps::default();
    for (name, path) in &content.files {
        let metadata = fs::metadata(path).map_err(StoreError::io("read", path))?;
        stamps.set(name, Stamp::of(&metadata));
        files.push(FileEntry {
            path: name.clone(),
            bytes: metadata.len(),
            blake3: hash_file(path)?,
        });
    }
    let manifest = Manifest {
        key: *lock.key(),
        kind: lock.kind().to_owned(),
        workflow: info.workflow,
        instance: info.instance,
        content_hash: content_hash(&files),
        created_at: crate::database::now(),
        inputs: info.inputs,
        key_parts: info.key_parts,
        files,
    };
    let own = [stamps.begin(from)?, manifest.write(from)?];
    let files = content.files.iter().map(|(_, path)| path).chain(&own);
    let files: Vec<&Path> = files.map(PathBuf::as_path).collect();
    let folders: Vec<&Path> = content.folders.iter().map(PathBuf::as_path).collect();
    sync(&files, &folders)
}

/// What lies in a folder that is to be published.
#[derive(Default)]
struct Content {
    /// Path inside the artifact (with `/`) and path on disk, sorted by the former.
    files: Vec<(String, PathBuf)>,
    /// The folder itself and those below it.
    folders: Vec<PathBuf>,
}

impl Content {
    fn collect(folder: &Path) -> Result<Self, StoreError> {
        let mut content = Self::default();
        content.add_folder(folder, "")?;
        content.files.sort();
        Ok(content)
    }

    /// Adds what is in `folder`, whose path inside the artifact is `prefix` (empty or ending in `/`).
    fn add_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), StoreError> {
        self.folders.push(folder.to_owned());
        let error = || StoreError::io("read", folder);
        for entry in fs::read_dir(folder).map_err(error())? {
            let entry = entry.map_err(error())?;
            let path = entry.path();
            let file_type = entry.file_type().map_err(error())?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(not_publishable(path, "its name is not UTF-8"));
            };
            let name = format!("{prefix}{name}");
            if file_type.is_dir() {
                self.add_folder(&path, &format!("{name}/"))?;
            } else if !file_type.is_file() {
                return Err(not_publishable(path, "it is neither a file nor a folder"));
            } else if entry
                .file_name()
                .to_string_lossy()
                .starts_with(TEMPORARY_PREFIX)
            {
                // Left by a process that was killed in the middle of writing it.
                fs::remove_file(&path).map_err(StoreError::io("remove", &path))?;
            } else if name != manifest::FILE_NAME && name != stamps::FILE_NAME {
                // Those two come from a publication that was cut off, and are written anew.
                self.files.push((name, path));
            }
        }
        Ok(())
    }
}

fn not_publishable(path: PathBuf, problem: &'static str) -> StoreError {
    StoreError::NotPublishable { path, problem }
}

fn damaged_at_once(path: PathBuf, damage: Option<Damage>) -> StoreError {
    let damage = damage.unwrap_or(Damage::Manifest {
        problem: "is missing".to_owned(),
    });
    StoreError::DamagedAtOnce { path, damage }
}
