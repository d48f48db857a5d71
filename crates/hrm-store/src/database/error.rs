//! What can go wrong with the database.

use std::path::PathBuf;

use sqlx::migrate::MigrateError;
use thiserror::Error;

use super::living_runs::other_holders;
use crate::{LockHolder, Store, StoreError};

/// An error of the database. Its message says what is wrong, [`DatabaseError::help`] what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// Another process has been writing for longer than the database waits.
    #[error("the database `{path}` is locked by another process{}", describe(.holders))]
    Locked {
        /// Path of the database.
        path: PathBuf,
        /// The processes with living runs in the same state folder.
        holders: Vec<LockHolder>,
    },
    /// The file is damaged or no database.
    #[error("the database `{path}` is damaged: {problem}")]
    Corrupt {
        /// Path of the database.
        path: PathBuf,
        /// What SQLite said.
        problem: String,
    },
    /// The database was to be made anew while others have it open.
    #[error("the database `{path}` is in use{}", describe(.holders))]
    InUse {
        /// Path of the database.
        path: PathBuf,
        /// The processes with living runs in the same state folder.
        holders: Vec<LockHolder>,
    },
    /// There is no database to read.
    #[error("there is no database at `{path}` yet")]
    Missing {
        /// Path of the database.
        path: PathBuf,
    },
    /// The database was written by a later `hrm`.
    #[error("the database `{path}` was written by a later `hrm` (its schema is number {found})")]
    Newer {
        /// Path of the database.
        path: PathBuf,
        /// Number of the schema found.
        found: i64,
    },
    /// The database was written by an earlier `hrm`, and is opened for reading only.
    #[error("the database `{path}` was written by an earlier `hrm`")]
    Older {
        /// Path of the database.
        path: PathBuf,
    },
    /// The schema could not be brought up to date.
    #[error("the database `{path}` cannot be brought up to date: {source}")]
    Schema {
        /// Path of the database.
        path: PathBuf,
        /// What went wrong.
        source: MigrateError,
    },
    /// The disk is full.
    #[error("the database `{path}` cannot be written: the disk is full")]
    DiskFull {
        /// Path of the database.
        path: PathBuf,
    },
    /// A query failed otherwise.
    #[error("a query of the database `{path}` failed: {source}")]
    Query {
        /// Path of the database.
        path: PathBuf,
        /// What went wrong.
        source: sqlx::Error,
    },
    /// A query that a user wrote is refused.
    #[error("the query is refused: {reason}")]
    Statement {
        /// Why.
        reason: String,
    },
    /// No run has an id that begins so.
    #[error("there is no run `{wanted}`")]
    UnknownRun {
        /// The text given.
        wanted: String,
    },
    /// Several runs have ids that begin so.
    #[error("`{wanted}` stands for several runs: {}", .candidates.join(", "))]
    AmbiguousRun {
        /// The text given.
        wanted: String,
        /// The runs' ids with their workflows and times; the latest ones if there are many.
        candidates: Vec<String>,
    },
    /// The latest run was asked for, and there is none.
    #[error("there is no run yet")]
    NoRuns,
    /// The system gave no thread or timer for the queries.
    #[error("the queries of the database cannot be run: {0}")]
    Runtime(#[source] std::io::Error),
    /// A file of the store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// SQLite's primary result codes.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const NOT_A_DATABASE: i32 = 26;

impl DatabaseError {
    /// Sorts an error of a query.
    pub(super) fn of(error: sqlx::Error, store: &Store) -> Self {
        let path = store.database_path();
        let code = error.as_database_error().and_then(|error| {
            let code: i32 = error.code()?.parse().ok()?;
            Some(code & 0xff) // The upper bits of an extended code only refine it.
        });
        match code {
            Some(BUSY | LOCKED) => Self::Locked {
                path,
                holders: other_holders(store),
            },
            Some(CORRUPT | NOT_A_DATABASE) => Self::Corrupt {
                path,
                problem: error
                    .as_database_error()
                    .map_or_else(String::new, |error| error.message().to_owned()),
            },
            Some(FULL) => Self::DiskFull { path },
            _ => Self::Query {
                path,
                source: error,
            },
        }
    }

    /// Sorts an error of bringing the schema up to date.
    pub(super) fn of_migration(error: MigrateError, store: &Store) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                Self::of(error, store)
            }
            MigrateError::VersionMissing(found) => Self::Newer {
                path: store.database_path(),
                found,
            },
            source => Self::Schema {
                path: store.database_path(),
                source,
            },
        }
    }

    /// What would be right, where that can be said.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Locked { .. } | Self::InUse { .. } => {
                Some("wait until the other process has finished, or end it".to_owned())
            }
            Self::Corrupt { .. } | Self::Schema { .. } => Some(
                "`hrm store rebuild` makes a new one from the logs of runs and the artifacts, and keeps \
                 this one beside it"
                    .to_owned(),
            ),
            Self::Missing { .. } | Self::NoRuns => {
                Some("`hrm run FILE` runs a workflow".to_owned())
            }
            Self::Newer { .. } => Some(
                "use the `hrm` that wrote it or a later one, or another state folder".to_owned(),
            ),
            Self::Older { .. } => Some("`hrm run FILE` brings it up to date".to_owned()),
            Self::DiskFull { .. } => Some("free some space".to_owned()),
            Self::Statement { .. } => {
                Some("`hrm query --schema` lists the views and their columns".to_owned())
            }
            Self::UnknownRun { .. } => Some("`hrm runs` lists the runs".to_owned()),
            Self::AmbiguousRun { .. } => Some("give more digits of the id".to_owned()),
            Self::Store(error) => error.help(),
            Self::Query { .. } | Self::Runtime(_) => None,
        }
    }
}

fn describe(holders: &[LockHolder]) -> String {
    let names: Vec<String> = holders
        .iter()
        .map(|holder| format!("process {} running since {}", holder.pid, holder.since))
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" (perhaps {})", names.join(", ")),
    }
}
