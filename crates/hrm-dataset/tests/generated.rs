//! Generated datasets: what is promised of their splits, and that they never change.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{arrays_hash, build, on_threads, raw_data};
use hrm_config::Split;
use hrm_dataset::{Dataset, PuzzleDescription, SplitData};
use hrm_puzzle::maze::{self, Maze};
use hrm_puzzle::sudoku::{CanonicalForm, Grid, Shape, Solutions, canonical, solve};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn sudoku(box_rows: usize, box_cols: usize, sizes: [usize; 3], augmentations: u32) -> Value {
    let [train, validation, test] = sizes;
    // Without bounds there are only the 36 classes from which no clue can be removed.
    let givens = if box_rows * box_cols == 4 {
        json!([4, 10])
    } else {
        Value::Null
    };
    json!({
        "seed": 5,
        "augmentations": augmentations,
        "sudoku": {
            "box_rows": box_rows, "box_cols": box_cols,
            "train": train, "validation": validation, "test": test, "givens": givens
        }
    })
}

fn mazes(rows: usize, cols: usize, sizes: [usize; 3], augmentations: u32) -> Value {
    let [train, validation, test] = sizes;
    json!({
        "seed": 5,
        "augmentations": augmentations,
        "maze": {
            "rows": rows, "cols": cols, "min_path": 7,
            "train": train, "validation": validation, "test": test
        }
    })
}

fn generate(config: &Value) -> Dataset {
    build(config.clone(), Path::new("")).unwrap()
}

/// Decodes and checks a Sudoku example by the rules alone.
fn sudoku_class(shape: Shape, data: &SplitData, example: usize) -> CanonicalForm {
    let grid =
        |tokens: &[u8]| Grid::new(shape, tokens.iter().map(|token| token - 1).collect()).unwrap();
    let (question, answer) = (grid(&data.input(example)), grid(&data.label(example)));
    assert!(
        matches!(solve(&question).solutions, Solutions::Unique(solution) if solution == answer)
    );
    canonical(&question, &answer)
}

/// Decodes and checks a maze example by the label rule.
fn maze_class(rows: usize, cols: usize, data: &SplitData, example: usize) -> Maze {
    let text = |tokens: &[u8]| -> String {
        tokens
            .iter()
            .map(|&token| char::from(b"?# SGo"[usize::from(token)]))
            .collect()
    };
    let question = Maze::parse(rows, cols, &text(&data.input(example))).unwrap();
    assert_eq!(
        maze::label(&question).unwrap().to_string(),
        text(&data.label(example))
    );
    assert_eq!(
        data.difficulty(example).unwrap() as usize,
        maze::shortest_path(&question).unwrap().len() - 1
    );
    maze::canonical(&question)
}

/// Checks that each group is one class and no class is in two groups of any split.
fn assert_classes_apart<C: Ord>(dataset: &Dataset, class_of: impl Fn(&SplitData, usize) -> C) {
    let mut seen = BTreeSet::new();
    for data in dataset.splits.values() {
        for group in 0..data.groups() {
            let classes: BTreeSet<_> = data
                .group_puzzles(group)
                .flat_map(|puzzle| data.puzzle_examples(puzzle))
                .map(|example| class_of(data, example))
                .collect();
            assert_eq!(
                classes.len(),
                1,
                "copies stay in the class of their original"
            );
            for class in classes {
                assert!(seen.insert(class), "a class in two groups");
            }
        }
    }
}

fn sizes(dataset: &Dataset) -> BTreeMap<Split, (usize, usize)> {
    dataset
        .splits
        .iter()
        .map(|(&split, data)| (split, (data.groups(), data.examples())))
        .collect()
}

#[test]
fn sudoku_splits_share_no_class() {
    for (box_rows, box_cols, shares) in [
        (2, 2, [60, 20, 60]),
        (2, 3, [30, 10, 20]),
        (3, 3, [8, 0, 8]),
    ] {
        let dataset = generate(&sudoku(box_rows, box_cols, shares, 3));
        let mut expected = BTreeMap::from([
            (Split::Train, (shares[0], 4 * shares[0])),
            (Split::Test, (shares[2], shares[2])),
        ]);
        if shares[1] > 0 {
            expected.insert(Split::Validation, (shares[1], shares[1]));
        }
        assert_eq!(sizes(&dataset), expected);
        let shape = Shape::new(box_rows, box_cols).unwrap();
        assert_classes_apart(&dataset, |data, example| sudoku_class(shape, data, example));
        assert_eq!(
            dataset.card.puzzle,
            PuzzleDescription::Sudoku { box_rows, box_cols }
        );
        let meta = dataset.split(Split::Test).unwrap().meta();
        let size = box_rows * box_cols;
        assert_eq!(
            (meta.vocab_size, meta.seq_len, meta.num_puzzle_identifiers),
            (size + 2, size * size, 1)
        );
    }
}

#[test]
fn maze_splits_share_no_class() {
    for (rows, cols, augmentations) in [(6, 6, 7), (5, 8, 3), (9, 9, 0)] {
        let dataset = generate(&mazes(rows, cols, [20, 5, 10], augmentations));
        assert_eq!(
            sizes(&dataset)[&Split::Train],
            (20, 20 * (1 + augmentations as usize))
        );
        assert_classes_apart(&dataset, |data, example| {
            maze_class(rows, cols, data, example)
        });
    }
}

#[test]
fn copies_differ_from_their_original_and_each_other() {
    for config in [
        sudoku(2, 2, [10, 0, 1], 8),
        sudoku(3, 3, [2, 0, 1], 20),
        mazes(7, 7, [10, 0, 1], 7),
    ] {
        let dataset = generate(&config);
        let train = dataset.split(Split::Train).unwrap();
        for group in 0..train.groups() {
            let puzzles = train.group_puzzles(group);
            let inputs: BTreeSet<_> = puzzles.clone().map(|puzzle| train.input(puzzle)).collect();
            // Symmetric mazes and Sudoku have fewer distinct images than symmetries.
            assert!(
                inputs.len() * 10 >= puzzles.len() * 9,
                "{} of {}",
                inputs.len(),
                puzzles.len()
            );
        }
    }
}

#[test]
fn bounds_of_the_source_are_kept() {
    let config = json!({
        "sudoku": {"box_rows": 2, "box_cols": 2, "train": 20, "test": 20, "givens": [6, 7], "guesses": [0, 0]}
    });
    let dataset = generate(&config);
    for data in dataset.splits.values() {
        for example in 0..data.examples() {
            let givens = data
                .input(example)
                .iter()
                .filter(|&&token| token > 1)
                .count();
            assert!((6..=7).contains(&givens));
            assert_eq!(data.difficulty(example), Some(0));
        }
    }
}

#[test]
fn the_card_says_what_a_4x4_split_does_not_promise() {
    let dataset = generate(&sudoku(2, 2, [60, 0, 60], 8));
    let guarantee = &dataset.card.guarantee;
    for part in [
        "under any symmetry",
        "transposition",
        "of 60 test puzzles",
        "288 grids",
    ] {
        assert!(guarantee.contains(part), "`{part}` in `{guarantee}`");
    }
    let rectangular = generate(&sudoku(2, 3, [5, 0, 5], 0));
    assert!(!rectangular.card.guarantee.contains("transposition"));
}

#[test]
fn golden_datasets_do_not_change() {
    // A change here changes every dataset that users have built: raise the semantics version of
    // the dataset stage with it.
    let cases = [
        (sudoku(2, 2, [20, 5, 10], 4), "11916e8f16c5e32f"),
        (sudoku(2, 3, [10, 5, 5], 2), "58412aa5175c01f4"),
        (sudoku(3, 3, [4, 2, 2], 2), "99e0be141748c2d6"),
        (mazes(8, 8, [10, 5, 5], 3), "bffa26018ea36551"),
    ];
    let hashes: Vec<_> = cases
        .iter()
        .map(|(config, _)| arrays_hash(&generate(config)))
        .collect();
    let expected: Vec<_> = cases.iter().map(|(_, hash)| *hash).collect();
    assert_eq!(hashes, expected);
}

#[test]
fn the_number_of_threads_does_not_matter() {
    for config in [sudoku(2, 2, [50, 10, 50], 5), mazes(8, 8, [20, 5, 20], 2)] {
        let on = |threads| on_threads(threads, || generate(&config));
        let one = on(1);
        assert_eq!(on(2), one);
        assert_eq!(on(7), one);
    }
}

#[test]
fn another_seed_gives_other_puzzles() {
    let mut other = sudoku(2, 2, [20, 0, 20], 2);
    other["seed"] = json!(6);
    assert_ne!(generate(&other), generate(&sudoku(2, 2, [20, 0, 20], 2)));
}

#[test]
fn a_written_dataset_is_read_back_whole() {
    for config in [sudoku(2, 2, [20, 5, 10], 4), mazes(6, 9, [10, 0, 5], 3)] {
        let dataset = generate(&config);
        let dir = tempfile::tempdir().unwrap();
        dataset.write(dir.path()).unwrap();
        assert_eq!(Dataset::read(dir.path()).unwrap(), dataset);
        assert_eq!(*dataset.identifiers(), ["<blank>"]);
    }
}

#[test]
fn a_missing_split_is_named_with_those_there_are() {
    let dataset = generate(&sudoku(2, 2, [5, 0, 5], 0));
    let error = dataset.split(Split::Validation).unwrap_err().to_string();
    assert_eq!(
        error,
        "the dataset has no validation split; it has train and test"
    );
}

#[test]
fn progress_is_reported_up_to_the_end() {
    let mut seen = BTreeMap::new();
    let config = serde_json::from_value(sudoku(2, 2, [80, 0, 20], 2)).unwrap();
    hrm_dataset::build(
        &config,
        Path::new(""),
        &raw_data(),
        &mut |what, done, total| {
            assert!(done <= total, "{what}: {done} of {total}");
            seen.insert(what.to_owned(), (done, total));
        },
    )
    .unwrap();
    assert_eq!(seen["generating 4×4 Sudoku puzzles"], (100, 100));
    assert_eq!(seen["comparing puzzles up to symmetry"], (100, 100));
}
