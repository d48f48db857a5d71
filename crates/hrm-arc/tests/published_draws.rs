//! NumPy's legacy draws in the published Sudoku builder.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{npy, shared, text};
use hrm_arc::NumpyLegacy;
use serde_json::{Value, from_str, from_value, json};

/// A Sudoku under the symmetry that the published builder draws from seed 0.
#[test]
fn numpy_draws_of_the_sudoku_shuffle() {
    let vectors: Value = from_str(include_str!("published_vectors.json")).unwrap();
    let shuffle = &vectors["sudoku_shuffle_seed0"];
    let mut draws = NumpyLegacy::new(0);
    let mut digits: Vec<u8> = (1..=9).collect();
    draws.shuffle(&mut digits);
    let transpose = draws.rand() < 0.5;
    let mut lines = || -> Vec<usize> {
        let bands = draws.permutation(3);
        let rows = bands.into_iter().map(|band| (band, draws.permutation(3)));
        rows.flat_map(|(band, rows)| rows.into_iter().map(move |row| 3 * band + row))
            .collect()
    };
    let (rows, cols) = (lines(), lines());
    for (before, after) in [("board", "out_board"), ("solution", "out_solution")] {
        let before: [[u8; 9]; 9] = from_value(shuffle[before].clone()).unwrap();
        let cell = |row: usize, col: usize| {
            let (row, col) = if transpose {
                (cols[col], rows[row])
            } else {
                (rows[row], cols[col])
            };
            match before[row][col] {
                0 => 0,
                digit => digits[usize::from(digit) - 1],
            }
        };
        let image: Vec<Vec<u8>> = (0..9)
            .map(|row| (0..9).map(|col| cell(row, col)).collect())
            .collect();
        assert_eq!(json!(image), shuffle[after]);
    }
}

/// The published 20 of 60 rows, drawn with `choice`; every fifth example is an original.
#[test]
fn numpy_draws_of_the_sudoku_subsample() {
    let Some(fixtures) = shared("fixtures/data") else {
        return;
    };
    let csv = text(fixtures.join("sudoku_subset_csv/train.csv"));
    let questions: Vec<&str> = csv
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').nth(1))
        .collect();
    let inputs = npy(fixtures.join("hrm_sudoku_sub20_aug4/train/all__inputs.npy"));
    // Tokens are digits + 1, in words of 8 bytes or in bytes.
    let word = inputs.len() / (20 * 5 * 81);
    let originals = inputs.chunks_exact(5 * 81 * word).map(|group| -> String {
        let tokens = group[..81 * word].iter().step_by(word);
        tokens
            .map(|&token| {
                if token == 1 {
                    '.'
                } else {
                    char::from(b'0' + token - 1)
                }
            })
            .collect()
    });
    let chosen = NumpyLegacy::new(42).choice(questions.len(), 20);
    let expected: Vec<&str> = chosen.iter().map(|&row| questions[row]).collect();
    assert_eq!(originals.collect::<Vec<_>>(), expected);
}
