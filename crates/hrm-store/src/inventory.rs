//! What lies in a state folder, and how large it is.

use std::fs::{self, DirEntry};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::atomic::TEMPORARY_PREFIX;
use crate::file_lock::FileLock;
use crate::{Key, Store, StoreError};

/// Far longer than a file takes from its making to its renaming.
const IN_FLIGHT: Duration = Duration::from_secs(60);

/// A kind of stage and a key: the name of an artifact, of its record and of its work.
pub type EntryName = (String, Key);

impl Store {
    /// The artifacts, damaged ones included, sorted.
    pub fn artifacts(&self) -> Result<Vec<EntryName>, StoreError> {
        by_kind(&self.root().join("artifacts"))
    }

    /// What is kept of artifacts that are not here, sorted; see [`Store::record`].
    pub fn records(&self) -> Result<Vec<EntryName>, StoreError> {
        by_kind(&self.root().join("records"))
    }

    /// The stages that have unfinished files, sorted.
    pub fn unfinished(&self) -> Result<Vec<EntryName>, StoreError> {
        let names = names_in(&self.root().join("work"))?;
        Ok(names.iter().filter_map(|name| joined(name)).collect())
    }

    /// The stages that have a folder of a cluster's job, sorted.
    pub fn cluster_jobs(&self) -> Result<Vec<EntryName>, StoreError> {
        let names = names_in(&self.cluster_path())?;
        Ok(names.iter().filter_map(|name| joined(name)).collect())
    }

    /// The stages that have a lock file, held or not, sorted.
    pub fn stage_locks(&self) -> Result<Vec<EntryName>, StoreError> {
        let names = names_in(&self.locks())?;
        let name = |name: &String| joined(name.strip_suffix(".lock")?);
        Ok(names.iter().filter_map(name).collect())
    }

    /// Ids of the runs of whose workers something printed is kept, sorted.
    pub fn runs_with_worker_logs(&self) -> Result<Vec<String>, StoreError> {
        names_in(&self.logs())
    }

    /// Files and folders that killed processes left and nobody uses: what was about to be deleted,
    /// temporary files, and logs in which there is nothing.
    pub fn leftovers(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut found = paths_in(&self.tmp())?;
        found.extend(self.temporary_files()?);
        found.extend(self.empty_logs()?);
        let import = self.import_path();
        if import.exists() && FileLock::try_acquire(&self.import_lock_path())?.is_some() {
            found.push(import);
        }
        Ok(found)
    }

    /// Files that were to be renamed.
    fn temporary_files(&self) -> Result<Vec<PathBuf>, StoreError> {
        let root = self.root().to_owned();
        let mut folders = vec![root.join("records"), self.runs(), root];
        for (kind, key) in self.artifacts()? {
            folders.push(self.artifact_path(&kind, &key));
        }
        let mut found = Vec::new();
        for folder in folders {
            let paths = paths_in(&folder)?.into_iter();
            found.extend(paths.filter(|path| is_temporary(path)));
        }
        // A lease that is just taken is written in this way, and its holder must not lose it.
        let leases = paths_in(&self.locks())?.into_iter();
        found.extend(leases.filter(|path| is_temporary(path) && is_older(path, IN_FLIGHT)));
        Ok(found)
    }

    /// Logs, and folders of logs, of runs whose processes were killed before anything was in them.
    fn empty_logs(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut found = Vec::new();
        for run in self.logged_runs()? {
            if !self.run_log_path(&run).exists() && !self.is_alive(&run)? {
                found.push(self.run_path(&run));
            }
        }
        for run in self.runs_with_worker_logs()? {
            let folder = self.worker_logs(&run);
            if self.is_alive(&run)? {
                continue;
            }
            if disk_usage(&folder) == 0 {
                found.push(folder);
            } else {
                let logs = paths_in(&folder)?.into_iter();
                found.extend(logs.filter(|path| disk_usage(path) == 0));
            }
        }
        Ok(found)
    }

    /// Databases that a new one took the place of, with the files beside them.
    pub fn old_databases(&self) -> Result<Vec<PathBuf>, StoreError> {
        let names = names_in(self.root())?.into_iter();
        let old = names.filter(|name| name.starts_with("hrm.db.old-"));
        Ok(old.map(|name| self.root().join(name)).collect())
    }

    /// Removes a file or folder of the state folder in one step for everyone else.
    pub fn remove(&self, path: &Path) -> Result<(), StoreError> {
        if path.starts_with(self.tmp()) {
            return match crate::cleanup::remove(path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    Err(StoreError::io("remove", path)(error))
                }
                _ => Ok(()),
            };
        }
        self.throw_away(path)
    }
}

/// Bytes of all files below a path; what vanishes meanwhile counts as nothing.
pub fn disk_usage(path: &Path) -> u64 {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return 0;
    };
    if !metadata.is_dir() {
        return metadata.len();
    }
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| disk_usage(&entry.path())).sum()
}

fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with(TEMPORARY_PREFIX)
}

/// Whether nothing at or below a path was written for longer than `age`.
pub fn is_older(path: &Path, age: Duration) -> bool {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return false;
    };
    let modified = metadata.modified().ok();
    let since = modified.and_then(|time| SystemTime::now().duration_since(time).ok());
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    since.is_some_and(|since| since > age)
        && entries
            .map(|entry| entry.path())
            .all(|path| is_older(&path, age))
}

/// The entries of a folder with a folder for each kind.
fn by_kind(folder: &Path) -> Result<Vec<EntryName>, StoreError> {
    let mut entries = Vec::new();
    for kind in names_in(folder)? {
        let keys = names_in(&folder.join(&kind))?;
        let keys = keys.iter().filter_map(|name| name.parse().ok());
        entries.extend(keys.map(|key| (kind.clone(), key)));
    }
    Ok(entries)
}

/// Reads `<kind>-<key>`.
fn joined(name: &str) -> Option<EntryName> {
    let (kind, key) = name.rsplit_once('-')?;
    Some((kind.to_owned(), key.parse().ok()?))
}

/// The paths in a folder, sorted; none where there is no folder.
fn paths_in(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let names = names_in(folder)?.into_iter();
    Ok(names.map(|name| folder.join(name)).collect())
}

/// The names in a folder, sorted; none where there is no folder.
fn names_in(folder: &Path) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries.map_err(StoreError::io("read", folder))?,
    };
    let name = |entry: std::io::Result<DirEntry>| {
        let entry = entry.map_err(StoreError::io("read", folder))?;
        Ok(entry.file_name().into_string().ok())
    };
    let names: Result<Vec<Option<String>>, StoreError> = entries.map(name).collect();
    let mut names: Vec<String> = names?.into_iter().flatten().collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_work_and_locks_are_read() {
        let key = Key::of(b"a");
        assert_eq!(
            joined(&format!("train-{key}")),
            Some(("train".to_owned(), key))
        );
        for other in ["train", "run-0123456789ab", "database", ""] {
            assert_eq!(joined(other), None, "{other}");
        }
    }
}
