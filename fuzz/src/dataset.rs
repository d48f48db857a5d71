//! Folders of datasets, in which one file is replaced.

use crate::folder::Folder;
use crate::use_puzzles;
use hrm_dataset::{Dataset, SplitData, SplitMeta};
use std::fs;
use std::path::Path;

/// An array of a split; the first byte chooses which.
pub fn npy(data: &[u8]) {
    const ARRAYS: [&str; 6] = [
        "inputs",
        "labels",
        "puzzle_identifiers",
        "puzzle_indices",
        "group_indices",
        "difficulty",
    ];
    replaced("npy", data, &ARRAYS.map(|array| format!("train/all__{array}.npy")));
}

/// A JSON file of a dataset; the first byte chooses which.
pub fn dataset_folder(data: &[u8]) {
    const FILES: [&str; 4] = [
        "train/dataset.json",
        "dataset.json",
        "identifiers.json",
        "test_puzzles.json",
    ];
    replaced("dataset_folder", data, &FILES.map(str::to_owned));
}

/// Reads a sound dataset with one file in place of another, or beside the others.
fn replaced(name: &str, data: &[u8], files: &[String]) {
    let Some((choice, content)) = data.split_first() else {
        return;
    };
    let folder = Folder::new(name);
    let dir = folder.path();
    if !dir.join("train").exists() {
        write_sound(dir);
    }
    let file = &files[usize::from(*choice) % files.len()];
    let sound = fs::read(dir.join(file));
    let path = folder.write(file, content);
    if Dataset::read(dir).is_ok() {
        if let Ok(corpus) = hrm_corpus::of_path("x", dir) {
            use_puzzles(&corpus.sets);
        }
    }
    match sound {
        Ok(sound) => drop(folder.write(file, &sound)),
        Err(_) => fs::remove_file(path).expect("a file can be removed"),
    }
}

/// Two 4×4 Sudoku, each in a group of its own.
fn write_sound(dir: &Path) {
    let tokens = |text: &str| -> Vec<u8> {
        let token = |digit: char| digit.to_digit(10).map_or(1, |digit| digit as u8 + 1);
        text.chars().map(token).collect()
    };
    let meta = SplitMeta {
        pad_id: 0,
        ignore_label_id: Some(0),
        blank_identifier_id: 0,
        vocab_size: 6,
        seq_len: 16,
        num_puzzle_identifiers: 1,
        total_groups: 2,
        mean_puzzle_examples: 1.0,
        total_puzzles: Some(2),
        sets: vec!["all".into()],
    };
    let split = SplitData::new(
        meta,
        tokens("1234341221434...123434122143...."),
        tokens("12343412214343211234341221434321"),
        vec![0, 0],
        vec![0, 1, 2],
        vec![0, 1, 2],
    );
    let split = split.expect("the split is sound");
    split.write(&dir.join("train")).expect("a split can be written");
}
