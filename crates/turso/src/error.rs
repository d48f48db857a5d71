//! Errors.

use rusqlite::ErrorCode;
use std::io::ErrorKind;

/// Why a call failed. cubecl tells a database that another process holds from all others.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the file, and did so for longer than the connection waits.
    #[error("{0}")]
    Busy(String),
    /// Never made: SQLite has no such case without a write-ahead log.
    #[error("{0}")]
    BusySnapshot(String),
    /// Made by cubecl, where the folder of the file cannot be made.
    #[error("I/O error ({1}): {0}")]
    IoError(ErrorKind, &'static str),
    /// Whatever else SQLite says.
    #[error("{0}")]
    Error(String),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::Busy(error.to_string())
            }
            _ => Self::Error(error.to_string()),
        }
    }
}
