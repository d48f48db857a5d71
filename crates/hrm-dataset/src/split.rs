//! One split of a dataset in memory, with its invariants.

use crate::examples::{Examples, Stored};
use crate::meta::{SET, SplitMeta};
use crate::{DatasetError, SplitCounts};
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

/// One split: groups of puzzles of examples, indexed as in the published arrays. The tokens of
/// augmented copies are not held: a copy is made when it is asked for.
///
/// A value of this type is consistent: there is at least one group, no group and no puzzle is
/// empty, every token is below the vocabulary size and every identifier below their number.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitData {
    pub(crate) meta: SplitMeta,
    pub(crate) tokens: Examples,
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
        Self {
            meta,
            tokens: Examples::Stored(Stored { inputs, labels }),
            puzzle_identifiers,
            puzzle_indices,
            group_indices,
            difficulty: None,
        }
        .checked(Path::new(""))
    }

    /// The same split, if it is consistent. `dir` is the folder that errors name.
    pub(crate) fn checked(self, dir: &Path) -> Result<Self, DatasetError> {
        match self.check() {
            Ok(()) => Ok(self),
            Err(fault) => {
                let file = dir.join(array_file(fault.array));
                Err(DatasetError::malformed(&file, fault.reason))
            }
        }
    }

    /// The same split with a difficulty for every example.
    ///
    /// # Errors
    /// Where there is not exactly one number per example, or one exceeds `i32::MAX`.
    pub fn with_difficulty(self, difficulty: Vec<u32>) -> Result<Self, DatasetError> {
        Self {
            difficulty: Some(difficulty),
            ..self
        }
        .checked(Path::new(""))
    }

    /// Sizes and special ids.
    pub fn meta(&self) -> &SplitMeta {
        &self.meta
    }

    /// Number of examples.
    pub fn examples(&self) -> usize {
        // Indices end with the number of what they index, and are never negative.
        self.puzzle_indices.last().map_or(0, |&end| end as usize)
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

    /// Writes the tokens of an example, `[seq_len]` each: its input, and its label as stored, with
    /// `ignore_label_id` among its tokens.
    ///
    /// # Panics
    /// If `example` is not below [`Self::examples`], or a slice has another length; so do the other
    /// functions of an index.
    pub fn encode(&self, example: usize, input: &mut [u8], label: &mut [u8]) {
        self.tokens.encode(example, input, label);
    }

    /// Input tokens of an example, `[seq_len]`.
    pub fn input(&self, example: usize) -> Cow<'_, [u8]> {
        self.tokens_of(example).0
    }

    /// Label tokens of an example, `[seq_len]`, as stored.
    pub fn label(&self, example: usize) -> Cow<'_, [u8]> {
        self.tokens_of(example).1
    }

    fn tokens_of(&self, example: usize) -> (Cow<'_, [u8]>, Cow<'_, [u8]>) {
        let seq_len = self.meta.seq_len;
        if let Examples::Stored(stored) = &self.tokens {
            let (input, label) = stored.example(example, seq_len);
            return (input.into(), label.into());
        }
        let (mut input, mut label) = (vec![0; seq_len], vec![0; seq_len]);
        self.encode(example, &mut input, &mut label);
        (input.into(), label.into())
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

    /// Whether another split has the same sizes, groups, puzzles and identifiers.
    pub(crate) fn has_indices_of(&self, other: &Self) -> bool {
        self.meta == other.meta
            && self.puzzle_identifiers == other.puzzle_identifiers
            && self.puzzle_indices == other.puzzle_indices
            && self.group_indices == other.group_indices
    }

    /// A split of some puzzles of this one, each in a group of its own, in the order given. Its
    /// tokens are stored.
    pub(crate) fn select(&self, groups: &[Vec<usize>]) -> Result<Self, DatasetError> {
        let mut examples = Vec::new();
        let mut identifiers = Vec::new();
        let (mut puzzle_indices, mut group_indices) = (vec![0], vec![0]);
        for puzzles in groups {
            for &puzzle in puzzles {
                examples.extend(self.puzzle_examples(puzzle));
                identifiers.push(self.puzzle_identifiers[puzzle]);
                // No more than the indices of `self`, which fit.
                puzzle_indices.push(examples.len() as i32);
            }
            group_indices.push(identifiers.len() as i32);
        }
        let tokens = || examples.iter().map(|&example| self.tokens_of(example));
        let difficulty = |difficulty: &Vec<u32>| examples.iter().map(|&e| difficulty[e]).collect();
        Self {
            meta: SplitMeta {
                total_groups: groups.len(),
                mean_puzzle_examples: mean_examples(examples.len(), identifiers.len()),
                total_puzzles: Some(identifiers.len()),
                ..self.meta.clone()
            },
            tokens: Examples::Stored(Stored {
                inputs: tokens().flat_map(|(input, _)| input.into_owned()).collect(),
                labels: tokens().flat_map(|(_, label)| label.into_owned()).collect(),
            }),
            puzzle_identifiers: identifiers,
            puzzle_indices,
            group_indices,
            difficulty: self.difficulty.as_ref().map(difficulty),
        }
        .checked(Path::new(""))
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
