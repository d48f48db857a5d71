//! A database that is locked, and one that is deleted.

use super::{heal, run, succeeded};
use crate::bench::Bench;
use crate::processes::start;
use serde_json::Value;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};
use std::fs;
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Time for which the database is locked where `HRM_FAULT_SECONDS` is not set.
const LOCKED_SECONDS: u64 = 2;

const LOCKED: [&str; 1] = ["is locked by another process"];

/// The database as this process opened it, which is another one than those of `hrm`.
pub(super) struct Opened {
    runtime: Runtime,
    connection: SqliteConnection,
}

impl Opened {
    pub(super) fn new(bench: &Bench) -> Self {
        let builder = &mut tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build().unwrap();
        let options = SqliteConnectOptions::new()
            .filename(bench.state().join("hrm.db"))
            .busy_timeout(Duration::from_secs(10));
        let connection = SqliteConnection::connect_with(&options);
        let connection = runtime.block_on(connection).unwrap();
        Self {
            runtime,
            connection,
        }
    }

    pub(super) fn execute(mut self, statements: &'static str) -> Self {
        let executed = sqlx::raw_sql(statements).execute(&mut self.connection);
        self.runtime.block_on(executed).unwrap();
        self
    }

    pub(super) fn close(self) {
        self.runtime.block_on(self.connection.close()).unwrap();
    }
}

/// Locks the database by `statements`, for a while.
fn lock(bench: &Bench, statements: &'static str) -> JoinHandle<()> {
    let locked = Opened::new(bench).execute(statements);
    let seconds = std::env::var("HRM_FAULT_SECONDS")
        .map_or(LOCKED_SECONDS, |seconds| seconds.parse().unwrap());
    spawn(move || {
        sleep(Duration::from_secs(seconds));
        locked.close();
    })
}

#[test]
fn a_run_waits_for_a_locked_database_or_tells_of_it() {
    let bench = Bench::new();
    bench.run(&["dataset.sudoku"]);
    // Not even reading is possible.
    let holder = lock(&bench, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    let output = run(&bench);
    succeeded(&output, "locked before the run", &LOCKED);
    holder.join().unwrap();
    heal(&bench, "a database that was locked before the run");
}

#[test]
fn a_database_that_is_locked_during_a_run_costs_no_result() {
    let bench = Bench::new();
    let (child, mut events) = start(&bench, &[]);
    let begun = events.find(|event| event["event"] == "training_started");
    assert!(begun.is_some());
    let holder = lock(&bench, "BEGIN IMMEDIATE");
    let told: Vec<Value> = events.collect();
    let output = child.wait_with_output().unwrap();
    if succeeded(&output, "locked during the run", &LOCKED) {
        let end = told.last().unwrap();
        assert_eq!(end["status"], "done", "{end}");
    }
    holder.join().unwrap();
    heal(&bench, "a database that was locked during the run");
}

/// The database's files.
const FILES: [&str; 3] = ["hrm.db", "hrm.db-wal", "hrm.db-shm"];

fn delete(bench: &Bench, files: &[&str]) {
    for file in files {
        // There need not be a log.
        let _ = fs::remove_file(bench.state().join(file));
    }
}

#[test]
fn a_database_that_is_deleted_is_filled_again() {
    let bench = Bench::new();
    bench.run(&[]);
    delete(&bench, &FILES);
    heal(&bench, "a database that was deleted between runs");
}

#[test]
fn a_database_that_is_deleted_during_a_run_costs_no_result() {
    for (files, event) in [
        (&FILES[..], "training_started"),
        (&FILES[..1], "training_started"),
        (&FILES[..], "stage_started"),
    ] {
        let bench = Bench::new();
        let (child, mut events) = start(&bench, &[]);
        assert!(events.any(|told| told["event"] == event));
        delete(&bench, files);
        // Another process begins a new database while the first one still has the old one open.
        let fault = format!("{files:?} deleted at `{event}`");
        succeeded(&run(&bench), &fault, &["the database"]);
        events.for_each(drop);
        succeeded(
            &child.wait_with_output().unwrap(),
            &fault,
            &["the database"],
        );
        heal(&bench, &fault);
    }
}
