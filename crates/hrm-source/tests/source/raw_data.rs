//! The embedded manifests against raw data, where it stands beside the project.

use crate::support::Folders;
use hrm_source::{Located, LocatedFile, Origin, Sources, State};
use std::path::{Path, PathBuf};

/// Every source, except the one of which no copy was ever at hand.
const SOURCES: [&str; 12] = [
    "arc-1d",
    "arc-agi-1",
    "arc-agi-2",
    "arc-kaggle",
    "concept-arc",
    "maze-generated",
    "maze-hard",
    "sudoku-bench",
    "sudoku-extreme-15k",
    "sudoku-extreme-1k",
    "sudoku-small",
    "sudoku-tdoku",
];

fn raw() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/datasets");
    if dir.is_dir() {
        return Some(dir);
    }
    println!("skipped: there is no {}", dir.display());
    None
}

fn lines(content: &[u8]) -> u64 {
    content.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// Holds the manifest's counts against the content.
fn check_counts(file: &LocatedFile) {
    let content = file.read().unwrap();
    assert_eq!(content.len() as u64, file.content.size);
    if let Some(rows) = file.item.rows {
        assert_eq!(lines(&content), rows + 1, "{}", file.item.path);
    }
    if let Some(tasks) = file.item.tasks {
        let json: serde_json::Value = serde_json::from_slice(&content).unwrap();
        assert_eq!(
            json.as_object().unwrap().len() as u64,
            tasks,
            "{}",
            file.item.path
        );
    }
}

fn check_folders(located: &Located) {
    for folder in &located.folders {
        let files = folder.read().unwrap();
        assert_eq!(files.len() as u64, folder.item.files);
        for (path, content) in files {
            let json: serde_json::Value = serde_json::from_slice(&content).unwrap();
            assert!(
                json["train"].is_array() && json["test"].is_array(),
                "{path}"
            );
        }
    }
}

#[test]
fn every_source_is_found_as_it_lies() {
    let Some(raw) = raw() else { return };
    let sources = Sources::new(Folders::new().cache(), Some(raw)).unwrap();
    for name in SOURCES {
        let located = sources.locate(name).unwrap();
        located.files.iter().for_each(check_counts);
        check_folders(&located);
    }
    for listing in sources.list() {
        let expected = match listing.name.as_str() {
            "sudoku-extreme" => State::Absent,
            _ => State::Present,
        };
        assert_eq!(listing.state, expected, "{}", listing.name);
    }
}

#[test]
fn every_source_can_be_taken_into_the_cache() {
    let Some(raw) = raw() else { return };
    let folders = Folders::new();
    let sources = Sources::new(folders.cache(), None).unwrap();
    for name in SOURCES {
        let located = sources.fetch(name, Origin::Folder(&raw), &()).unwrap();
        assert!(located.files.iter().all(|file| file.plain_path().is_some()));
        assert!(
            located
                .folders
                .iter()
                .all(|folder| folder.plain_path().is_some())
        );
    }
}

/// The copy of Maze-Hard that is accepted is the home's file with a column filled in, to the byte.
#[test]
fn the_copy_of_maze_hard_is_the_homes_but_for_one_column() {
    let Some(raw) = raw() else { return };
    let sources = Sources::new(Folders::new().cache(), Some(raw)).unwrap();
    for file in sources.locate("maze-hard").unwrap().files {
        assert!(file.note.is_some());
        let copy = String::from_utf8(file.read().unwrap()).unwrap();
        let home = copy.replace("\nmaze-30x30-hard-1k,", "\n,");
        assert_eq!(crate::support::sha256(home), file.item.sha256.to_string());
    }
}
