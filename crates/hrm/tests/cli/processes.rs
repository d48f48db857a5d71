//! Runs in the background, and what can be done to their processes.
#![cfg(unix)]

use crate::bench::Bench;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// `hrm` in the folder of a test, not started yet.
fn hrm(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hrm"));
    command
        .current_dir(bench.path())
        .args(arguments)
        .env_remove("HRM_STATE")
        .env_remove("HRM_DATA_DIR")
        .env_remove("HRM_LOG");
    command
}

/// Starts `hrm`, to which nobody listens.
pub(crate) fn silent(bench: &Bench, arguments: &[&str]) -> Child {
    let mut command = hrm(bench, arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Starts `hrm run tiny.toml --json`; returns its events as they come.
pub(crate) fn start(bench: &Bench, arguments: &[&str]) -> (Child, impl Iterator<Item = Value>) {
    let arguments = [&["run", "tiny.toml", "--json"], arguments].concat();
    let mut command = hrm(bench, &arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let events = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap());
    (child, events)
}

/// Starts the training of `tiny.toml` again, which has to go on from a checkpoint, and stops it.
pub(crate) fn assert_resumes(bench: &Bench) {
    let (mut child, mut events) = start(bench, &["train.hrm[seed=0]"]);
    let started = events.find(|e| e["event"] == "training_started").unwrap();
    assert!(started["resumed_from"].as_u64().is_some());
    signal(child.id(), "TERM");
    events.for_each(drop);
    child.wait().unwrap();
}

/// Processes whose parent is `pid`.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_child = |child: &u32| {
        let stat = fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
        // The name, in parentheses, may hold anything; after it come the state and the parent.
        let parent = stat
            .rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().nth(1));
        parent == Some(pid.to_string().as_str())
    };
    pids.filter(is_child).collect()
}

pub(crate) fn signal(pid: u32, name: &str) {
    // A process that is gone already is no failure.
    let _ = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}
