//! Making the database anew, beside the old one, which it replaces when it is complete.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::living_runs::other_holders;
use super::opening::{in_use_path, opening_lock, writable};
use super::{Database, DatabaseError};
use crate::atomic::sync_folders;
use crate::file_lock::FileLock;
use crate::{Store, StoreError};

/// How long others have for closing the database: commands that only look take less.
const PATIENCE: Duration = Duration::from_secs(3);

/// Files of an SQLite database, by what their names end in.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];

/// A database that will take the place of the present one. Dropping it leaves the present one as it is.
#[derive(Debug)]
pub struct Rebuild {
    database: Database,
    store: Store,
    path: PathBuf,
    /// Nobody opens the database meanwhile.
    _opening: FileLock,
    _alone: FileLock,
}

impl Rebuild {
    /// Begins with an empty database.
    ///
    /// # Errors
    /// [`DatabaseError::InUse`] where other processes have the present one open.
    pub fn begin(store: &Store) -> Result<Self, DatabaseError> {
        let opening = opening_lock(store)?;
        let alone = alone(store)?;
        let path = with_suffix(&store.database_path(), ".new");
        for suffix in SUFFIXES {
            remove(&with_suffix(&path, suffix))?;
        }
        let database = Database::connect(store, writable(&path), None)?;
        database.migrate()?;
        Ok(Self {
            database,
            store: store.clone(),
            path,
            _opening: opening,
            _alone: alone,
        })
    }

    /// The new database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Puts the new database in its place; returns where the old one is now, if there was one.
    pub fn finish(self) -> Result<Option<PathBuf>, DatabaseError> {
        self.database.settle_dead_runs()?;
        // Closing writes everything into the one file.
        drop(self.database);
        let place = self.store.database_path();
        let time = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ");
        let aside = with_suffix(&place, &format!(".old-{time}"));
        let had_one = place.exists();
        for suffix in SUFFIXES {
            rename(&with_suffix(&place, suffix), &with_suffix(&aside, suffix))?;
        }
        rename(&self.path, &place)?;
        sync_folders(&[self.store.root()])?;
        Ok(had_one.then_some(aside))
    }
}

/// Waits a moment until nobody has the database open.
fn alone(store: &Store) -> Result<FileLock, DatabaseError> {
    let began = Instant::now();
    loop {
        if let Some(lock) = FileLock::try_acquire(&in_use_path(store))? {
            return Ok(lock);
        }
        if began.elapsed() > PATIENCE {
            return Err(DatabaseError::InUse {
                path: store.database_path(),
                holders: other_holders(store),
            });
        }
        sleep(Duration::from_millis(50));
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(StoreError::io("remove", path)),
    }
}

/// Renames a file that need not be there.
fn rename(from: &Path, to: &Path) -> Result<(), StoreError> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        renamed => renamed.map_err(StoreError::io("rename", from)),
    }
}
