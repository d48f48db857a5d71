//! The state folder: databases that are lost, locked or damaged, what goes and what stays, and runs that
//! move to another machine.
#![cfg(unix)]

mod bundles;
mod database;
mod gc;
mod look;

use crate::bench::{Bench, artifacts, events, stages};
use crate::kills::orphans;
use crate::processes::{assert_resumes, signal, silent, start};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Every view's rows.
fn rows(bench: &Bench, state: &str) -> BTreeMap<String, Value> {
    let query = |arguments: &[&str]| {
        let arguments = [&["--state", state, "query", "--format", "json"], arguments].concat();
        bench.json(&arguments)
    };
    let columns = query(&["--schema"]);
    let mut views: BTreeMap<String, usize> = BTreeMap::new();
    for column in columns.as_array().unwrap() {
        let view = column["view"].as_str().unwrap();
        *views.entry(view.to_owned()).or_default() += 1;
    }
    let order = |columns: usize| {
        let numbers: Vec<String> = (1..=columns).map(|column| column.to_string()).collect();
        numbers.join(", ")
    };
    let rows = views.into_iter().map(|(view, columns)| {
        let sql = format!("SELECT * FROM {view} ORDER BY {}", order(columns));
        let rows = query(&[&sql]);
        (view, rows)
    });
    rows.collect()
}

fn delete_database(bench: &Bench) {
    for name in ["hrm.db", "hrm.db-wal", "hrm.db-shm"] {
        let _ = fs::remove_file(bench.path().join(".hrm").join(name));
    }
}

/// A write lock on the database of a bench.
struct Locked {
    runtime: tokio::runtime::Runtime,
    connection: SqliteConnection,
}

impl Locked {
    fn new(bench: &Bench) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(bench.path().join(".hrm/hrm.db"))
            .busy_timeout(Duration::from_secs(60));
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
            let begin = sqlx::raw_sql("BEGIN IMMEDIATE");
            begin.execute(&mut connection).await.unwrap();
            connection
        });
        Self {
            runtime,
            connection,
        }
    }

    fn release(mut self) {
        self.runtime.block_on(async {
            let rollback = sqlx::raw_sql("ROLLBACK");
            rollback.execute(&mut self.connection).await.unwrap();
            self.connection.close().await.unwrap();
        });
    }
}

fn is_warning(event: &Value, text: &str) -> bool {
    event["event"] == "warning" && event["message"].as_str().unwrap().contains(text)
}

/// The folder of an artifact of this kind.
fn folder_of(bench: &Bench, kind: &str) -> PathBuf {
    let folder = bench.path().join(".hrm/artifacts").join(kind);
    let mut entries = fs::read_dir(folder).unwrap();
    entries.next().unwrap().unwrap().path()
}

/// Sets the time of a file or of everything in a folder to long ago.
fn age(path: &Path) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            age(&entry.unwrap().path());
        }
    }
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    fs::File::open(path)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
}

/// Starts the program and kills it after some milliseconds.
fn kill(bench: &Bench, arguments: &[&str], after_ms: u64) {
    let mut child = silent(bench, arguments);
    std::thread::sleep(Duration::from_millis(after_ms));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Cleans a state folder, in which nothing is damaged, and looks whether it is clean.
fn is_clean(bench: &Bench, state: &str) {
    for care in ["gc", "verify"] {
        let arguments = ["--state", state, "store", care];
        bench.hrm(&arguments).assert().success();
    }
    let left = orphans(&bench.path().join(state));
    assert_eq!(left, Vec::<String>::new(), "{state}");
}
