//! The store below `.hrm`: content-hashed artifacts, locks, and the SQLite database of results.
//!
//! # Layout on disk
//!
//! ```text
//! .hrm/version                    number of this layout
//! .hrm/hrm.db                     SQLite database (WAL): an index of what the artifacts hold
//! .hrm/artifacts/<kind>/<key>/    a finished stage's files, with `artifact.json` and `stamps.json`
//! .hrm/records/<kind>/<key>/      of an artifact that is not here: what its rows are read from
//! .hrm/work/<kind>-<key>/         a stage's unfinished files; they survive a kill
//! .hrm/runs/<id>/log.jsonl        what a run did, appended to before each row
//! .hrm/logs/<id>/                 what crashed workers of a run printed
//! .hrm/locks/<kind>-<key>.lock    advisory lock of a stage, dies with its holder
//! .hrm/locks/<kind>-<key>.lease   who holds it, for other machines; renewed as long as its holder lives
//! .hrm/locks/run-<id>.lock        held while a workflow run lives
//! .hrm/locks/database.lock        held while the database is opened, migrated or made anew
//! .hrm/locks/database-in-use.lock shared by all who have the database open
//! .hrm/data/                      raw data that was fetched; other code owns it
//! .hrm/import/                    what a bundle is unpacked into
//! .hrm/locks/import.lock          held while that is done
//! .hrm/tmp/                       what is about to be deleted
//! ```
//!
//! # Invariants
//!
//! - An artifact exists only when complete: its files are written elsewhere and published by one rename.
//! - Work is written only under its stage's lock: [`Store::work_dir`] and [`Store::publish`] demand it.
//! - Who lost the lease that goes with a stage's lock, after a sleep or an outage, publishes nothing.
//! - An artifact's content hash covers names and bytes of its files and nothing else, so that the same
//!   inputs give the same hash at any time and on any machine.
//! - The database is an index: its rows can be read again from the logs of runs and from the artifacts.
//! - The interface is synchronous. It must not be called from inside an asynchronous runtime.

mod artifact;
mod atomic;
mod bundle;
mod cleanup;
mod damage;
mod database;
mod error;
mod file_lock;
mod inventory;
mod key;
mod lease;
mod manifest;
mod publish;
mod record;
pub mod rows;
mod run_log;
mod stage_lock;
mod stamps;
mod status;
mod store;

pub use artifact::{Artifact, ArtifactState};
pub use atomic::write_atomic;
pub use bundle::{BundleError, Part, Unpacked};
pub use damage::Damage;
pub use database::{Database, DatabaseError, QueryResult, QueryValue, Rebuild, ViewColumn};
pub use error::StoreError;
pub use file_lock::LockHolder;
pub use inventory::{EntryName, disk_usage, is_older};
pub use key::{Key, KeyError};
pub use manifest::{FileEntry, InputRef, Manifest};
pub use publish::PublishInfo;
pub use run_log::{LogEntry, LoggedRun, RunBegan, StageBegan, StageEnded};
pub use stage_lock::StageLock;
pub use status::{Halting, RunStatus, StageStatus};
pub use store::Store;
