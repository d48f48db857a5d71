//! Plan, cache and report of a small workflow.

use crate::bench::{Bench, events, stages};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::fs;

const EVERYTHING: [&str; 6] = [
    "dataset.sudoku",
    "evaluate.test[seed=0]",
    "evaluate.test[seed=1]",
    "report.main",
    "train.hrm[seed=0]",
    "train.hrm[seed=1]",
];

#[test]
fn a_workflow_runs_once() {
    let bench = Bench::new();
    bench
        .hrm(&["plan", "tiny.toml"])
        .assert()
        .success()
        .stdout(contains("6 of 6 stages to run"));
    let plan = bench.json(&["plan", "tiny.toml", "--json"]);
    let sizes = plan.as_array().unwrap().iter().map(|stage| &stage["size"]);
    let memory = |kind: &str| -> Vec<u64> {
        let of_kind = sizes.clone().filter(|size| size["kind"] == kind);
        of_kind
            .filter_map(|size| size["memory_bytes"].as_u64())
            .collect()
    };
    let (trainings, evaluations) = (memory("train"), memory("evaluate"));
    assert_eq!((trainings.len(), evaluations.len()), (2, 2), "{plan}");
    assert!(
        trainings[0] > evaluations[0] && evaluations[0] > 0,
        "{plan}"
    );
    let first = bench.run(&[]);
    assert_eq!(stages(&first, "stage_finished"), EVERYTHING);
    assert_eq!(first[0]["event"], "run_started");
    assert_eq!(first[first.len() - 1]["status"], "done");
    let page = bench.path().join("reports/tiny/index.html");
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("As small as it gets"));

    // Nothing runs again, but a report that was deleted comes back.
    fs::remove_file(&page).unwrap();
    let assert = bench.hrm(&["run", "tiny.toml"]).assert().success();
    let stdout =
        contains("of 12 puzzles exactly right").and(contains("report: reports/tiny/index.html"));
    assert
        .stdout(stdout)
        .stderr(contains("nothing to do, 6 stages cached"));
    assert_eq!(fs::read_to_string(&page).unwrap(), html);
    bench
        .hrm(&["plan", "tiny.toml"])
        .assert()
        .stdout(contains("nothing to run, 6 stages cached"));
    assert_eq!(bench.json(&["runs", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn only_what_a_change_reaches_runs_again() {
    let bench = Bench::new();
    bench.run(&[]);
    // Comments, the order of keys, and display-only keys decide nothing.
    bench.edit(
        "segments = 2\nbatch_size = 8",
        "# comment\nbatch_size = 8\nsegments = 2",
    );
    bench.edit("lr = 1e-3", "lr = 0.001");
    assert_eq!(bench.run(&[])[0]["event"], "nothing_to_do");

    bench.edit("lr = 0.001", "lr = 0.002");
    let plan = bench.stdout(&["plan", "tiny.toml"]);
    assert!(plan.contains("`lr` changed: 0.001 → 0.002"), "{plan}");
    assert!(plan.contains("5 of 6 stages to run, about"), "{plan}");
    let events = bench.run(&[]);
    assert_eq!(stages(&events, "stage_cached"), ["dataset.sudoku"]);
    assert_eq!(stages(&events, "stage_finished"), EVERYTHING[1..]);

    // Going back finds the first artifacts again; the page in the folder follows.
    let with_0_002 = fs::read_to_string(bench.path().join("reports/tiny/index.html")).unwrap();
    let events = bench.run(&["--set", "train.lr=0.001"]);
    assert_eq!(stages(&events, "stage_finished"), ["report.main"; 0]);
    let with_0_001 = fs::read_to_string(bench.path().join("reports/tiny/index.html")).unwrap();
    assert_ne!(with_0_001, with_0_002);
}

#[test]
fn selected_stages_run_with_what_they_need() {
    let bench = Bench::new();
    let events = bench.run(&["train.hrm[seed=1]"]);
    assert_eq!(
        stages(&events, "stage_finished"),
        ["dataset.sudoku", "train.hrm[seed=1]"]
    );
    let events = bench.run(&["test"]);
    assert_eq!(
        stages(&events, "stage_cached"),
        ["dataset.sudoku", "train.hrm[seed=1]"]
    );
    assert_eq!(
        stages(&events, "stage_finished"),
        [EVERYTHING[1], EVERYTHING[2], EVERYTHING[4]]
    );
}

#[test]
fn a_forced_stage_runs_and_the_same_content_leaves_the_rest_cached() {
    let bench = Bench::new();
    bench.run(&[]);
    let events = bench.run(&["--force", "train.hrm[seed=0]"]);
    assert_eq!(stages(&events, "stage_finished"), ["train.hrm[seed=0]"]);
    assert_eq!(stages(&events, "stage_cached").len(), 5);
}

#[test]
fn a_damaged_artifact_is_named_and_made_again() {
    let bench = Bench::new();
    bench.run(&[]);
    let artifact = fs::read_dir(bench.path().join(".hrm/artifacts/dataset"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    fs::remove_file(artifact.path().join("test/all__labels.npy")).unwrap();
    let plan = bench.stdout(&["plan", "tiny.toml"]);
    assert!(
        plan.contains("its artifact is damaged")
            && plan.contains("`test/all__labels.npy` is missing"),
        "{plan}"
    );
    let events = bench.run(&[]);
    assert_eq!(stages(&events, "artifact_damaged"), ["dataset.sudoku"]);
    assert_eq!(stages(&events, "stage_finished"), ["dataset.sudoku"]);
}

/// Size and time of the file are as before, so only reading it before its use can tell.
#[test]
fn a_flipped_byte_is_found_before_the_artifact_is_used() {
    let bench = Bench::new();
    bench.run(&["hrm"]);
    let artifact = fs::read_dir(bench.path().join(".hrm/artifacts/dataset"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let path = artifact.path().join("train/all__inputs.npy");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time)
        .unwrap();
    let events = bench.run(&["test"]);
    assert_eq!(stages(&events, "artifact_damaged"), ["dataset.sudoku"]);
    assert_eq!(stages(&events, "stage_finished"), EVERYTHING[..3]);
}

#[test]
fn a_deleted_database_is_filled_from_the_artifacts() {
    let bench = Bench::new();
    bench.run(&[]);
    let before = bench.json(&["show", "latest", "--json"])["results"].clone();
    assert_eq!(before.as_array().unwrap().len(), 2);
    for name in ["hrm.db", "hrm.db-wal", "hrm.db-shm"] {
        let _ = fs::remove_file(bench.path().join(".hrm").join(name));
    }
    let events = bench.run(&[]);
    let names: Vec<&str> = events.iter().filter_map(|e| e["event"].as_str()).collect();
    assert_eq!(names, ["database_rebuilt", "nothing_to_do"]);
    let show = bench.json(&["show", "latest", "--json"]);
    assert_eq!(show["results"], before);
    assert_eq!(show["run"]["status"], "done");
}

#[test]
fn explain_prints_the_parts_of_the_key() {
    let bench = Bench::new();
    let before = bench.stdout(&["explain", "tiny.toml", "train.hrm[seed=1]"]);
    assert!(
        before.contains("known when its inputs are complete"),
        "{before}"
    );
    bench.run(&["sudoku"]);
    let after = bench.stdout(&["explain", "tiny.toml", "train.hrm[seed=1]"]);
    for line in [
        "config.lr = 0.001",
        "config.model.hidden_size = 16",
        "seed = 1",
        "device_kind = \"cpu\"",
        "inputs.dataset =",
    ] {
        assert!(after.contains(line), "{line}: {after}");
    }
    for absent in ["checkpoint_interval", "config.dataset"] {
        assert!(!after.contains(absent), "{absent}: {after}");
    }
    let json = bench.json(&["explain", "tiny.toml", "hrm", "--json"]);
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[1]["parts"]["seed"], 1);
}

#[test]
fn a_report_is_made_again_from_stored_results() {
    let bench = Bench::new();
    bench.run(&["test"]);
    let page = bench.path().join("reports/tiny/index.html");
    assert!(!page.exists(), "no report was asked for");
    for target in ["latest", "tiny.toml"] {
        let assert = bench.hrm(&["report", target]).assert().success();
        assert.stdout("report: reports/tiny/index.html\n");
        fs::remove_file(&page).unwrap();
    }
    bench.run(&["sudoku", "--set", "dataset.seed=1"]);
    bench
        .hrm(&["report", "latest"])
        .assert()
        .code(2)
        .stderr(contains("no finished evaluation"));
}

#[test]
fn events_are_json_lines() {
    let bench = Bench::new();
    let assert = bench
        .hrm(&["run", "tiny.toml", "--json"])
        .assert()
        .success()
        .stderr("");
    let events = events(&String::from_utf8_lossy(&assert.get_output().stdout));
    let metrics = events
        .iter()
        .filter(|event| event["event"] == "metrics")
        .count();
    assert_eq!(
        metrics,
        2 * 4,
        "3 recordings and a validation for each seed"
    );
    let step = events
        .iter()
        .rfind(|event| event["event"] == "training_step")
        .unwrap();
    assert_eq!(
        (step["step"].as_u64(), step["total_steps"].as_u64()),
        (Some(6), Some(6))
    );
}
