//! What several tests need: a store in a temporary folder, artifacts and runs to put into it.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use hrm_store::rows::{EnvironmentRow, NewRun, StageCost};
use hrm_store::{Artifact, Database, InputRef, Key, PublishInfo, Store};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// Tells a test, started anew as another process, which state folder to work in.
const CHILD_STATE: &str = "HRM_STORE_TEST_CHILD_STATE";

pub(crate) fn store() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join(".hrm")).unwrap();
    (dir, store)
}

pub(crate) fn key(text: &str) -> Key {
    Key::of(text.as_bytes())
}

pub(crate) fn info(instance: &str) -> PublishInfo {
    PublishInfo {
        workflow: "quickstart".to_owned(),
        instance: instance.to_owned(),
        inputs: vec![InputRef {
            instance: "dataset.sudoku".to_owned(),
            key: key("dataset"),
        }],
        key_parts: json!({"config": {"lr": 0.001}, "seed": u64::MAX}),
    }
}

/// Publishes an artifact with the given files.
pub(crate) fn publish(store: &Store, kind: &str, key: &Key, files: &[(&str, &[u8])]) -> Artifact {
    let lock = store.lock(kind, key, || {}).unwrap();
    let work = store.work_dir(&lock).unwrap();
    for (name, content) in files {
        let path = work.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    store
        .publish(&lock, &work, info(&format!("{kind}.main")))
        .unwrap()
}

pub(crate) fn environment() -> EnvironmentRow {
    EnvironmentRow {
        host: "lab".to_owned(),
        os: "Linux 6.1".to_owned(),
        arch: "x86_64".to_owned(),
        cpu: "a processor".to_owned(),
        cores: 2,
        memory_bytes: 24 << 30,
        device: "cpu".to_owned(),
        hrm_version: "0.1.0".to_owned(),
        burn_version: "0.22.1".to_owned(),
        git_commit: Some("0123abcd".to_owned()),
        git_dirty: Some(true),
        git_branch: None,
    }
}

pub(crate) fn begin_run(database: &Database, workflow: &str) -> String {
    let config: Value = json!({"name": workflow, "seed": u64::MAX});
    database
        .insert_run(&NewRun {
            workflow,
            file: "workflows/quickstart.toml",
            command: "hrm run workflows/quickstart.toml",
            config: &config,
            environment: &environment(),
        })
        .unwrap()
}

/// The store of the parent process, where this test runs as a child process.
pub(crate) fn store_of_parent() -> Option<Store> {
    let state = std::env::var_os(CHILD_STATE)?;
    Some(Store::open(Path::new(&state)).unwrap())
}

/// Starts the test `name` of this test program as another process that works in `store`. Such a test
/// passes at once when it is run by itself: see [`store_of_parent`].
pub(crate) fn spawn(name: &str, store: &Store) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD_STATE, store.root())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until a file exists, for at most ten seconds.
pub(crate) fn wait_for(path: &Path) {
    for _ in 0..1000 {
        if path.exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("`{}` did not appear", path.display());
}

/// Flips one bit in the middle of a file, keeping its size, and sets its time `seconds` after 1970.
pub(crate) fn flip_bit(path: &Path, seconds: u64) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    set_time(path, seconds);
}

pub(crate) fn set_time(path: &Path, seconds: u64) {
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

/// Runs SQL on the database file beside the library.
pub(crate) fn execute(store: &Store, statement: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = connect(store).await;
        sqlx::raw_sql(statement)
            .execute(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
    });
}

pub(crate) async fn connect(store: &Store) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(store.database_path());
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Work of which only the time is known.
pub(crate) fn seconds(seconds: f64) -> StageCost {
    StageCost::of_time(Duration::from_secs_f64(seconds))
}
