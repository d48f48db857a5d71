//! Stands in for `turso`, the database in which cubecl keeps tuning results and compiled kernels.
//!
//! cubecl only keeps them with its feature `persistence`, which brings in that database: a rewrite of
//! SQLite in 86 more crates, several of them C. This program links SQLite already. So this crate has the
//! names that `cubecl-environment` calls, each a few lines over SQLite, and is put in place by
//! `[patch.crates-io]`. What is asked of it is in `persistence/turso.rs` and `bundle/` of that crate.
//!
//! The calls are `async` because the original's are; none of them ever waits for anything but the file.
//! The file has a rollback journal, no write-ahead log: home folders are often on a network file system,
//! where several machines cannot share a log.

mod connection;
mod error;
mod rows;
/// Transactions.
pub mod transaction;

pub use connection::Connection;
pub use error::Error;
pub use rows::{Row, Rows};

use rusqlite::OpenFlags;
use std::path::PathBuf;

/// The result of each call.
pub type Result<T> = std::result::Result<T, Error>;

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct Builder {
    path: PathBuf,
    read_only: bool,
}

impl Builder {
    /// The database in the file `path`, made if it is not there.
    #[must_use]
    pub fn new_local(path: &str) -> Self {
        Self {
            path: path.into(),
            read_only: false,
        }
    }

    /// Opens the file for reading only; then it must be there.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Changes nothing: several processes may always use the file.
    #[must_use]
    pub fn experimental_multiprocess_wal(self, _enabled: bool) -> Self {
        self
    }

    /// Changes nothing: `VACUUM` is always there.
    #[must_use]
    pub fn experimental_vacuum(self, _enabled: bool) -> Self {
        self
    }

    /// Opens the file once, so that one which cannot be used is known now.
    ///
    /// # Errors
    ///
    /// [`Error`] when the file cannot be opened, or is no database.
    pub async fn build(self) -> Result<Database> {
        let database = Database(self);
        let opened = database.connect()?;
        // SQLite reads nothing when it opens a file.
        opened
            .0
            .query_row("PRAGMA schema_version", (), |_| Ok(()))?;
        Ok(database)
    }
}

/// A database file. Each connection opens it.
#[derive(Debug)]
pub struct Database(Builder);

impl Database {
    /// A new connection.
    ///
    /// # Errors
    ///
    /// [`Error`] when the file cannot be opened.
    pub fn connect(&self) -> Result<Connection> {
        let flags = match self.0.read_only {
            true => OpenFlags::SQLITE_OPEN_READ_ONLY,
            false => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        };
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Ok(Connection(rusqlite::Connection::open_with_flags(
            &self.0.path,
            flags,
        )?))
    }
}
