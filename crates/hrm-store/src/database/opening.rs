//! Opening the database: connection settings, the schema, and what to do with a damaged file.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
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
    /// schema up to date, and marks the runs whose processes died as interrupted.
    ///
    /// A damaged file is moved aside and reported; the next call begins with an empty database.
    pub fn open(store: &Store) -> Result<Self, DatabaseError> {
        // Two processes that create the schema, or switch to the write-ahead log, at once would collide.
        let _opening = FileLock::acquire(&store.locks().join("database.lock"))?;
        let path = store.database_path();
        let database = Self::connect(store, writable(&path))?;
        match database.migrate() {
            Ok(()) => {}
            Err(DatabaseError::Corrupt { path, problem, .. }) => {
                drop(database);
                let moved_to = Some(move_aside(&path)?);
                return Err(DatabaseError::Corrupt {
                    path,
                    problem,
                    moved_to,
                });
            }
            Err(error) => return Err(error),
        }
        database.mark_dead_runs()?;
        Ok(database)
    }

    /// Opens the database of `store` for reading only.
    pub fn open_readonly(store: &Store) -> Result<Self, DatabaseError> {
        let path = store.database_path();
        if !path.exists() {
            return Err(DatabaseError::Missing { path });
        }
        let database = Self::connect(
            store,
            common(&path).read_only(true).pragma("query_only", "on"),
        )?;
        database.check_schema(path)?;
        Ok(database)
    }

    /// Makes the connection lazily: its errors are those of the first query.
    fn connect(store: &Store, options: SqliteConnectOptions) -> Result<Self, DatabaseError> {
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
        })
    }

    fn migrate(&self) -> Result<(), DatabaseError> {
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

fn writable(path: &Path) -> SqliteConnectOptions {
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

/// Moves a damaged database and its log out of the way, keeping them for whoever wants to rescue runs.
fn move_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let time = jiff::Timestamp::now().as_millisecond();
    let aside = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".damaged-{time}"));
        PathBuf::from(name)
    };
    let moved_to = aside(path);
    fs::rename(path, &moved_to).map_err(StoreError::io("move aside", path))?;
    for suffix in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let log = PathBuf::from(name);
        match fs::rename(&log, aside(&log)) {
            // There need not be one, and the connection that was just closed may remove it late.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            moved => moved.map_err(StoreError::io("move aside", &log))?,
        }
    }
    Ok(moved_to)
}
