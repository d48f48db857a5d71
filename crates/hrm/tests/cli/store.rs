//! The state folder: databases that are lost, locked or damaged, what goes and what stays, and runs that
//! move to another machine.
#![cfg(unix)]

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

#[test]
fn a_database_of_logs_and_artifacts_has_the_same_rows() {
    let bench = Bench::new();
    bench.run(&[]);
    bench.run(&["--set", "train.hrm.steps=4"]);
    bench.edit("steps = 6", "steps = 0");
    bench.hrm(&["run", "tiny.toml"]).assert().failure();
    let before = rows(&bench, ".hrm");
    assert_eq!(before["v1_runs"].as_array().unwrap().len(), 2);

    let rebuilt = bench.json(&["store", "rebuild", "--json"]);
    assert_eq!(
        (&rebuilt["runs"], &rebuilt["stages"]),
        (&2.into(), &12.into())
    );
    assert_eq!(rebuilt["artifacts"], 11);
    assert!(
        Path::new(rebuilt["old"].as_str().unwrap())
            .file_name()
            .is_some()
    );
    assert_eq!(rows(&bench, ".hrm"), before);

    delete_database(&bench);
    let assert = bench.hrm(&["runs"]).assert().success();
    assert.stderr(contains("Rebuilt the database, of 2 runs and 11 artifacts"));
    assert_eq!(rows(&bench, ".hrm"), before);
}

#[test]
fn a_killed_run_is_in_a_database_that_is_made_anew() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 1000000");
    let (mut child, mut events) = start(&bench, &["train.hrm[seed=0]"]);
    events.find(|e| e["event"] == "checkpoint_saved").unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    // The worker notices, and frees its lock.
    events.for_each(drop);
    let before = bench.json(&["show", "latest", "--json"]);
    assert_eq!(before["run"]["status"], "interrupted");
    assert_eq!(before["stages"][1]["status"], "interrupted");
    bench.hrm(&["store", "rebuild"]).assert().success();
    let after = bench.json(&["show", "latest", "--json"]);
    for part in ["run", "environment", "config"] {
        assert_eq!(after[part], before[part]);
    }
    assert_eq!(after["stages"][1]["status"], "interrupted");
}

#[test]
fn a_damaged_database_is_told_with_its_cure_and_loses_nothing() {
    let bench = Bench::new();
    bench.run(&[]);
    let before = rows(&bench, ".hrm");
    let database = bench.path().join(".hrm/hrm.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[..100].fill(b'x');
    fs::write(&database, &bytes).unwrap();
    for arguments in [&["runs"][..], &["run", "tiny.toml"], &["store", "list"]] {
        let message = contains("is damaged").and(contains("`hrm store rebuild`"));
        bench.hrm(arguments).assert().code(1).stderr(message);
    }
    let assert = bench.hrm(&["store", "verify"]).assert().code(1);
    assert.stdout(contains("damaged: hrm.db: "));
    bench.hrm(&["store", "rebuild"]).assert().success();
    assert_eq!(rows(&bench, ".hrm"), before);
    bench.hrm(&["store", "verify"]).assert().success();
}

#[test]
fn a_run_waits_for_a_locked_database() {
    let bench = Bench::new();
    bench.hrm(&["runs"]).assert().success();
    let lock = Locked::new(&bench);
    let (mut child, mut events) = start(&bench, &["test"]);
    let waiting = events
        .find(|event| is_warning(event, "waiting for it"))
        .unwrap();
    assert!(waiting["message"].as_str().unwrap().contains("is locked"));
    lock.release();
    let rest: Vec<Value> = events.collect();
    assert!(child.wait().unwrap().success());
    assert_eq!(stages(&rest, "stage_finished").len(), 5);
}

#[test]
fn a_database_that_is_locked_during_a_run_loses_nothing() {
    let bench = Bench::new();
    let (mut child, mut events) = start(&bench, &[]);
    events.find(|e| e["event"] == "stage_finished").unwrap();
    let lock = Locked::new(&bench);
    let warnings = events
        .by_ref()
        .find(|event| event["event"] == "warning")
        .unwrap();
    assert!(warnings["message"].as_str().unwrap().contains("is locked"));
    lock.release();
    let rest: Vec<Value> = events.collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    let show = bench.json(&["show", "latest", "--json"]);
    assert_eq!(show["run"]["status"], "done");
    let stages = show["stages"].as_array().unwrap();
    assert_eq!(stages.len(), 6);
    assert!(stages.iter().all(|stage| stage["status"] == "done"));
    let before = rows(&bench, ".hrm");
    bench.hrm(&["store", "rebuild"]).assert().success();
    assert_eq!(rows(&bench, ".hrm"), before);
}

#[test]
fn a_database_in_use_is_not_made_anew() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 1000000");
    let (mut child, mut events) = start(&bench, &["train.hrm[seed=0]"]);
    events.find(|e| e["event"] == "training_started").unwrap();
    let assert = bench.hrm(&["store", "rebuild"]).assert().code(1);
    assert.stderr(contains("is in use").and(contains(format!("process {}", child.id()))));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_flipped_byte_is_found_and_named() {
    let bench = Bench::new();
    bench.run(&["test"]);
    bench.hrm(&["store", "verify"]).assert().success();
    let file = folder_of(&bench, "train").join("metrics.jsonl");
    let time = fs::metadata(&file).unwrap().modified().unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[10] ^= 1;
    fs::write(&file, &bytes).unwrap();
    // As a failing disk does it: size and time stay.
    fs::File::options()
        .write(true)
        .open(&file)
        .unwrap()
        .set_modified(time)
        .unwrap();
    let assert = bench.hrm(&["store", "verify", "--json"]).assert().code(1);
    let verified: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(verified["artifacts"], 5);
    let [damaged] = &verified["damaged"].as_array().unwrap()[..] else {
        panic!("{verified}");
    };
    let reason = damaged["reasons"][0].as_str().unwrap();
    assert!(
        reason.starts_with("`metrics.jsonl` has other content"),
        "{reason}"
    );
    assert!(
        damaged["path"]
            .as_str()
            .unwrap()
            .starts_with("artifacts/train/")
    );
}

#[test]
fn sizes_and_uses_are_listed() {
    let bench = Bench::new();
    bench.run(&[]);
    let listing = bench.json(&["store", "list", "--json"]);
    let artifacts = listing["artifacts"].as_array().unwrap();
    assert_eq!(artifacts.len(), 6);
    let total: u64 = artifacts.iter().map(|a| a["bytes"].as_u64().unwrap()).sum();
    assert_eq!(listing["totals"]["artifacts"], total);
    let of = |instance: &str| {
        artifacts
            .iter()
            .find(|a| a["instance"] == instance)
            .unwrap()
    };
    let training = of("train.hrm[seed=0]");
    assert_eq!(training["latest_of"], serde_json::json!(["tiny"]));
    let users = serde_json::json!(["evaluate.test[seed=0]", "report.main"]);
    assert_eq!(training["needed_by"], users);
    assert_eq!(of("report.main")["needed_by"], serde_json::json!([]));
    let text = bench.stdout(&["store", "list"]);
    assert!(
        text.contains("latest run of tiny") && text.contains("database"),
        "{text}"
    );
}

#[test]
fn orphans_go_and_work_that_can_go_on_stays() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 1000000");
    let state = bench.path().join(".hrm");
    let (mut child, mut events) = start(&bench, &["train.hrm[seed=0]"]);
    events.find(|e| e["event"] == "checkpoint_saved").unwrap();
    let work = || fs::read_dir(state.join("work")).unwrap().count();
    // While it runs, nothing of it goes, however old the rest may be.
    bench
        .hrm(&["store", "gc", "--max-size", "0KiB"])
        .assert()
        .success();
    let datasets = fs::read_dir(state.join("artifacts/dataset")).unwrap();
    assert_eq!((work(), datasets.count()), (1, 1));
    signal(child.id(), "TERM");
    events.for_each(drop);
    child.wait().unwrap();

    let key = "0123456789abcdef0123456789abcdef";
    let orphans = [
        "tmp/removed-x/entry/file".to_owned(),
        format!("work/dataset-{key}/file"),
        format!("work/train-{key}/file"),
        "logs/0123456789ab/1-train.log".to_owned(),
        "runs/ba9876543210".to_owned(),
        ".hrm-tmp-x".to_owned(),
        "import/bundle.json".to_owned(),
        format!("locks/train-{key}.lock"),
    ];
    for orphan in &orphans {
        let path = state.join(orphan);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match orphan.starts_with("runs/") {
            true => fs::create_dir(path).unwrap(),
            false => fs::write(path, "x").unwrap(),
        }
    }
    let told = bench.json(&["store", "gc", "--dry-run", "--json"]);
    assert!(orphans.iter().all(|orphan| state.join(orphan).exists()));
    let removed = bench.json(&["store", "gc", "--json"]);
    assert_eq!(told, removed);
    for orphan in &orphans {
        assert!(!state.join(orphan).exists(), "{orphan}");
    }
    assert_eq!(work(), 1, "the interrupted training can go on");
    assert_resumes(&bench);

    for entry in fs::read_dir(state.join("work")).unwrap() {
        age(&entry.unwrap().path());
    }
    bench
        .hrm(&["store", "gc", "--older-than", "30d"])
        .assert()
        .success();
    assert_eq!(work(), 0);
}

#[test]
fn folders_of_jobs_go_a_day_after_their_artifacts_are_complete() {
    let bench = Bench::new();
    bench.run(&["sudoku"]);
    let state = bench.path().join(".hrm");
    let key = folder_of(&bench, "dataset");
    let key = key.file_name().unwrap().to_string_lossy().into_owned();
    let unfinished = "0123456789abcdef0123456789abcdef";
    let [complete, waiting] =
        [&key, unfinished].map(|key| state.join(format!("slurm/dataset-{key}")));
    for folder in [&complete, &waiting] {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("job.json"), "{}").unwrap();
    }
    age(&waiting);
    bench.hrm(&["store", "gc"]).assert().success();
    assert!(complete.exists(), "someone may be about to read it");
    age(&complete);
    bench.hrm(&["store", "gc"]).assert().success();
    assert!(!complete.exists() && waiting.exists());
}

#[test]
fn artifacts_of_the_latest_run_stay_and_others_go_by_their_limits() {
    let bench = Bench::new();
    bench.run(&["test", "--set", "train.hrm.steps=4"]);
    bench.run(&["test"]);
    let state = bench.path().join(".hrm");
    let count = || {
        bench.json(&["store", "list", "--json"])["artifacts"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(), 9);
    let before = rows(&bench, ".hrm");
    bench.hrm(&["store", "gc"]).assert().success();
    bench
        .hrm(&["store", "gc", "--older-than", "1d"])
        .assert()
        .success();
    bench
        .hrm(&["store", "gc", "--max-size", "1GB"])
        .assert()
        .success();
    assert_eq!(count(), 9);

    let dry = bench.json(&["store", "gc", "--max-size", "0KiB", "--dry-run", "--json"]);
    let going = |removals: &Value| {
        let removals = removals.as_array().unwrap().iter();
        removals
            .filter(|removal| removal["reason"] == "artifact")
            .count()
    };
    assert_eq!((going(&dry), count()), (4, 9));
    let removed = bench.json(&["store", "gc", "--max-size", "0KiB", "--json"]);
    assert_eq!((going(&removed), count()), (4, 5));
    let events = bench.run(&["test"]);
    assert_eq!(events[0]["event"], "nothing_to_do");
    // Rows stay, also in a database that is made anew.
    assert_eq!(rows(&bench, ".hrm"), before);
    bench.hrm(&["store", "rebuild"]).assert().success();
    assert_eq!(rows(&bench, ".hrm"), before);
    assert!(state.join("records/train").exists());
    // What is gone is made again to the same bytes.
    let events = bench.run(&["test", "--set", "train.hrm.steps=4"]);
    assert_eq!(stages(&events, "stage_finished").len(), 4);
}

#[test]
fn what_no_workflow_reaches_goes() {
    let bench = Bench::new();
    bench.run(&["test", "--set", "train.hrm.steps=4"]);
    let kept = fs::read_to_string(bench.path().join("tiny.toml")).unwrap();
    bench.write("four.toml", &kept.replace("steps = 6", "steps = 4"));
    bench.run(&["test"]);
    let gc = |files: &[&str]| {
        let arguments = [&["store", "gc", "--keep-reachable-from"], files].concat();
        bench.hrm(&arguments).assert().success();
        let listing = bench.json(&["store", "list", "--json"]);
        listing["artifacts"].as_array().unwrap().len()
    };
    assert_eq!(gc(&["tiny.toml", "four.toml"]), 9);
    assert_eq!(gc(&["four.toml"]), 5);
    let run = bench.stdout(&["run", "four.toml", "test", "--json"]);
    assert_eq!(events(&run)[0]["event"], "nothing_to_do");
    let arguments = ["store", "gc", "--keep-reachable-from", "absent.toml"];
    bench.hrm(&arguments).assert().code(3);
}

#[test]
fn a_run_moves_to_another_state_folder() {
    let bench = Bench::new();
    bench.run(&[]);
    let compare = [
        "compare",
        "evaluate.test[seed=0]",
        "evaluate.test[seed=1]",
        "--json",
    ];
    let [runs, compared] = [&["runs", "--json"][..], &compare].map(|a| bench.json(a));
    bench
        .hrm(&["store", "export", "latest", "--out", "run.tar.gz"])
        .assert()
        .success();
    for _ in 0..2 {
        bench
            .hrm(&["--state", "other", "store", "import", "run.tar.gz"])
            .assert()
            .success();
        let there = |arguments: &[&str]| bench.json(&[&["--state", "other"], arguments].concat());
        assert_eq!(there(&["runs", "--json"]), runs);
        assert_eq!(there(&compare), compared);
        assert_eq!(rows(&bench, "other"), rows(&bench, ".hrm"));
    }
    let other = bench.path().join("other");
    assert!(artifacts(&other) == artifacts(&bench.path().join(".hrm")));
    fs::remove_dir_all(bench.path().join("reports")).unwrap();
    bench
        .hrm(&["--state", "other", "report", "latest"])
        .assert()
        .success();
    let run = bench.stdout(&["--state", "other", "run", "tiny.toml", "--json"]);
    assert_eq!(events(&run)[0]["event"], "nothing_to_do");
    bench
        .hrm(&["--state", "other", "store", "verify"])
        .assert()
        .success();
}

#[test]
fn a_run_without_artifacts_has_all_its_rows() {
    let bench = Bench::new();
    bench.run(&[]);
    for choice in ["evaluations", "none"] {
        let export = [
            "store",
            "export",
            "latest",
            "--out",
            "run.tar.gz",
            "--artifacts",
            choice,
        ];
        bench.hrm(&export).assert().success();
        bench
            .hrm(&["--state", choice, "store", "import", "run.tar.gz"])
            .assert()
            .success();
        assert_eq!(rows(&bench, choice), rows(&bench, ".hrm"), "{choice}");
        bench
            .hrm(&["--state", choice, "report", "latest"])
            .assert()
            .success();
        let listing = bench.json(&["--state", choice, "store", "list", "--json"]);
        let expected = if choice == "none" { 0 } else { 3 };
        assert_eq!(listing["artifacts"].as_array().unwrap().len(), expected);
        bench
            .hrm(&["--state", choice, "store", "rebuild"])
            .assert()
            .success();
        assert_eq!(rows(&bench, choice), rows(&bench, ".hrm"), "{choice}");
    }
}

#[test]
fn bundles_that_cannot_be_used_are_refused_with_a_cure() {
    let bench = Bench::new();
    bench.run(&["sudoku"]);
    bench.write("no.tar.gz", "no bundle");
    let assert = bench
        .hrm(&["store", "import", "no.tar.gz"])
        .assert()
        .code(2);
    assert.stderr(contains("cannot be read as a bundle").and(contains("`hrm store export`")));
    let export = ["store", "export", "0000", "--out", "x.tar.gz"];
    bench
        .hrm(&export)
        .assert()
        .code(2)
        .stderr(contains("there is no run `0000`"));
    bench
        .hrm(&["store", "export", "latest", "--out", "run.tar.gz"])
        .assert()
        .success();
    let path = bench.path().join("run.tar.gz");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(fs::File::open(&path).unwrap()),
        &mut bytes,
    )
    .unwrap();
    let place = bytes
        .windows(6)
        .rposition(|window| window == b"\"files")
        .unwrap();
    bytes[place + 1] = b'F';
    let mut encoder = flate2::write::GzEncoder::new(
        fs::File::create(&path).unwrap(),
        flate2::Compression::fast(),
    );
    std::io::Write::write_all(&mut encoder, &bytes).unwrap();
    encoder.finish().unwrap();
    let assert = bench
        .hrm(&["--state", "other", "store", "import", "run.tar.gz"])
        .assert()
        .code(2);
    assert.stderr(contains("is damaged or was changed").and(contains("has other content")));
    let runs = bench.json(&["--state", "other", "runs", "--json"]);
    assert_eq!(runs.as_array().unwrap().len(), 0);
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

#[test]
fn imports_and_rebuilds_that_are_killed_leave_nothing_half() {
    let bench = Bench::new();
    bench.run(&[]);
    let export = ["store", "export", "latest", "--out", "run.tar.gz"];
    bench.hrm(&export).assert().success();
    for round in 0..6 {
        let state = format!("other-{round}");
        let import = ["--state", &state, "store", "import", "run.tar.gz"];
        kill(&bench, &import, 6 * round);
        kill(&bench, &["--state", &state, "store", "rebuild"], 6 * round);
        bench.hrm(&import).assert().success();
        assert_eq!(rows(&bench, &state), rows(&bench, ".hrm"), "round {round}");
        is_clean(&bench, &state);
    }
}

#[test]
fn removals_that_are_killed_leave_nothing_half() {
    let bench = Bench::new();
    bench.run(&["test", "--set", "train.hrm.steps=4"]);
    bench.run(&["test"]);
    let before = rows(&bench, ".hrm");
    let gc = ["store", "gc", "--max-size", "0KiB"];
    for round in 0..6 {
        kill(&bench, &gc, 4 * round);
        is_clean(&bench, ".hrm");
        assert_eq!(rows(&bench, ".hrm"), before, "round {round}");
    }
    bench.hrm(&gc).assert().success();
    bench.hrm(&["store", "rebuild"]).assert().success();
    assert_eq!(rows(&bench, ".hrm"), before);
    let events = bench.run(&["test", "--set", "train.hrm.steps=4"]);
    assert_eq!(stages(&events, "stage_finished").len(), 4);
}

#[test]
fn a_database_that_is_deleted_during_a_run_loses_nothing() {
    let bench = Bench::new();
    let (mut child, mut events) = start(&bench, &[]);
    events.find(|e| e["event"] == "stage_finished").unwrap();
    delete_database(&bench);
    let rest: Vec<Value> = events.collect();
    assert!(child.wait().unwrap().success(), "{rest:?}");
    let show = bench.json(&["show", "latest", "--json"]);
    assert_eq!(show["run"]["status"], "done");
    assert_eq!(show["stages"].as_array().unwrap().len(), 6);
    assert_eq!(show["results"].as_array().unwrap().len(), 2);
}
