//! Demands that no generator can meet, and how that is said.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::build;
use hrm_dataset::DatasetError;
use serde_json::json;
use std::path::Path;

#[test]
fn impossible_demands_are_explained() {
    let cases = [
        (
            json!({"sudoku": {"box_rows": 2, "box_cols": 2, "train": 40, "test": 1}}),
            "found only 36 of 41 different 4×4 Sudoku puzzles",
        ),
        // There are fewer classes of 4×4 puzzles with 4 givens than this.
        (
            json!({"sudoku": {"box_rows": 2, "box_cols": 2, "train": 50, "test": 50, "givens": [4, 4]}}),
            "of 100 different 4×4 Sudoku puzzles",
        ),
        (
            json!({"sudoku": {"box_rows": 2, "box_cols": 2, "train": 1, "test": 1, "givens": [3, 3]}}),
            "found only 0 of 2 different 4×4 Sudoku puzzles",
        ),
        (
            json!({"maze": {"rows": 2, "cols": 2, "min_path": 1, "train": 50, "test": 50}}),
            "of 100 different 2×2 maze puzzles",
        ),
        (
            json!({"augmentations": 8, "maze": {"rows": 6, "cols": 6, "min_path": 6, "train": 1, "test": 1}}),
            "set it to at most 7",
        ),
        (
            json!({"augmentations": 4, "maze": {"rows": 6, "cols": 7, "min_path": 6, "train": 1, "test": 1}}),
            "set it to at most 3",
        ),
        (
            json!({"sudoku": {"box_rows": 5, "box_cols": 5}}),
            "boxes of 5×5",
        ),
        (
            json!({}),
            "needs one of `benchmark`, `sudoku`, `maze`, `csv` and `folder`",
        ),
    ];
    for (config, expected) in cases {
        let error = build(config, Path::new("")).unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "expected `{expected}` in `{error}`"
        );
    }
}

#[test]
fn a_shortage_says_how_many_there_are_and_what_to_change() {
    let config = json!({"sudoku": {"box_rows": 2, "box_cols": 2, "train": 50, "test": 50, "givens": [4, 4]}});
    match build(config, Path::new("")).unwrap_err() {
        DatasetError::TooFew {
            wanted: 100,
            found: 13,
            cure,
            ..
        } => assert!(cure.contains("`givens`")),
        other => panic!("{other}"),
    }
}
