//! Puzzles from files of ARC tasks.

use crate::CorpusError;
use hrm_arc::{Task, parse_kaggle, parse_task};
use hrm_audit::{Entry, Place, Puzzle};
use std::path::Path;

/// The endings of the two files of a set of tasks in the layout of the ARC Prize competitions.
const CHALLENGES: &str = "_challenges.json";
const SOLUTIONS: &str = "_solutions.json";

/// A file's part in the layout of the competitions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    /// The tasks; with the name of the set, and of the file with the solutions.
    Challenges { set: &'a str, solutions: String },
    /// The outputs of the test pairs; with the name of the file with the challenges.
    Solutions { challenges: String },
    /// A file of one task.
    Task,
}

/// The part of the file of that name.
pub(crate) fn role(name: &str) -> Role<'_> {
    if let Some(set) = name.strip_suffix(CHALLENGES) {
        let solutions = format!("{set}{SOLUTIONS}");
        let set = set.strip_prefix("arc-agi_").unwrap_or(set);
        return Role::Challenges { set, solutions };
    }
    match name.strip_suffix(SOLUTIONS) {
        Some(set) => Role::Solutions {
            challenges: format!("{set}{CHALLENGES}"),
        },
        None => Role::Task,
    }
}

/// The dataset that a set of the competitions' layout belongs to: those files hold several.
pub(crate) fn dataset_of(files: &str, set: &str) -> String {
    let dataset = match set {
        "concept" => "concept-arc",
        _ if set.ends_with('2') => "arc-agi-2",
        _ => "arc-agi-1",
    };
    format!("{files}/{dataset}")
}

/// The tasks of a set in the layout of the competitions; `path` is that of the challenges.
pub(crate) fn of_pair(
    path: &Path,
    challenges: Vec<u8>,
    solutions: Vec<u8>,
) -> Result<Vec<Entry>, CorpusError> {
    let tasks = parse_kaggle(&text(path, challenges)?, &text(path, solutions)?);
    let tasks = tasks.map_err(|error| CorpusError::Task {
        path: path.to_path_buf(),
        error,
    })?;
    Ok(tasks.into_iter().map(entry).collect())
}

/// The task of a file of its own, named for the file.
pub(crate) fn of_file(path: &Path, bytes: Vec<u8>) -> Result<Entry, CorpusError> {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let task = parse_task(&name, &text(path, bytes)?);
    task.map(entry).map_err(|error| CorpusError::Task {
        path: path.to_path_buf(),
        error,
    })
}

pub(crate) fn entry(task: Task) -> Entry {
    Entry {
        place: Place::Task(task.name().to_owned()),
        difficulty: None,
        puzzle: Puzzle::Arc(task),
    }
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, CorpusError> {
    String::from_utf8(bytes).map_err(|_| CorpusError::NotText {
        path: path.to_path_buf(),
    })
}
