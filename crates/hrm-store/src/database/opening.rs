//! Opening the database: connection settings and the schema.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Database, DatabaseError};
use crate::file_lock::FileLock;
use crate::{Store, StoreError};

/// The schema, embedded in the program.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// How long a query waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a thread waits for its turn; longer than any call of another thread waits itself.
const TURN_TIMEOUT: Duration = Duration::from_secs(60);

impl Database {
    /// Opens the database of `store` for reading and writing. Creates it where it is missing, brings its
    /// schema up to date, reads from logs what is missing of runs whose processes died, and marks those
    /// of them as interrupted that did not end.
    pub fn open(store: &Store) -> Result<Self, DatabaseError> {
        // Two processes that create the schema, or switch to the write-ahead log, at once would collide.
        let _opening = opening_lock(store)?;
        let in_use = FileLock::share(&in_use_path(store))?;
        let database = Self::connect(store, writable(&store.database_path()), Some(in_use))?;
        database.migrate()?;
        database.settle_dead_runs()?;
        Ok(database)
    }

    /// Opens the database of `store` for reading only.
    pub fn open_readonly(store: &Store) -> Result<Self, DatabaseError> {
        let path = store.database_path();
        if !path.exists() {
            return Err(DatabaseError::Missing { path });
        }
        // A folder that cannot be written can be read all the same.
        let in_use = FileLock::share(&in_use_path(store)).ok();
        let options = common(&path).read_only(true).pragma("query_only", "on");
        let database = Self::connect(store, options, in_use)?;
        database.check_schema(path)?;
        Ok(database)
    }

    /// Makes the connection lazily: its errors are those of the first query.
    pub(super) fn connect(
        store: &Store,
        options: SqliteConnectOptions,
        in_use: Option<FileLock>,
    ) -> Result<Self, DatabaseError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(DatabaseError::Runtime)?;
        let pool = {
            let _inside = runtime.enter();
            SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(TURN_TIMEOUT)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_lazy_with(options)
        };
        Ok(Self {
            store: store.clone(),
            runtime,
            pool,
            living_runs: Mutex::new(BTreeMap::new()),
            _in_use: in_use,
        })
    }

    pub(super) fn migrate(&self) -> Result<(), DatabaseError> {
        self.runtime
            .block_on(MIGRATIONS.run(&self.pool))
            .map_err(|error| DatabaseError::of_migration(error, &self.store))
    }

    /// Checks that the schema is the one that this program knows.
    fn check_schema(&self, path: PathBuf) -> Result<(), DatabaseError> {
        let found: Option<i64> = self.block(
            sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(&self.pool),
        )?;
        let known = MIGRATIONS.iter().map(|migration| migration.version).max();
        match found {
            Some(found) if Some(found) > known => Err(DatabaseError::Newer { path, found }),
            found if found < known => Err(DatabaseError::Older { path }),
            _ => Ok(()),
        }
    }
}

pub(super) fn writable(path: &Path) -> SqliteConnectOptions {
    common(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Safe with the write-ahead log: a power cut loses the last rows at most, and the artifacts,
        // which are synced, hold them too.
        .synchronous(SqliteSynchronous::Normal)
}

fn common(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        .disable_statement_logging()
}

/// Held while the database is opened or made anew.
pub(super) fn opening_lock(store: &Store) -> Result<FileLock, StoreError> {
    FileLock::acquire(&store.locks().join("database.lock"))
}

/// Shared by all who have the database open.
pub(super) fn in_use_path(store: &Store) -> PathBuf {
    store.locks().join("database-in-use.lock")
}
