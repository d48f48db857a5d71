//! The same workflow, run by several people at once.

use super::heal;
use crate::bench::{Bench, stages};
use crate::processes::start;
use serde_json::Value;
use std::thread;

fn run_together(runs: usize) {
    let bench = Bench::new();
    let told: Vec<Vec<Value>> = thread::scope(|scope| {
        let run = || {
            let (mut child, events) = start(&bench, &["--jobs", "2"]);
            let events: Vec<Value> = events.collect();
            assert!(child.wait().unwrap().success());
            events
        };
        let runs: Vec<_> = (0..runs).map(|_| scope.spawn(run)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    // Each stage was made by one of them, and found by the others.
    let made = stages(&told.concat(), "stage_finished");
    let mut once = made.clone();
    once.dedup();
    assert_eq!(made, once);
    assert_eq!(made.len(), 6);
    heal(&bench, &format!("{runs} runs at once"));
}

#[test]
fn two_runs_at_once_share_the_work() {
    run_together(2);
}

#[test]
fn eight_runs_at_once_share_the_work() {
    run_together(8);
}
