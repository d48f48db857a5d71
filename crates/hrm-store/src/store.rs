//! The state folder: opening it, and where things lie in it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::atomic::{TEMPORARY_PREFIX, write_atomic};
use crate::{Key, StoreError, cleanup};

/// Number of the layout that this program writes. A change that an older program would misread raises it.
const LAYOUT: u32 = 1;

/// The folder of fetched raw data. It may be there first: people are told to put files into it.
const RAW_DATA: &str = "data";

/// The state folder, `.hrm` by default. Cheap to clone; holds no open files.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// Opens the state folder `dir` and creates it where it is missing.
    ///
    /// Refuses a folder with a newer layout, a folder that holds something else, and one that cannot be
    /// written, each with a message that says what to do.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let root = dir.to_owned();
        if dir.exists() && !dir.is_dir() {
            return Err(StoreError::NotAFolder { path: root });
        }
        let store = Self { root };
        store.prepare().map_err(|error| match error {
            StoreError::Io { source, .. } if is_refusal(&source) => StoreError::NotWritable {
                path: store.root.clone(),
                source,
            },
            other => other,
        })?;
        cleanup::remove_stale(&store.tmp());
        Ok(store)
    }

    /// Checks the layout, creates what is missing, and tries whether the folder can be written.
    fn prepare(&self) -> Result<(), StoreError> {
        create_folder(&self.root)?;
        self.check_version()?;
        for folder in [
            self.root.join("artifacts"),
            self.root.join("work"),
            self.locks(),
            self.tmp(),
        ] {
            create_folder(&folder)?;
        }
        // Folders that exist already say nothing about a file system that is mounted read-only.
        let tmp = self.tmp();
        tempfile::tempfile_in(&tmp).map_err(StoreError::io("write to", &tmp))?;
        Ok(())
    }

    /// The state folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The SQLite database.
    pub fn database_path(&self) -> PathBuf {
        self.root.join("hrm.db")
    }

    /// Folder of raw data that was fetched, below the state folder `dir`, which need not exist.
    pub fn raw_data_path(dir: &Path) -> PathBuf {
        dir.join(RAW_DATA)
    }

    /// Folder of the artifact of a stage; it exists only once the artifact is published.
    pub fn artifact_path(&self, kind: &str, key: &Key) -> PathBuf {
        self.root.join(artifact_path_in_store(kind, key))
    }

    /// Folder of a stage's unfinished files, as [`Store::work_dir`] creates it.
    pub fn work_path(&self, kind: &str, key: &Key) -> PathBuf {
        self.root.join("work").join(format!("{kind}-{key}"))
    }

    /// File for what the worker of a run's stage number `index` prints; it is kept where it crashed.
    pub fn log_path(&self, run: &str, index: usize, stage: &str) -> PathBuf {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '.' {
                c
            } else {
                '_'
            }
        };
        // Far below what a file name may have.
        let name: String = stage.chars().take(80).map(plain).collect();
        self.worker_logs(run).join(format!("{index}-{name}.log"))
    }

    /// Folder through which jobs of a cluster and the process that submitted them speak.
    pub fn cluster_path(&self) -> PathBuf {
        self.root.join("slurm")
    }

    /// Folder of what workers of a run printed.
    pub fn worker_logs(&self, run: &str) -> PathBuf {
        self.logs().join(run)
    }

    pub(crate) fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    pub(crate) fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    pub(crate) fn locks(&self) -> PathBuf {
        self.root.join("locks")
    }

    pub(crate) fn stage_lock_path(&self, kind: &str, key: &Key) -> PathBuf {
        self.locks().join(format!("{kind}-{key}.lock"))
    }

    pub(crate) fn stage_lease_path(&self, kind: &str, key: &Key) -> PathBuf {
        self.locks().join(format!("{kind}-{key}.lease"))
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Checks the layout's number; gives an empty folder its number.
    fn check_version(&self) -> Result<(), StoreError> {
        let path = self.root.join("version");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.write_version(&path),
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        match text.trim().parse::<u32>() {
            Ok(LAYOUT) => Ok(()),
            Ok(found) if found > LAYOUT => Err(StoreError::NewerLayout {
                path: self.root.clone(),
                found,
                known: LAYOUT,
            }),
            _ => Err(StoreError::BadVersion {
                path,
                found: text.trim().chars().take(40).collect(),
            }),
        }
    }

    /// Marks the folder as a state folder, before anything else is created in it. A folder that holds
    /// other files already is refused: `--state` with a mistyped path must not litter it.
    fn write_version(&self, path: &Path) -> Result<(), StoreError> {
        let error = || StoreError::io("read", &self.root);
        for entry in fs::read_dir(&self.root).map_err(error())? {
            let name = entry.map_err(error())?.file_name();
            if name.to_string_lossy().starts_with(TEMPORARY_PREFIX) || name == RAW_DATA {
                continue;
            }
            // Another process may have made the state folder since `path` was found missing.
            return match path.exists() {
                true => self.check_version(),
                false => Err(StoreError::NotAStore {
                    path: self.root.clone(),
                }),
            };
        }
        write_atomic(path, format!("{LAYOUT}\n").as_bytes())
    }
}

fn create_folder(folder: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(StoreError::io("create", folder))
}

/// Whether the system refused to write, rather than failed to.
fn is_refusal(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
    )
}

/// Path of an artifact inside the state folder, with `/` on every system.
pub(crate) fn artifact_path_in_store(kind: &str, key: &Key) -> String {
    format!("artifacts/{kind}/{key}")
}
