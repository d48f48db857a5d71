//! Failure, interruption, two runs at once, and what is recorded.

use crate::bench::{Bench, artifacts, events, stages};
use predicates::str::contains;
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Too few 4×4 classes with 15 givens exist for this many puzzles.
const IMPOSSIBLE: &str = r#"
[dataset.impossible]
sudoku = { box_rows = 2, box_cols = 2, train = 100000, test = 10, givens = [15, 15] }

[train.impossible]
dataset = "impossible"
steps = 1
lr_warmup_steps = 0
batch_size = 8
"#;

#[test]
fn a_failed_stage_exits_with_4_and_says_why() {
    let bench = Bench::new();
    let text = fs::read_to_string(bench.path().join("tiny.toml")).unwrap();
    bench.write(
        "both.toml",
        &text
            .replace("[train.hrm]\n", &format!("{IMPOSSIBLE}\n[train.hrm]\n"))
            .replace("[report.main]", ""),
    );
    let assert = bench
        .hrm(&["run", "both.toml", "impossible"])
        .assert()
        .code(4);
    assert.stderr(contains("Failed dataset.impossible: found only"));

    let assert = bench
        .hrm(&["run", "both.toml", "--keep-going", "--json"])
        .assert()
        .code(4);
    let events = events(&String::from_utf8_lossy(&assert.get_output().stdout));
    assert_eq!(stages(&events, "stage_failed"), ["dataset.impossible"]);
    assert_eq!(stages(&events, "stage_skipped"), ["train.impossible"]);
    assert_eq!(stages(&events, "stage_finished").len(), 5);

    let show = bench.json(&["show", "latest", "--json"]);
    assert_eq!(show["run"]["status"], "failed");
    let rows: BTreeMap<&str, &str> = show["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["instance"].as_str().unwrap(),
                row["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(rows["dataset.impossible"], "failed");
    assert_eq!(rows["train.impossible"], "skipped");
    assert_eq!(rows["train.hrm[seed=1]"], "done");
}

#[test]
fn runs_and_show_tell_what_was_run() {
    let bench = Bench::new();
    bench
        .hrm(&["runs"])
        .assert()
        .success()
        .stdout("")
        .stderr(contains("there is no run yet"));
    bench.run(&["sudoku"]);
    bench.run(&["--set", "train.hrm.steps=4"]);
    let runs = bench.json(&["runs", "--json"]);
    let ids: Vec<&str> = runs
        .as_array()
        .unwrap()
        .iter()
        .map(|run| run["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(
        runs[0]["command"],
        "hrm run tiny.toml --json --set train.hrm.steps=4"
    );
    assert_eq!(
        bench
            .json(&["runs", "--json", "--limit", "1"])
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let show = bench.stdout(&["show", &ids[1][..11]]);
    assert!(
        show.contains(ids[1]) && show.contains("dataset.sudoku") && show.contains("done"),
        "{show}"
    );
    let show = bench.json(&["show", "latest", "--json"]);
    assert_eq!(show["run"]["id"], ids[0]);
    assert_eq!(show["environment"]["device"], "cpu");
    assert_eq!(show["config"]["stages"].as_array().unwrap().len(), 6);
    assert_eq!(show["results"].as_array().unwrap().len(), 2);
}

#[test]
fn two_runs_at_once_share_the_work() {
    let bench = Bench::new();
    let start = || {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hrm"));
        command
            .current_dir(bench.path())
            .args(["run", "tiny.toml", "--json"]);
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let children = [start(), start()];
    let mut finished = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        finished.extend(stages(
            &events(&String::from_utf8_lossy(&output.stdout)),
            "stage_finished",
        ));
    }
    finished.sort();
    let report = finished
        .iter()
        .filter(|stage| *stage == "report.main")
        .count();
    assert_eq!((finished.len(), report), (6, 1), "{finished:?}");
}

/// A model that is wide enough for parallel matrix products.
#[test]
fn threads_do_not_change_a_byte() {
    let run = |threads: &str| {
        let bench = Bench::new();
        let arguments = [
            "run",
            "tiny.toml",
            "evaluate.test[seed=0]",
            "--set",
            "train.model.hidden_size=256",
            "--set",
            "train.model.num_heads=4",
            "--set",
            "train.steps=2",
        ];
        let mut command = bench.hrm(&arguments);
        command.env("RAYON_NUM_THREADS", threads).assert().success();
        artifacts(&bench.path().join(".hrm"))
    };
    let one = run("1");
    for threads in ["2", "5"] {
        for (name, bytes) in run(threads) {
            assert!(
                one.get(&name) == Some(&bytes),
                "{name} differs with {threads} threads"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_training_saves_a_checkpoint_and_goes_on() {
    let bench = Bench::new();
    bench.edit("steps = 6", "steps = 100000");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("hrm"));
    command
        .current_dir(bench.path())
        .args(["run", "tiny.toml", "train.hrm[seed=0]", "--json"]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let work = bench.path().join(".hrm/work");
    let deadline = Instant::now() + Duration::from_secs(60);
    let has_checkpoint = || {
        let mut folders = fs::read_dir(&work).into_iter().flatten().flatten();
        folders.any(|entry| entry.path().join("checkpoints").is_dir())
    };
    while !has_checkpoint() {
        assert!(Instant::now() < deadline, "no checkpoint");
        sleep(Duration::from_millis(10));
    }
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("go on with: hrm run "));
    let events = events(&String::from_utf8_lossy(&output.stdout));
    let interrupted = events
        .iter()
        .find(|event| event["event"] == "stage_interrupted")
        .unwrap();
    let step = interrupted["step"].as_u64().unwrap();
    assert_eq!(events[events.len() - 1]["status"], "interrupted");

    // It goes on at that step. Seeing it start is enough; the training would be long.
    let mut again = Command::new(assert_cmd::cargo::cargo_bin!("hrm"));
    again
        .current_dir(bench.path())
        .args(["run", "tiny.toml", "train.hrm[seed=0]", "--json"]);
    let mut child = again.stdout(Stdio::piped()).spawn().unwrap();
    let resumed = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()))
        .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
        .find(|event| event["event"] == "training_started")
        .unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(resumed["resumed_from"].as_u64(), Some(step));
}
