//! A clock that was wrong. Setting the machine's clock would disturb others, so what it leaves is made: times
//! of files, and times in the database, that lie in the future or long ago.

use super::database::Opened;
use super::{heal, run, succeeded};
use crate::bench::Bench;
use crate::processes::{children, signal, start};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Ten days: more than after which left-over files are removed.
const AHEAD: Duration = Duration::from_secs(10 * 24 * 60 * 60);

/// Gives every file and folder in `folder` this time.
fn touch(folder: &Path, time: SystemTime) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            touch(&path, time);
        }
        File::open(&path).unwrap().set_modified(time).unwrap();
    }
}

fn wrong_times() -> [SystemTime; 2] {
    [SystemTime::now() + AHEAD, SystemTime::UNIX_EPOCH]
}

#[test]
fn what_is_complete_stays_so_whatever_its_times() {
    let bench = Bench::new();
    bench.run(&[]);
    for time in wrong_times() {
        touch(&bench.state(), time);
        let events = bench.run(&[]);
        assert_eq!(events[0]["event"], "nothing_to_do");
        heal(&bench, "wrong times of files");
    }
}

#[test]
fn a_training_goes_on_whatever_the_times_of_its_checkpoints() {
    for time in wrong_times() {
        let bench = Bench::new();
        let (mut child, mut events) = start(&bench, &[]);
        assert!(events.any(|event| event["event"] == "checkpoint_saved"));
        children(child.id())
            .iter()
            .for_each(|pid| signal(*pid, "KILL"));
        child.kill().unwrap();
        child.wait().unwrap();
        touch(&bench.state(), time);
        succeeded(&run(&bench), "wrong times of checkpoints", &[]);
        heal(&bench, "wrong times of checkpoints");
    }
}

#[test]
fn the_latest_run_is_the_one_that_began_last() {
    let bench = Bench::new();
    bench.run(&["dataset.sudoku"]);
    Opened::new(&bench)
        .execute("UPDATE workflow_runs SET started_at = '2999-01-01T00:00:00.000000Z'")
        .close();
    bench.run(&[]);
    let latest = bench.json(&["show", "latest", "--json"]);
    assert_eq!(latest["stages"].as_array().unwrap().len(), 6);
    let runs = bench.json(&["runs", "--json"]);
    assert_eq!(runs[0]["id"], latest["run"]["id"], "{runs}");
}
