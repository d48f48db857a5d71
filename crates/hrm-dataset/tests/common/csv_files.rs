//! A pair of small CSV files to build datasets of.
#![allow(dead_code, reason = "each test crate uses a part")]

use super::build;
use hrm_dataset::{Dataset, DatasetError};
use hrm_puzzle::sudoku::{GenerateOptions, Grid, Puzzle, Shape, canonical, generate};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Different 4×4 puzzles.
pub(crate) fn puzzles(count: usize) -> Vec<Puzzle> {
    let options = GenerateOptions {
        shape: Shape::new(2, 2).unwrap(),
        givens: Some((5, 9)),
        guesses: None,
    };
    let mut rng = hrm_random::stream(0, "csv test", 0);
    let mut classes = BTreeSet::new();
    let mut found = Vec::new();
    while found.len() < count {
        let puzzle = generate(&options, &mut rng, 1000).unwrap();
        if classes.insert(canonical(&puzzle.question, &puzzle.answer)) {
            found.push(puzzle);
        }
    }
    found
}

pub(crate) fn row(question: &Grid, answer: &Grid, rating: usize) -> String {
    format!("made up,{question},{answer},{rating}\n")
}

pub(crate) const HEADER: &str = "source,question,answer,rating\n";

/// A folder with `train.csv` of 30 rows rated 0, 1, … and `test.csv` of 10.
pub(crate) struct Files {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) train: String,
    pub(crate) test: String,
}

impl Files {
    pub(crate) fn new() -> Self {
        let all = puzzles(40);
        let text = |puzzles: &[Puzzle]| {
            let rows = puzzles.iter().enumerate();
            rows.fold(HEADER.to_owned(), |text, (rating, puzzle)| {
                text + &row(&puzzle.question, &puzzle.answer, rating)
            })
        };
        let files = Self {
            dir: tempfile::tempdir().unwrap(),
            train: text(&all[..30]),
            test: text(&all[30..]),
        };
        files.write();
        files
    }

    pub(crate) fn write(&self) {
        std::fs::write(self.dir.path().join("train.csv"), &self.train).unwrap();
        std::fs::write(self.dir.path().join("test.csv"), &self.test).unwrap();
    }

    pub(crate) fn build(&self, extra: Value) -> Result<Dataset, DatasetError> {
        build(config(extra), self.dir.path())
    }
}

/// A configuration of the two files with further keys of `csv`.
pub(crate) fn config(extra: Value) -> Value {
    let mut csv = json!({"puzzle": "sudoku", "train": "train.csv", "test": "test.csv"});
    csv.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    json!({"seed": 3, "augmentations": 1, "csv": csv})
}
