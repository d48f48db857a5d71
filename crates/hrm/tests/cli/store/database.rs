//! Databases that are lost, locked or damaged.

use super::*;

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
