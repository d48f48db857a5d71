//! Folders that are damaged or contradict themselves are refused, with the file named.

mod common;

use common::{files, split};
use hrm_dataset::{Dataset, SplitData};
use std::path::Path;

/// A split of 3 groups, 6 puzzles and 9 examples of 3 tokens below 200, written to `dir`.
fn write_split(dir: &Path) -> SplitData {
    let data = split(&[&[2, 1], &[3], &[1, 1, 1]])
        .with_difficulty((0..9).collect())
        .unwrap();
    data.write(dir).unwrap();
    data
}

/// Replaces bytes of a file's data, which starts after 128 bytes of header.
fn patch(dir: &Path, file: &str, offset: usize, bytes: &[u8]) {
    let path = dir.join(file);
    let mut content = std::fs::read(&path).unwrap();
    content[128 + offset..][..bytes.len()].copy_from_slice(bytes);
    std::fs::write(path, content).unwrap();
}

fn edit(dir: &Path, from: &str, to: &str) {
    let path = dir.join("dataset.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "`{from}` in `{text}`");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
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
fn flipped_bytes_never_panic() {
    let dir = tempfile::tempdir().unwrap();
    write_split(dir.path());
    for file in files(dir.path()) {
        let content = std::fs::read(&file).unwrap();
        for position in 0..content.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut damaged = content.clone();
                damaged[position] ^= flip;
                std::fs::write(&file, damaged).unwrap();
                let _ = SplitData::read(dir.path());
            }
        }
        std::fs::write(&file, content).unwrap();
    }
}
