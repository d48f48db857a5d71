//! Puzzles as they lie in sources, dataset folders, and files of rows or tasks.
//!
//! [`of_source`] reads a source that `hrm-source` finds, [`of_path`] a folder or a file. Both give a
//! [`Corpus`]: sets of puzzles with answers, each puzzle with the place where it stands, for what
//! `hrm-audit` does with them. Answers are read, not judged.
//!
//! Which split a file of raw puzzles belongs to is read off its path; see [`of_path`].

mod error;
mod files;
mod folder;
mod published;
mod rows;
mod source;
mod split;
mod tasks;
mod written;

pub use error::CorpusError;
pub use folder::of_path;
pub use source::of_source;
pub use written::{csv, parquet};

use hrm_audit::PuzzleSet;

/// The puzzles of a source, a folder or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corpus {
    /// What it is called.
    pub name: String,
    /// What is known of it, as name and text.
    pub facts: Vec<(String, String)>,
    /// Its puzzles, by dataset, split and file.
    pub sets: Vec<PuzzleSet>,
}

/// One fact.
fn fact(name: &str, text: impl Into<String>) -> (String, String) {
    (name.to_owned(), text.into())
}
