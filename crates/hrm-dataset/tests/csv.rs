//! Datasets of CSV files: which rows are taken, and into which split.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::csv_files::{Files, config, row};
use common::{build, shared};
use hrm_config::{DatasetConfig, Split};
use hrm_dataset::{Counts, Dataset, expected_counts, external_files};
use hrm_puzzle::sudoku::{Grid, Shape, Symmetry};
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

fn groups(dataset: &Dataset) -> [usize; 3] {
    [Split::Train, Split::Validation, Split::Test]
        .map(|split| dataset.splits.get(&split).map_or(0, |data| data.groups()))
}

#[test]
fn rows_are_selected_as_asked() {
    let files = Files::new();
    let cases = [
        (json!({}), [30, 0, 10]),
        (json!({"subsample": 12}), [12, 0, 10]),
        (json!({"subsample": 12, "validation": 5}), [7, 5, 10]),
        (json!({"test_rows": 4}), [30, 0, 4]),
        (json!({"min_rating": 8}), [22, 0, 2]),
        (
            json!({"min_rating": 8, "validation": 3, "test_rows": 1}),
            [19, 3, 1],
        ),
    ];
    for (extra, expected) in cases {
        let dataset = files.build(extra.clone()).unwrap();
        assert_eq!(groups(&dataset), expected, "{extra}");
        assert_eq!(
            files.build(extra.clone()).unwrap(),
            dataset,
            "{extra} again"
        );
        let config: DatasetConfig = serde_json::from_value(config(extra.clone())).unwrap();
        if let Some(counts) = expected_counts(&config) {
            assert_eq!([counts.train_groups, counts.validation], expected[..2]);
            assert!(counts.test.is_none_or(|test| test == expected[2]));
            assert_eq!(
                counts.train_examples,
                dataset.split(Split::Train).unwrap().examples()
            );
        }
    }
}

#[test]
fn ratings_become_difficulties_and_are_missing_where_there_are_none() {
    let mut files = Files::new();
    let dataset = files.build(json!({"min_rating": 5})).unwrap();
    let train = dataset.split(Split::Train).unwrap();
    assert_eq!(
        (
            train.difficulty(0),
            train.difficulty(1),
            train.difficulty(2)
        ),
        (Some(5), Some(5), Some(6))
    );
    assert!(dataset.card.difficulty.unwrap().contains("`rating`"));
    let without = |text: &str| -> String {
        text.lines().fold(String::new(), |mut out, line| {
            let cells: Vec<_> = line.split(',').collect();
            writeln!(out, "{},{}", cells[2], cells[1]).unwrap();
            out
        })
    };
    files.train = without(&files.train);
    files.test = without(&files.test);
    files.write();
    let dataset = files.build(json!({})).unwrap();
    assert_eq!(dataset.split(Split::Train).unwrap().difficulty(0), None);
    assert_eq!(dataset.card.difficulty, None);
}

#[test]
fn windows_line_ends_do_not_matter() {
    let mut files = Files::new();
    let expected = files.build(json!({})).unwrap();
    files.train = files.train.replace('\n', "\r\n");
    files.write();
    assert_eq!(files.build(json!({})).unwrap(), expected);
}

#[test]
fn a_puzzle_in_both_files_is_an_error_that_names_the_lines() {
    let mut files = Files::new();
    let shape = Shape::new(2, 2).unwrap();
    let symmetry = Symmetry::random(shape, &mut hrm_random::stream(1, "csv test", 1));
    let fourth = files.train.lines().nth(4).unwrap().to_owned();
    let cells: Vec<_> = fourth.split(',').collect();
    let image = |text: &str| symmetry.apply(&Grid::parse(shape, text).unwrap());
    files.test += &row(&image(cells[1]), &image(cells[2]), 0);
    files.write();
    let error = files.build(json!({})).unwrap_err().to_string();
    assert_eq!(
        error,
        "1 puzzle is in more than one split up to symmetry, for example line 5 of `train.csv` and line 12 of `test.csv`; remove it from one of the two, or say in `allow_leakage` why they may be"
    );
    // A row that is not used does no harm.
    files.build(json!({"test_rows": 10})).unwrap();
    // The author may have a reason, which the card then carries.
    let mut allowed = config(json!({}));
    allowed["allow_leakage"] = json!("to see the difference");
    let card = build(allowed, files.dir.path()).unwrap().card;
    let leakage = card.leakage.unwrap();
    assert_eq!((leakage.pairs, leakage.examples.len()), (1, 1));
    assert_eq!(leakage.reason, "to see the difference");
    assert!(
        card.guarantee.contains("LEAKAGE: 1 pair"),
        "{}",
        card.guarantee
    );
}

#[test]
fn presentations_of_one_puzzle_stay_in_one_split() {
    let mut files = Files::new();
    let shape = Shape::new(2, 2).unwrap();
    let mut rng = hrm_random::stream(1, "csv test", 2);
    let rows: Vec<String> = files.train.lines().skip(1).map(str::to_owned).collect();
    for line in rows {
        let cells: Vec<_> = line.split(',').collect();
        let symmetry = Symmetry::random(shape, &mut rng);
        let image = |text: &str| symmetry.apply(&Grid::parse(shape, text).unwrap());
        files.train += &row(&image(cells[1]), &image(cells[2]), 0);
    }
    files.write();
    // 60 rows of 30 classes; the build itself fails if a class is in two splits.
    let dataset = files.build(json!({"validation": 20})).unwrap();
    assert_eq!(groups(&dataset), [40, 20, 10]);
    assert!(
        dataset
            .card
            .guarantee
            .contains("Within train, 20 of 40 puzzles are symmetric")
    );
    // Classes of two cannot give an odd number.
    let error = files
        .build(json!({"validation": 21}))
        .unwrap_err()
        .to_string();
    assert!(error.contains("`validation` is 21"), "{error}");
}

#[test]
fn external_files_are_those_that_decide_the_result() {
    let files = Files::new();
    let config: DatasetConfig = serde_json::from_value(config(json!({}))).unwrap();
    let names = |base: &Path| external_files(&config, base);
    assert_eq!(
        names(files.dir.path()).unwrap(),
        ["train.csv", "test.csv"].map(|name| files.dir.path().join(name))
    );
    assert!(
        names(Path::new("/nowhere"))
            .unwrap_err()
            .to_string()
            .contains("cannot read `/nowhere/train.csv`")
    );
    let generated: DatasetConfig = serde_json::from_value(json!({"sudoku": {}})).unwrap();
    assert!(
        external_files(&generated, Path::new("/nowhere"))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn sizes_of_generated_datasets_are_known_before() {
    let config = json!({"augmentations": 3, "maze": {"train": 7, "validation": 2, "test": 5}});
    let config: DatasetConfig = serde_json::from_value(config).unwrap();
    let expected = Counts {
        train_groups: 7,
        train_examples: 28,
        validation: 2,
        test: Some(5),
    };
    assert_eq!(expected_counts(&config), Some(expected));
}

#[test]
fn the_raw_benchmarks_build() {
    let Some(shared) = shared() else { return };
    let cases = [
        (
            "sudoku",
            "sudoku/train.csv",
            "sudoku/test_sudoku_bench.csv",
            [900, 100, 100],
        ),
        (
            "sudoku",
            "extra/sudoku6x6_train.csv",
            "extra/sudoku6x6_test.csv",
            [900, 100, 100],
        ),
        ("maze", "maze/train.csv", "maze/test.csv", [900, 100, 1000]),
    ];
    for (puzzle, train, test, expected) in cases {
        let csv = json!({
            "puzzle": puzzle, "train": train, "test": test,
            "subsample": expected[0] + expected[1], "validation": expected[1], "test_rows": expected[2]
        });
        let dataset = build(json!({"csv": csv}), &shared.join("datasets")).unwrap();
        assert_eq!(groups(&dataset), expected, "{train}");
    }
    // These files were made without regard to symmetry, and 4×4 has few classes.
    let leaky = json!({"csv": {
        "puzzle": "sudoku", "train": "extra/sudoku4x4_train.csv", "test": "extra/sudoku4x4_test.csv"
    }});
    let error = build(leaky, &shared.join("datasets"))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("148 puzzles are in more than one split up to symmetry"),
        "{error}"
    );
}

#[test]
fn the_names_of_the_files_do_not_change_the_dataset() {
    let files = Files::new();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("a.csv"), &files.train).unwrap();
    std::fs::write(elsewhere.path().join("b.csv"), &files.test).unwrap();
    let renamed = config(json!({"train": "a.csv", "test": "b.csv"}));
    let moved = build(renamed, elsewhere.path()).unwrap();
    assert!(moved == files.build(json!({})).unwrap());
}
