//! Augmented copies that are not stored: what they depend on, and that it makes no difference.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{build, edit_file, files, on_threads};
use hrm_config::Split;
use hrm_dataset::{Batch, Dataset, TrainSampler, eval_batches, eval_examples};
use serde_json::{Value, json};
use std::path::Path;

fn sudoku(augmentations: u32) -> Value {
    json!({
        "seed": 2, "augmentations": augmentations,
        "sudoku": {"box_rows": 2, "box_cols": 3, "train": 12, "test": 3, "givens": [10, 20]}
    })
}

fn mazes(augmentations: u32) -> Value {
    json!({
        "seed": 2, "augmentations": augmentations,
        "maze": {"rows": 6, "cols": 6, "min_path": 7, "train": 12, "test": 3}
    })
}

fn generate(config: Value) -> Dataset {
    build(config, Path::new("")).unwrap()
}

/// The dataset after it was written by `write` and read back, with the bytes it took.
fn reread(dataset: &Dataset, write: impl Fn(&Dataset, &Path)) -> (Dataset, u64) {
    let dir = tempfile::tempdir().unwrap();
    write(dataset, dir.path());
    let size = |file: &std::path::PathBuf| file.metadata().unwrap().len();
    let bytes = files(dir.path()).iter().map(size).sum();
    (Dataset::read(dir.path()).unwrap(), bytes)
}

fn batches(dataset: &Dataset) -> Vec<Batch> {
    let train = dataset.split(Split::Train).unwrap();
    let mut sampler = TrainSampler::new(train, 20, 4);
    let drawn = (0..20).map(|_| sampler.next_batch());
    let all = eval_examples(train, None, None);
    drawn.chain(eval_batches(train, 64, &all)).collect()
}

#[test]
fn copies_that_are_written_out_make_the_same_batches() {
    for config in [sudoku(300), mazes(7)] {
        let dataset = generate(config);
        let (small, small_bytes) = reread(&dataset, |dataset, dir| dataset.write(dir).unwrap());
        let (whole, whole_bytes) = reread(&dataset, |dataset, dir| {
            dataset.write_materialized(dir).unwrap();
        });
        assert_eq!(small, dataset);
        assert_ne!(whole, dataset, "its tokens are stored");
        assert!(
            small_bytes * 2 < whole_bytes,
            "{small_bytes}, {whole_bytes}"
        );
        let expected = batches(&dataset);
        assert!(batches(&small) == expected);
        assert!(batches(&whole) == expected);
        assert_eq!(small.card, whole.card);
    }
}

#[test]
fn batches_are_the_same_on_any_number_of_threads() {
    for config in [sudoku(30), mazes(7)] {
        let dataset = generate(config);
        let one = on_threads(1, || batches(&dataset));
        assert!(on_threads(2, || batches(&dataset)) == one);
        assert!(on_threads(5, || batches(&dataset)) == one);
    }
}

#[test]
fn a_copy_depends_on_seed_puzzle_and_number_alone() {
    for (few, many) in [(sudoku(3), sudoku(9)), (mazes(2), mazes(5))] {
        let (few, many) = (generate(few), generate(many));
        let few = few.split(Split::Train).unwrap();
        let many = many.split(Split::Train).unwrap();
        for group in 0..few.groups() {
            let longer = many.group_puzzles(group);
            for (puzzle, same) in few.group_puzzles(group).zip(longer) {
                assert_eq!(few.input(puzzle), many.input(same), "puzzle {puzzle}");
                assert_eq!(few.label(puzzle), many.label(same), "puzzle {puzzle}");
            }
        }
    }
}

#[test]
fn copies_have_the_difficulty_of_their_original() {
    let dataset = generate(sudoku(4));
    let train = dataset.split(Split::Train).unwrap();
    for example in 0..train.examples() {
        let original = train.difficulty(example - example % 5);
        assert!(original.is_some() && train.difficulty(example) == original);
    }
}

#[test]
fn a_damaged_rule_of_copies_is_refused() {
    let cases = [
        (
            mazes(7),
            "\"copies\": 7",
            "\"copies\": 8",
            "only 7 other rotations",
        ),
        (mazes(3), "\"rows\": 6", "\"rows\": 4", "are not a"),
        (
            sudoku(2),
            "\"copies\": 2",
            "\"copies\": 99999999999",
            "int32",
        ),
        (
            sudoku(2),
            "\"copies\": 2",
            "\"copies\": 2.5",
            "not the expected JSON",
        ),
        (sudoku(2), "sudoku", "arc", "are not a"),
        (sudoku(2), "\"box_rows\": 2", "\"box_rows\": 3", "are not a"),
    ];
    for (config, from, to, expected) in cases {
        let dir = tempfile::tempdir().unwrap();
        generate(config).write(dir.path()).unwrap();
        edit_file(&dir.path().join("train/augmentation.json"), from, to);
        let error = Dataset::read(dir.path()).unwrap_err().to_string();
        assert!(error.contains("augmentation.json"), "{error}");
        assert!(error.contains(expected), "`{expected}` in `{error}`");
    }
}

#[test]
fn the_card_and_the_copies_must_be_of_one_kind() {
    let dir = tempfile::tempdir().unwrap();
    generate(sudoku(2)).write(dir.path()).unwrap();
    // As many copies less as the counts of the card do not say.
    edit_file(
        &dir.path().join("train/augmentation.json"),
        "\"copies\": 2",
        "\"copies\": 1",
    );
    let error = Dataset::read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("its counts are not those"), "{error}");
}
