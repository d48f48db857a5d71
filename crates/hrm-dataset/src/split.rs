//! One split of a dataset in memory, with its invariants.

use crate::meta::{SET, SplitMeta};
use crate::{DatasetError, SplitCounts};
use std::ops::Range;
use std::path::Path;

/// One split: groups of puzzles of examples, as the published arrays hold them.
///
/// A value of this type is consistent: there is at least one group, no group and no puzzle is
/// empty, every token is below the vocabulary size and every identifier below their number.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitData {
    pub(crate) meta: SplitMeta,
    /// Tokens, `[examples × seq_len]`.
    pub(crate) inputs: Vec<u8>,
    /// Label tokens, `[examples × seq_len]`.
    pub(crate) labels: Vec<u8>,
    /// `[puzzles]`.
    pub(crate) puzzle_identifiers: Vec<i32>,
    /// First example of each puzzle, `[puzzles + 1]`.
    pub(crate) puzzle_indices: Vec<i32>,
    /// First puzzle of each group, `[groups + 1]`.
    pub(crate) group_indices: Vec<i32>,
    /// `[examples]`, where known.
    pub(crate) difficulty: Option<Vec<u32>>,
}

impl SplitData {
    /// A split from its arrays.
    ///
    /// # Errors
    /// Where the arrays contradict each other or `meta`; the error names the array by its file.
    pub fn new(
        meta: SplitMeta,
        inputs: Vec<u8>,
        labels: Vec<u8>,
        puzzle_identifiers: Vec<i32>,
        puzzle_indices: Vec<i32>,
        group_indices: Vec<i32>,
    ) -> Result<Self, DatasetError> {
        let split = Self {
            meta,
            inputs,
            labels,
            puzzle_identifiers,
            puzzle_indices,
            group_indices,
            difficulty: None,
        };
        split.check().map_err(|fault| {
            DatasetError::malformed(Path::new(&array_file(fault.array)), fault.reason)
        })?;
        Ok(split)
    }

    /// The same split with a difficulty for every example.
    ///
    /// # Errors
    /// Where there is not exactly one number per example, or one exceeds `i32::MAX`.
    pub fn with_difficulty(self, difficulty: Vec<u32>) -> Result<Self, DatasetError> {
        let split = Self {
            difficulty: Some(difficulty),
            ..self
        };
        split.check_difficulty().map_err(|fault| {
            DatasetError::malformed(Path::new(&array_file(fault.array)), fault.reason)
        })?;
        Ok(split)
    }

    /// Sizes and special ids.
    pub fn meta(&self) -> &SplitMeta {
        &self.meta
    }

    /// Number of examples.
    pub fn examples(&self) -> usize {
        self.inputs.len() / self.meta.seq_len
    }

    /// Number of puzzles.
    pub fn puzzles(&self) -> usize {
        self.puzzle_identifiers.len()
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.group_indices.len() - 1
    }

    /// Groups, puzzles and examples.
    pub fn counts(&self) -> SplitCounts {
        SplitCounts {
            groups: self.groups(),
            puzzles: self.puzzles(),
            examples: self.examples(),
        }
    }

    /// Input tokens of an example, `[seq_len]`.
    ///
    /// # Panics
    /// If `example` is not below [`Self::examples`]; so do the other functions of an index.
    pub fn input(&self, example: usize) -> &[u8] {
        &self.inputs[example * self.meta.seq_len..][..self.meta.seq_len]
    }

    /// Label tokens of an example, `[seq_len]`, as stored: `ignore_label_id` is among them.
    pub fn label(&self, example: usize) -> &[u8] {
        &self.labels[example * self.meta.seq_len..][..self.meta.seq_len]
    }

    /// Difficulty of an example, in the unit that the dataset's card names; that of the original
    /// where the example is an augmentation. `None` where the dataset has no difficulties.
    pub fn difficulty(&self, example: usize) -> Option<u32> {
        self.difficulty
            .as_ref()
            .map(|difficulty| difficulty[example])
    }

    /// Identifier of a puzzle.
    pub fn puzzle_identifier(&self, puzzle: usize) -> i32 {
        self.puzzle_identifiers[puzzle]
    }

    /// The puzzles of a group; the first is the original.
    pub fn group_puzzles(&self, group: usize) -> Range<usize> {
        self.group_indices[group] as usize..self.group_indices[group + 1] as usize
    }

    /// The examples of a puzzle.
    pub fn puzzle_examples(&self, puzzle: usize) -> Range<usize> {
        self.puzzle_indices[puzzle] as usize..self.puzzle_indices[puzzle + 1] as usize
    }

    /// The puzzle that an example belongs to.
    pub fn puzzle_of(&self, example: usize) -> usize {
        self.puzzle_indices
            .partition_point(|&first| first as usize <= example)
            - 1
    }

    /// A split of some puzzles of this one, each in a group of its own, in the order given.
    pub(crate) fn select(&self, groups: &[Vec<usize>]) -> Result<Self, DatasetError> {
        let (mut inputs, mut labels, mut identifiers) = (Vec::new(), Vec::new(), Vec::new());
        let (mut puzzle_indices, mut group_indices) = (vec![0], vec![0]);
        let mut difficulty = self.difficulty.as_ref().map(|_| Vec::new());
        for puzzles in groups {
            for &puzzle in puzzles {
                let examples = self.puzzle_examples(puzzle);
                let tokens = examples.start * self.meta.seq_len..examples.end * self.meta.seq_len;
                inputs.extend_from_slice(&self.inputs[tokens.clone()]);
                labels.extend_from_slice(&self.labels[tokens]);
                identifiers.push(self.puzzle_identifiers[puzzle]);
                if let (Some(to), Some(from)) = (&mut difficulty, &self.difficulty) {
                    to.extend_from_slice(&from[examples]);
                }
                // No more than the indices of `self`, which fit.
                puzzle_indices.push((inputs.len() / self.meta.seq_len) as i32);
            }
            group_indices.push(identifiers.len() as i32);
        }
        let meta = SplitMeta {
            total_groups: groups.len(),
            mean_puzzle_examples: mean_examples(
                inputs.len() / self.meta.seq_len,
                identifiers.len(),
            ),
            total_puzzles: Some(identifiers.len()),
            ..self.meta.clone()
        };
        let split = Self::new(
            meta,
            inputs,
            labels,
            identifiers,
            puzzle_indices,
            group_indices,
        )?;
        match difficulty {
            Some(difficulty) => split.with_difficulty(difficulty),
            None => Ok(split),
        }
    }
}

/// File name of an array.
pub(crate) fn array_file(array: &str) -> String {
    if array == "dataset.json" {
        array.to_owned()
    } else {
        format!("{SET}__{array}.npy")
    }
}

/// Examples per puzzle.
pub(crate) fn mean_examples(examples: usize, puzzles: usize) -> f64 {
    examples as f64 / puzzles as f64
}
