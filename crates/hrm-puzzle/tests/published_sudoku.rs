//! The solver and the canonical form on the published Sudoku rows.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use hrm_puzzle::sudoku::{Grid, Shape, Solutions, canonical, invariant, solve};
use std::collections::BTreeSet;

#[test]
fn published_puzzles_have_their_answer_as_only_solution_and_are_distinct() {
    let shape = Shape::new(3, 3).unwrap();
    let mut classes = BTreeSet::new();
    let mut puzzles = 0;
    for (file, rows_max) in [("sudoku/train.csv", 1000), ("sudoku/test.csv", 4000)] {
        for (question, answer) in common::rows(file).into_iter().flatten().take(rows_max) {
            let question = Grid::parse(shape, &question).unwrap();
            let answer = Grid::parse(shape, &answer).unwrap();
            assert_eq!(
                solve(&question).solutions,
                Solutions::Unique(answer.clone()),
                "{question}"
            );
            assert!(
                classes.insert(canonical(&question, &answer)),
                "{question} repeats a class"
            );
            puzzles += 1;
        }
    }
    assert!(puzzles == 0 || puzzles == 5000);
}

#[test]
fn invariants_tell_all_published_puzzles_apart() {
    let shape = Shape::new(3, 3).unwrap();
    let files = ["sudoku/train.csv", "sudoku/test.csv"].into_iter();
    let rows: Vec<_> = files.filter_map(common::rows).flatten().collect();
    let numbers: BTreeSet<u64> = rows
        .iter()
        .map(|(question, _)| invariant(&Grid::parse(shape, question).unwrap()))
        .collect();
    assert_eq!(numbers.len(), rows.len());
}

#[test]
fn small_puzzles_have_their_answer_as_only_solution() {
    for (file, box_rows, box_cols) in [
        ("extra/sudoku4x4_train.csv", 2, 2),
        ("extra/sudoku4x4_test.csv", 2, 2),
        ("extra/sudoku6x6_train.csv", 2, 3),
        ("extra/sudoku6x6_test.csv", 2, 3),
    ] {
        let shape = Shape::new(box_rows, box_cols).unwrap();
        for (question, answer) in common::rows(file).into_iter().flatten() {
            let answer = Grid::parse(shape, &answer).unwrap();
            assert_eq!(
                solve(&Grid::parse(shape, &question).unwrap()).solutions,
                Solutions::Unique(answer),
                "{question}"
            );
        }
    }
}
