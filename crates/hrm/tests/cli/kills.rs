//! Runs and workers that are killed at any moment: the next run ends with the same bytes.
//!
//! `HRM_KILLS=200 cargo test --release --workspace --test cli kills` kills 200 times; by default it is
//! a few times.
#![cfg(unix)]

use crate::bench::{Bench, artifacts, assert_healed};
use crate::processes::{children, signal, silent};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Kills where `HRM_KILLS` is not set.
const KILLS: u64 = 9;

/// Time within which the killed run would end by itself.
const RUN: Duration = Duration::from_millis(2500);

/// What is killed.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Coordinator,
    Worker,
    Both,
}

impl Victim {
    const ALL: [Self; 3] = [Self::Coordinator, Self::Worker, Self::Both];
}

/// Numbers that look random and are the same every time.
fn moment(round: u64) -> Duration {
    let mixed = (round + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let share = (mixed >> 11) as f64 / (1_u64 << 53) as f64;
    RUN.mul_f64(share)
}

/// What is in a state folder besides artifacts, records, logs and the database.
pub(crate) fn orphans(state: &Path) -> Vec<String> {
    let known = [
        "artifacts/",
        "records/",
        "runs/",
        "logs/",
        "version",
        "hrm.db",
        "locks/database.lock",
        "locks/database-in-use.lock",
        "locks/import.lock",
    ];
    let mut files = Vec::new();
    let mut folders = vec![state.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(state).unwrap();
                files.push(below.to_string_lossy().into_owned());
            }
        }
    }
    let name = |file: &str| {
        Path::new(file)
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    };
    files.retain(|file| {
        !known.iter().any(|known| file.starts_with(known)) || name(file).starts_with(".hrm-tmp-")
    });
    files
}

fn kill_once(bench: &Bench, round: u64) {
    let victim = Victim::ALL[round as usize % Victim::ALL.len()];
    let jobs = ["1", "2"][round as usize % 2];
    let mut child = silent(bench, &["run", "tiny.toml", "test", "--jobs", jobs]);
    let deadline = Instant::now() + moment(round);
    while Instant::now() < deadline && child.try_wait().unwrap().is_none() {
        sleep(Duration::from_millis(1));
    }
    let workers = children(child.id());
    if matches!(victim, Victim::Worker | Victim::Both) {
        workers.iter().for_each(|pid| signal(*pid, "KILL"));
    }
    if matches!(victim, Victim::Coordinator | Victim::Both) {
        child.kill().unwrap();
    }
    child.wait().unwrap();
}

#[test]
fn killed_runs_go_on_to_the_same_bytes() {
    let undisturbed = Bench::new();
    undisturbed.run(&["test"]);
    let undisturbed = artifacts(&undisturbed.state());
    let kills = std::env::var("HRM_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    for round in 0..kills {
        let bench = Bench::new();
        kill_once(&bench, round);
        bench.run(&["test"]);
        bench.hrm(&["store", "gc"]).assert().success();
        bench.hrm(&["store", "verify"]).assert().success();
        let state = bench.path().join(".hrm");
        assert_eq!(orphans(&state), Vec::<String>::new(), "round {round}");
        assert_healed(&bench, &undisturbed, &format!("round {round}"));
        println!("round {round}: the same bytes");
    }
}
