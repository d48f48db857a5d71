//! The puzzles of a dataset in the published format, by their names.

use super::PuzzleRef;
use super::files::BLANK;
use crate::{Augmentation, Convention, NameError};
use std::collections::HashMap;
use thiserror::Error;

/// The puzzles behind the identifiers of a dataset, read from its `identifiers.json`.
///
/// About 20 bytes a puzzle.
#[derive(Debug, Clone)]
pub struct PuzzleNames {
    tasks: Vec<String>,
    /// By identifier; nothing for blank ones.
    puzzles: Vec<Option<NamedPuzzle>>,
}

#[derive(Debug, Clone, Copy)]
struct NamedPuzzle {
    task: u32,
    index: u32,
    augmentation: Augmentation,
}

/// An `identifiers.json` that cannot be used.
#[derive(Debug, Error)]
pub enum NamesError {
    /// Text that is not a list of names.
    #[error("not a JSON list of puzzle names: {0}")]
    Json(serde_json::Error),
    /// A name whose augmentation cannot be read.
    #[error("identifier {identifier}: {error}")]
    Name {
        /// The identifier, counted from 0.
        identifier: usize,
        /// What is wrong with its name.
        error: NameError,
    },
}

impl PuzzleNames {
    /// Reads `identifiers.json`.
    ///
    /// # Errors
    /// If the text is not a list of names, or a name has an augmentation that does not exist.
    pub fn from_json(convention: Convention, text: &str) -> Result<Self, NamesError> {
        let names: Vec<String> = serde_json::from_str(text).map_err(NamesError::Json)?;
        Self::new(convention, &names)
    }

    /// The puzzles of these names, by identifier.
    ///
    /// # Errors
    /// If a name has an augmentation that does not exist.
    pub fn new(convention: Convention, names: &[String]) -> Result<Self, NamesError> {
        let mut numbers = HashMap::new();
        let mut puzzles_of: Vec<u32> = Vec::new();
        let mut table = Self {
            tasks: Vec::new(),
            puzzles: Vec::with_capacity(names.len()),
        };
        for (identifier, name) in names.iter().enumerate() {
            if name == BLANK {
                table.puzzles.push(None);
                continue;
            }
            let (task, augmentation) = convention
                .parse_name(name)
                .map_err(|error| NamesError::Name { identifier, error })?;
            let number = *numbers.entry(task).or_insert_with(|| {
                table.tasks.push(task.to_owned());
                puzzles_of.push(0);
                puzzles_of.len() - 1
            });
            table.puzzles.push(Some(NamedPuzzle {
                task: number as u32,
                index: puzzles_of[number],
                augmentation,
            }));
            puzzles_of[number] += 1;
        }
        Ok(table)
    }

    /// Identifiers, blank ones included.
    pub fn len(&self) -> usize {
        self.puzzles.len()
    }

    /// Whether there are no identifiers, not even the blank one.
    pub fn is_empty(&self) -> bool {
        self.puzzles.is_empty()
    }

    /// The puzzle of an identifier; nothing for blank ones and for those that are not in use. Its
    /// index counts the identifiers of its task before it.
    pub fn puzzle(&self, identifier: usize) -> Option<PuzzleRef<'_>> {
        let puzzle = self.puzzles.get(identifier).copied().flatten()?;
        Some(PuzzleRef {
            task: &self.tasks[puzzle.task as usize],
            augmentation: puzzle.augmentation,
            index: puzzle.index as usize,
        })
    }
}
