//! The SQLite database of results: opening it, and running queries for synchronous callers.

mod artifacts;
mod documents;
mod environments;
mod error;
mod evaluations;
mod hidden_states;
mod key_column;
mod keyed;
mod living_runs;
mod lookup;
mod metrics;
mod opening;
mod parameters;
mod query;
mod rebuild;
mod recording;
mod replay;
mod runs;
mod scores;
mod stages;
mod statement;
mod test_evaluations;
mod unlogged;
mod uses;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sqlx::{Sqlite, SqlitePool, Transaction};
use tokio::runtime::Runtime;

use crate::Store;
use crate::file_lock::FileLock;
use recording::LivingRun;

pub use error::DatabaseError;
pub use query::{QueryResult, QueryValue, ViewColumn};
pub use rebuild::Rebuild;

/// Rows of one INSERT: many, to save the time per statement, and far below SQLite's limit of values.
const ROWS_PER_STATEMENT: usize = 500;

/// The database of a state folder.
///
/// Every writing call is one short transaction, so that a reader sees all of it or nothing, and never
/// waits for a writer (SQLite's write-ahead log). Can be shared between threads. The calls block, so
/// they must not be made inside an asynchronous runtime.
#[derive(Debug)]
pub struct Database {
    store: Store,
    runtime: Runtime,
    /// One connection: calls from several threads take turns.
    pool: SqlitePool,
    /// The runs of this process, by id.
    living_runs: Mutex<BTreeMap<String, LivingRun>>,
    /// Keeps others from putting another file in the place of the one that is open.
    _in_use: Option<FileLock>,
}

impl Database {
    /// Runs queries to their end.
    fn block<T>(
        &self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, DatabaseError> {
        self.runtime
            .block_on(work)
            .map_err(|error| DatabaseError::of(error, &self.store))
    }

    /// Begins a transaction that will write. It takes the write lock at once, waiting for another
    /// writer: a transaction that reads first and finds the lock taken later could not wait.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.pool.begin_with("BEGIN IMMEDIATE").await
    }

    fn living_runs(&self) -> MutexGuard<'_, BTreeMap<String, LivingRun>> {
        // The map is valid after every single operation, so that a panic elsewhere does not matter.
        self.living_runs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Database {
    /// Closes the connection, which writes the log back into the database file when it is the last one.
    fn drop(&mut self) {
        self.runtime.block_on(self.pool.close());
    }
}

/// The present time as the database stores it: RFC 3339 in UTC with six decimals.
pub(crate) fn now() -> String {
    format!("{:.6}", jiff::Timestamp::now())
}

/// `value` as a signed integer, the only ones SQLite has. No count of bytes or steps reaches its limit.
fn integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
