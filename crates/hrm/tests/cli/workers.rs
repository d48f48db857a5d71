//! Stages side by side, in processes of their own.
#![cfg(unix)]

use crate::bench::{Bench, artifacts, stages};
use crate::processes::{assert_resumes, children, signal, start};
use predicates::str::contains;
use serde_json::Value;
use std::process::Child;

/// A run whose first training does not end by itself, and has begun.
fn endless(bench: &Bench, arguments: &[&str]) -> (Child, impl Iterator<Item = Value>) {
    bench.edit("steps = 6", "steps = 1000000");
    let (child, mut events) = start(bench, arguments);
    let begun = events.by_ref().find(|e| e["event"] == "checkpoint_saved");
    assert!(begun.is_some());
    (child, events)
}

#[test]
fn side_by_side_gives_the_same_bytes() {
    let run = |jobs: &str| {
        let bench = Bench::new();
        let events = bench.run(&["--jobs", jobs]);
        assert_eq!(stages(&events, "stage_finished").len(), 6);
        let last = events.last().unwrap();
        assert_eq!(last["counts"]["done"], 6);
        artifacts(&bench.state())
    };
    assert!(run("1") == run("3"));
}

#[test]
fn two_trainings_run_at_a_time() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 1000000");
    let (mut child, mut events) = start(&bench, &["--jobs", "2"]);
    let mut started: Vec<Value> = Vec::new();
    while started.len() < 2 {
        let event = events.next().unwrap();
        if event["event"] == "training_started" {
            started.push(event["stage"].clone());
        }
    }
    assert_ne!(started[0], started[1]);
    assert_eq!(children(child.id()).len(), 2);
    signal(child.id(), "TERM");
    let rest: Vec<Value> = events.collect();
    assert_eq!(stages(&rest, "stage_interrupted").len(), 2);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_notice_of_preemption_saves_checkpoints() {
    let bench = Bench::new();
    let (mut child, events) = endless(&bench, &["train.hrm[seed=0]"]);
    signal(child.id(), "USR1");
    let rest: Vec<Value> = events.collect();
    let ended = rest.iter().find(|e| e["event"] == "stage_interrupted");
    assert!(ended.unwrap()["step"].as_u64().unwrap() >= 2);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_killed_worker_ends_its_stage_only() {
    let bench = Bench::new();
    let arguments = ["--retries", "0", "--keep-going"];
    let (mut child, mut events) = endless(&bench, &arguments);
    let [worker] = children(child.id())[..] else {
        panic!("one worker");
    };
    signal(worker, "KILL");
    let failed = events.find(|e| e["event"] == "stage_failed").unwrap();
    assert_eq!(failed["stage"], "train.hrm[seed=0]");
    let error = failed["error"].as_str().unwrap();
    assert!(error.contains("was killed by signal 9"), "{error}");
    // The other training goes on as if nothing had been.
    let next = events.find(|e| e["event"] == "training_started").unwrap();
    assert_eq!(next["stage"], "train.hrm[seed=1]");
    signal(child.id(), "TERM");
    events.for_each(drop);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let show = bench.json(&["show", "latest", "--json"]);
    let rows = show["stages"].as_array().unwrap();
    let status = |id: &str| &rows.iter().find(|row| row["instance"] == id).unwrap()["status"];
    assert_eq!(status("train.hrm[seed=0]"), "failed");
    assert_eq!(status("train.hrm[seed=1]"), "interrupted");
}

#[test]
fn a_killed_worker_is_tried_again_from_its_checkpoint() {
    let bench = Bench::new();
    let (mut child, mut events) = endless(&bench, &["train.hrm[seed=0]"]);
    children(child.id())
        .iter()
        .for_each(|pid| signal(*pid, "KILL"));
    let retried = events.find(|e| e["event"] == "stage_retried").unwrap();
    assert_eq!(retried["seconds"], 1.0);
    let again = events.find(|e| e["event"] == "training_started").unwrap();
    assert!(again["resumed_from"].as_u64().unwrap() >= 2);
    signal(child.id(), "TERM");
    events.for_each(drop);
    child.wait().unwrap();
}

#[test]
fn a_stage_that_takes_too_long_fails_and_can_go_on() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 1000000");
    let arguments = ["run", "tiny.toml", "train.hrm[seed=0]", "--timeout", "1s"];
    let assert = bench.hrm(&arguments).assert().code(4);
    assert.stderr(contains("it took longer than 1 s, its limit"));
    assert_resumes(&bench);
}

#[test]
fn a_worker_without_its_coordinator_stops() {
    let bench = Bench::new();
    let (mut child, events) = endless(&bench, &["train.hrm[seed=0]"]);
    child.kill().unwrap();
    child.wait().unwrap();
    // Its end closes the pipe that it inherited.
    events.for_each(drop);
    // The next run takes the lock, which it could not if the worker held it for good.
    let arguments = ["run", "tiny.toml", "train.hrm[seed=0]", "--timeout", "1s"];
    let assert = bench.hrm(&arguments).assert().code(4);
    assert.stderr(contains("going on after step"));
}

#[test]
fn a_worker_is_not_for_people() {
    let bench = Bench::new();
    let assert = bench.hrm(&["worker"]).write_stdin("{}\n").assert().code(2);
    assert.stderr(contains("there is nothing to be typed here"));
}

#[test]
fn what_a_workflow_changes_while_it_runs_is_for_the_next_run() {
    let bench = Bench::new();
    let (mut child, mut events) = start(&bench, &[]);
    let first = events.find(|e| e["event"] == "stage_started").unwrap();
    assert_eq!(first["stage"], "dataset.sudoku");
    bench.edit("steps = 6", "steps = 4");
    let rest: Vec<Value> = events.collect();
    assert!(child.wait().unwrap().success());
    let started: Vec<&Value> = rest
        .iter()
        .filter(|e| e["event"] == "training_started")
        .collect();
    assert!(started.iter().all(|event| event["total_steps"] == 6));
    let text = bench.stdout(&["run", "tiny.toml", "--json"]);
    assert_eq!(
        stages(&crate::bench::events(&text), "training_started").len(),
        2
    );
}
