//! Import of folders that this program wrote or that overlap.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{build, files};
use hrm_config::{DatasetConfig, Split};
use hrm_dataset::{Dataset, external_files};
use serde_json::{Value, json};
use std::path::Path;

/// A small 4×4 dataset, written to a new folder.
fn written(augmentations: u32) -> (tempfile::TempDir, Dataset) {
    let sudoku = json!({"box_rows": 2, "box_cols": 2, "train": 20, "test": 10, "givens": [5, 9]});
    let config = json!({"seed": 1, "augmentations": augmentations, "sudoku": sudoku});
    let dataset = build(config, Path::new("")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    dataset.write(dir.path()).unwrap();
    (dir, dataset)
}

fn folder(validation: usize) -> Value {
    json!({"folder": {"path": ".", "validation": validation}})
}

#[test]
fn an_own_folder_keeps_its_examples_difficulties_and_puzzle() {
    let (dir, original) = written(3);
    let imported = build(folder(0), dir.path()).unwrap();
    assert_eq!(imported.splits, original.splits);
    assert_eq!(imported.card.puzzle, original.card.puzzle);
    assert_eq!(imported.card.difficulty, original.card.difficulty);

    let carved = build(folder(6), dir.path()).unwrap();
    let (before, after) = (
        original.split(Split::Train).unwrap(),
        carved.split(Split::Train).unwrap(),
    );
    assert_eq!((after.groups(), after.puzzles()), (14, 56));
    let validation = carved.split(Split::Validation).unwrap();
    assert_eq!((validation.groups(), validation.examples()), (6, 6));
    for example in 0..6 {
        let source = (0..20)
            .map(|group| 4 * group)
            .find(|&first| before.input(first) == validation.input(example));
        let source = source.expect("each validation puzzle is an original of train");
        assert_eq!(validation.difficulty(example), before.difficulty(source));
        assert!((0..56).all(|other| after.input(other) != validation.input(example)));
    }
}

#[test]
fn a_folder_whose_splits_overlap_is_refused() {
    let (dir, original) = written(0);
    original
        .split(Split::Train)
        .unwrap()
        .write(&dir.path().join("validation"))
        .unwrap();
    std::fs::remove_file(dir.path().join("dataset.json")).unwrap();
    let error = build(folder(0), dir.path()).unwrap_err().to_string();
    assert!(
        error.contains("20 puzzles are in more than one split") && error.contains("train group 0"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_imported_is_explained() {
    let (dir, original) = written(0);
    let message = |config: Value| build(config, dir.path()).unwrap_err().to_string();
    let mut augmented = folder(0);
    augmented["augmentations"] = json!(2);
    assert!(message(augmented).contains("`augmentations` cannot be used with `folder`"));
    assert!(message(folder(20)).contains("leaves nothing of 20 training groups"));
    assert!(message(json!({"folder": {"path": "nothing"}})).contains("cannot read"));
    original
        .split(Split::Test)
        .unwrap()
        .write(&dir.path().join("validation"))
        .unwrap();
    std::fs::remove_file(dir.path().join("dataset.json")).unwrap();
    assert!(message(folder(2)).contains("a validation split of its own"));
}

#[test]
fn external_files_are_all_that_are_read() {
    let (dir, _) = written(0);
    let config: DatasetConfig = serde_json::from_value(folder(0)).unwrap();
    let base = dir.path().join(".");
    std::fs::write(dir.path().join("train/notes.txt"), "not read").unwrap();
    let read: Vec<_> = external_files(&config, &base).unwrap();
    let names = |paths: &[std::path::PathBuf]| {
        let mut names: Vec<_> = paths
            .iter()
            .map(|path| path.canonicalize().unwrap())
            .collect();
        names.sort();
        names
    };
    let mut expected = files(dir.path());
    expected.retain(|file| file.extension().is_some_and(|extension| extension != "txt"));
    assert_eq!(names(&read), names(&expected));
    let empty = tempfile::tempdir().unwrap();
    let error = external_files(&config, empty.path())
        .unwrap_err()
        .to_string();
    assert!(error.contains("none of the folders"), "{error}");
}
