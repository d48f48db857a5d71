//! What several tests need.
#![allow(dead_code, reason = "each test crate uses a part")]

pub(crate) mod csv_files;

use hrm_dataset::{Dataset, DatasetError, SplitData, SplitMeta};
use hrm_source::Sources;
use std::path::{Path, PathBuf};

/// The folder of reference data beside the repository; `None`, said once, where it is absent.
pub(crate) fn shared() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if dir.is_dir() {
        return Some(dir);
    }
    println!("skipped: the reference data are not present");
    None
}

/// A split whose group g has `groups[g]` puzzles of so many examples each. The first token of an
/// example is its index modulo the vocabulary; identifiers count the puzzles.
pub(crate) fn split(groups: &[&[usize]]) -> SplitData {
    let (mut puzzle_indices, mut group_indices) = (vec![0], vec![0]);
    for group in groups {
        for examples in *group {
            puzzle_indices.push(puzzle_indices.last().unwrap() + *examples as i32);
        }
        group_indices.push(puzzle_indices.len() as i32 - 1);
    }
    let examples = *puzzle_indices.last().unwrap() as usize;
    let puzzles = puzzle_indices.len() - 1;
    let inputs: Vec<u8> = (0..examples)
        .flat_map(|example| [(example % 200) as u8, 1, 2])
        .collect();
    let labels = (0..examples)
        .flat_map(|example| [(example % 200) as u8, 0, 4])
        .collect();
    let meta = SplitMeta {
        pad_id: 3,
        ignore_label_id: Some(4),
        blank_identifier_id: 0,
        vocab_size: 200,
        seq_len: 3,
        num_puzzle_identifiers: puzzles,
        total_groups: groups.len(),
        mean_puzzle_examples: examples as f64 / puzzles as f64,
        total_puzzles: None,
        sets: vec!["all".into()],
    };
    SplitData::new(
        meta,
        inputs,
        labels,
        (0..puzzles as i32).collect(),
        puzzle_indices,
        group_indices,
    )
    .unwrap()
}

/// The raw data beside the repository, which may be absent.
pub(crate) fn raw_data() -> Sources {
    let raw = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/datasets");
    Sources::new(PathBuf::new(), Some(raw)).unwrap()
}

/// Builds the dataset that a JSON configuration describes.
pub(crate) fn build(config: serde_json::Value, base_dir: &Path) -> Result<Dataset, DatasetError> {
    let config = serde_json::from_value(config).unwrap();
    hrm_dataset::build(&config, base_dir, &raw_data(), &mut |_, _, _| {})
}

/// A hash of all arrays of a dataset with every augmented puzzle, with their names.
pub(crate) fn arrays_hash(dataset: &Dataset) -> String {
    let dir = tempfile::tempdir().unwrap();
    dataset.write_materialized(dir.path()).unwrap();
    let mut hasher = blake3::Hasher::new();
    for file in files(dir.path()) {
        if file.extension().is_some_and(|extension| extension == "npy") {
            hasher.update(
                file.strip_prefix(dir.path())
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .as_bytes(),
            );
            hasher.update(&std::fs::read(&file).unwrap());
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Something done on so many threads.
pub(crate) fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(work)
}

/// All files below a folder, sorted.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found.sort();
    found
}

/// A split of 3 groups, 6 puzzles and 9 examples of 3 tokens below 200, written to `dir`.
pub(crate) fn write_split(dir: &Path) -> SplitData {
    let data = split(&[&[2, 1], &[3], &[1, 1, 1]])
        .with_difficulty((0..9).collect())
        .unwrap();
    data.write(dir).unwrap();
    data
}

/// Replaces text in the `dataset.json` of a folder.
pub(crate) fn edit(dir: &Path, from: &str, to: &str) {
    edit_file(&dir.join("dataset.json"), from, to);
}

/// Replaces text in a file.
pub(crate) fn edit_file(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "`{from}` in `{text}`");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}
