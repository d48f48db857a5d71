//! Folders that are damaged or contradict themselves are refused, with the file named.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{edit, files, write_split};
use hrm_dataset::SplitData;
use std::path::Path;

/// Replaces bytes of a file's data, which starts after 128 bytes of header.
fn patch(dir: &Path, file: &str, offset: usize, bytes: &[u8]) {
    let path = dir.join(file);
    let mut content = std::fs::read(&path).unwrap();
    content[128 + offset..][..bytes.len()].copy_from_slice(bytes);
    std::fs::write(path, content).unwrap();
}

#[test]
fn every_contradiction_is_refused_with_its_file() {
    type Damage = fn(&Path);
    let cases: Vec<(Damage, &str, &str)> = vec![
        (
            |dir| patch(dir, "all__inputs.npy", 4, &[200]),
            "all__inputs.npy",
            "token 200, but `vocab_size` is 200",
        ),
        (
            |dir| patch(dir, "all__labels.npy", 0, &[255]),
            "all__labels.npy",
            "token 255",
        ),
        (
            |dir| patch(dir, "all__puzzle_indices.npy", 0, &[1]),
            "all__puzzle_indices.npy",
            "the first 0",
        ),
        (
            |dir| patch(dir, "all__puzzle_indices.npy", 4, &[0]),
            "all__puzzle_indices.npy",
            "elements 0 and 1 do not rise",
        ),
        (
            |dir| patch(dir, "all__puzzle_indices.npy", 4, &[0xff; 4]),
            "all__puzzle_indices.npy",
            "do not rise",
        ),
        (
            |dir| patch(dir, "all__puzzle_indices.npy", 24, &[10]),
            "all__puzzle_indices.npy",
            "the last element is 10, but there are 9 examples",
        ),
        (
            |dir| patch(dir, "all__group_indices.npy", 12, &[7]),
            "all__group_indices.npy",
            "but there are 6 puzzles",
        ),
        (
            |dir| patch(dir, "all__puzzle_identifiers.npy", 0, &[6]),
            "all__puzzle_identifiers.npy",
            "puzzle 0 has identifier 6",
        ),
        (
            |dir| patch(dir, "all__puzzle_identifiers.npy", 4, &[0xff; 4]),
            "all__puzzle_identifiers.npy",
            "puzzle 1 has identifier -1",
        ),
        (
            |dir| patch(dir, "all__difficulty.npy", 0, &[0xff; 4]),
            "all__difficulty.npy",
            "a negative difficulty",
        ),
        (
            |dir| truncate(dir, "all__inputs.npy"),
            "all__inputs.npy",
            "cut short or damaged",
        ),
        (
            |dir| truncate(dir, "all__group_indices.npy"),
            "all__group_indices.npy",
            "cut short or damaged",
        ),
        (
            |dir| truncate(dir, "dataset.json"),
            "dataset.json",
            "not the expected JSON",
        ),
        (
            |dir| swap(dir, "inputs", "puzzle_indices"),
            "all__inputs.npy",
            "shape [7], expected [examples, 3]",
        ),
        (
            |dir| swap(dir, "group_indices", "labels"),
            "all__labels.npy",
            "expected [examples, 3]",
        ),
        (
            |dir| swap(dir, "group_indices", "puzzle_indices"),
            "all__puzzle_indices.npy",
            "the last element is 6",
        ),
        (
            |dir| std::fs::remove_file(dir.join("all__labels.npy")).unwrap(),
            "all__labels.npy",
            "cannot read",
        ),
        (
            |dir| std::fs::remove_file(dir.join("dataset.json")).unwrap(),
            "dataset.json",
            "cannot read",
        ),
        (
            |dir| std::fs::write(dir.join("dataset.json"), vec![b' '; 1 << 21]).unwrap(),
            "dataset.json",
            "expected at most",
        ),
        (
            |dir| edit(dir, "\"seq_len\": 3", "\"seq_len\": 0"),
            "dataset.json",
            "`seq_len` is 0",
        ),
        (
            |dir| edit(dir, "\"seq_len\": 3", "\"seq_len\": 4"),
            "all__inputs.npy",
            "shape [9, 3], expected [examples, 4]",
        ),
        (
            |dir| edit(dir, "\"seq_len\": 3", "\"seq_len\": -3"),
            "dataset.json",
            "not the expected JSON",
        ),
        (
            |dir| edit(dir, "\"vocab_size\": 200", "\"vocab_size\": 0"),
            "dataset.json",
            "`vocab_size` is 0",
        ),
        (
            |dir| edit(dir, "\"vocab_size\": 200", "\"vocab_size\": 257"),
            "dataset.json",
            "expected 1 to 256",
        ),
        (
            |dir| edit(dir, "\"pad_id\": 3", "\"pad_id\": 200"),
            "dataset.json",
            "`pad_id` is 200",
        ),
        (
            |dir| {
                edit(
                    dir,
                    "\"blank_identifier_id\": 0",
                    "\"blank_identifier_id\": 6",
                )
            },
            "dataset.json",
            "`blank_identifier_id` is 6",
        ),
        (
            |dir| edit(dir, "\"total_groups\": 3", "\"total_groups\": 4"),
            "dataset.json",
            "`total_groups` is 4, but there are 3",
        ),
        (
            |dir| {
                edit(
                    dir,
                    "\"mean_puzzle_examples\": 1.5",
                    "\"mean_puzzle_examples\": 1.4",
                )
            },
            "dataset.json",
            "`mean_puzzle_examples` is 1.4",
        ),
        (
            |dir| edit(dir, "\"all\"", "\"../all\""),
            "dataset.json",
            "only [\"all\"] is supported",
        ),
    ];
    for (damage, file, expected) in cases {
        let dir = tempfile::tempdir().unwrap();
        let data = write_split(dir.path());
        assert_eq!(SplitData::read(dir.path()).unwrap(), data);
        damage(dir.path());
        let error = SplitData::read(dir.path()).unwrap_err().to_string();
        assert!(
            error.contains(expected) && error.contains(file),
            "expected `{expected}` of `{file}` in `{error}`"
        );
    }
}

fn truncate(dir: &Path, file: &str) {
    let content = std::fs::read(dir.join(file)).unwrap();
    std::fs::write(dir.join(file), &content[..content.len() - 3]).unwrap();
}

fn swap(dir: &Path, one: &str, two: &str) {
    let path = |array: &str| dir.join(format!("all__{array}.npy"));
    std::fs::rename(path(one), path("spare")).unwrap();
    std::fs::rename(path(two), path(one)).unwrap();
    std::fs::rename(path("spare"), path(two)).unwrap();
}

#[test]
fn unknown_keys_of_the_published_format_are_ignored() {
    let dir = tempfile::tempdir().unwrap();
    let data = write_split(dir.path());
    edit(
        dir.path(),
        "\"pad_id\"",
        "\"later_addition\": [1], \"pad_id\"",
    );
    assert_eq!(SplitData::read(dir.path()).unwrap(), data);
}

#[test]
fn flipped_bytes_never_panic() {
    let dir = tempfile::tempdir().unwrap();
    write_split(dir.path());
    for file in files(dir.path()) {
        let content = std::fs::read(&file).unwrap();
        for position in 0..content.len() {
            for flip in [0x01, 0xff] {
                let mut damaged = content.clone();
                damaged[position] ^= flip;
                std::fs::write(&file, damaged).unwrap();
                let _ = SplitData::read(dir.path());
            }
        }
        std::fs::write(&file, content).unwrap();
    }
}
