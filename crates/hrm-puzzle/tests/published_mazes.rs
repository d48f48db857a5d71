//! The label rule on the published mazes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use hrm_puzzle::maze::{Maze, canonical, check_path, label, shortest_path};
use std::collections::BTreeSet;

#[test]
fn published_labels_follow_the_rule_and_mazes_are_distinct() {
    let mut classes = BTreeSet::new();
    for (file, steps_min) in [
        ("maze/train.csv", 109),
        ("maze/test.csv", 109),
        ("maze/gen_extra.csv", 109),
    ] {
        for (question, answer) in common::rows(file).into_iter().flatten() {
            let maze = Maze::parse(30, 30, &question).unwrap();
            let labelled = label(&maze).unwrap();
            assert_eq!(labelled.to_string(), answer);
            assert!(check_path(&maze, &labelled).is_shortest());
            assert!(shortest_path(&maze).unwrap().len() > steps_min);
            assert!(
                classes.insert(canonical(&maze)),
                "{question} repeats a maze"
            );
        }
    }
}
