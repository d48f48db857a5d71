//! Folders whose parts do not fit together are refused.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{edit, write_split};
use hrm_dataset::Dataset;

#[test]
fn splits_must_fit_together() {
    let dir = tempfile::tempdir().unwrap();
    write_split(&dir.path().join("train"));
    write_split(&dir.path().join("test"));
    Dataset::read(dir.path()).unwrap();
    edit(&dir.path().join("test"), "\"pad_id\": 3", "\"pad_id\": 2");
    let error = Dataset::read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("`train` and `test` differ"), "{error}");
}

#[test]
fn a_folder_must_hold_a_split_and_the_right_number_of_names() {
    let dir = tempfile::tempdir().unwrap();
    let read = || Dataset::read(dir.path()).unwrap_err().to_string();
    assert!(
        read().contains("none of the folders `train`, `validation` and `test`"),
        "{}",
        read()
    );
    write_split(&dir.path().join("train"));
    std::fs::write(dir.path().join("identifiers.json"), "[\"<blank>\"]").unwrap();
    assert!(
        read().contains("1 names, but there are 6 identifiers"),
        "{}",
        read()
    );
    std::fs::write(dir.path().join("identifiers.json"), "{}").unwrap();
    assert!(read().contains("identifiers.json"), "{}", read());
    let missing = Dataset::read(&dir.path().join("nothing"))
        .unwrap_err()
        .to_string();
    assert!(missing.contains("cannot read"), "{missing}");
}

#[test]
fn a_card_that_contradicts_its_folders_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write_split(&dir.path().join("train"));
    Dataset::read(dir.path())
        .unwrap()
        .write(dir.path())
        .unwrap();
    edit(dir.path(), "\"examples\": 9", "\"examples\": 8");
    let error = Dataset::read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("its counts are not those"), "{error}");
}

#[test]
fn a_card_of_another_puzzle_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write_split(&dir.path().join("train"));
    Dataset::read(dir.path())
        .unwrap()
        .write(dir.path())
        .unwrap();
    let huge = u64::MAX;
    edit(
        dir.path(),
        "\"kind\": \"tokens\"",
        &format!("\"kind\": \"maze\", \"rows\": {huge}, \"cols\": 2"),
    );
    let error = Dataset::read(dir.path()).unwrap_err().to_string();
    assert!(error.contains("3 tokens out of 200 are not a"), "{error}");
}
