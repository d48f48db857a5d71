//! The golden data and the benchmark data that may lie beside the project.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

pub(crate) mod tasks;

use hrm_arc::{Task, parse_kaggle, parse_task};
use std::path::{Path, PathBuf};

/// A folder beside the project; nothing, with a line that says so, where it is absent.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../../shared", folder]
        .iter()
        .collect();
    if path.is_dir() {
        Some(path)
    } else {
        println!("skipped: no {}", path.display());
        None
    }
}

pub(crate) fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The tasks of a folder of task files, sorted by name.
pub(crate) fn task_folder(folder: &Path) -> Vec<Task> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    let task = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        parse_task(name, &text(path)).unwrap()
    };
    paths.iter().map(task).collect()
}

/// The tasks of a subset in the layout of the competitions.
pub(crate) fn kaggle(folder: &Path, subset: &str) -> Vec<Task> {
    let file = |part: &str| text(folder.join(format!("arc-agi_{subset}_{part}.json")));
    parse_kaggle(&file("challenges"), &file("solutions")).unwrap()
}

/// The bytes of the array in a NumPy file of version 1.
pub(crate) fn npy(path: impl AsRef<Path>) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].to_vec()
}
