//! One split of a dataset: counts, indices and examples.

use super::{ArcDataset, Group, PuzzleRef, Split};
use crate::tokens::{Offset, Tokens, encode};
use crate::{Augmentation, Pair};

/// One split, seen through the plan of its dataset.
#[derive(Debug, Clone)]
pub struct SplitView<'a> {
    dataset: &'a ArcDataset,
    split: Split,
    groups: Vec<SplitGroup<'a>>,
}

/// A group's part of a split.
#[derive(Debug, Clone)]
struct SplitGroup<'a> {
    group: &'a Group,
    pairs: Vec<&'a Pair>,
    /// Its first puzzle and example within the split.
    first_puzzle: usize,
    first_example: usize,
}

impl SplitGroup<'_> {
    fn end_puzzle(&self) -> usize {
        self.first_puzzle + self.group.puzzles.len()
    }

    fn end_example(&self) -> usize {
        self.first_example + self.group.puzzles.len() * self.pairs.len()
    }
}

impl<'a> SplitView<'a> {
    pub(super) fn new(dataset: &'a ArcDataset, split: Split) -> Self {
        let mut groups: Vec<SplitGroup<'_>> = Vec::new();
        for group in &dataset.groups {
            let pairs = group.pairs(split);
            if !pairs.is_empty() {
                groups.push(SplitGroup {
                    group,
                    pairs,
                    first_puzzle: groups.last().map_or(0, SplitGroup::end_puzzle),
                    first_example: groups.last().map_or(0, SplitGroup::end_example),
                });
            }
        }
        Self {
            dataset,
            split,
            groups,
        }
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.groups.len()
    }

    /// Number of puzzles.
    pub fn puzzles(&self) -> usize {
        self.groups.last().map_or(0, SplitGroup::end_puzzle)
    }

    /// Number of examples.
    pub fn examples(&self) -> usize {
        self.groups.last().map_or(0, SplitGroup::end_example)
    }

    /// First puzzle of each group, and the number of puzzles at the end: `[groups + 1]`.
    pub fn group_indices(&self) -> impl Iterator<Item = usize> {
        std::iter::once(0).chain(self.groups.iter().map(SplitGroup::end_puzzle))
    }

    /// First example of each puzzle, and the number of examples at the end: `[puzzles + 1]`.
    pub fn puzzle_indices(&self) -> impl Iterator<Item = usize> {
        let ends = self.groups.iter().flat_map(|part| {
            (1..=part.group.puzzles.len())
                .map(|puzzles| part.first_example + puzzles * part.pairs.len())
        });
        std::iter::once(0).chain(ends)
    }

    /// Identifier of each puzzle: `[puzzles]`.
    pub fn puzzle_identifiers(&self) -> impl Iterator<Item = usize> {
        let puzzles = |part: &SplitGroup<'_>| part.group.puzzles.clone();
        self.groups
            .iter()
            .flat_map(puzzles)
            .map(|puzzle| puzzle + 1)
    }

    /// The example with this number; nothing from [`Self::examples`] on.
    pub fn example(&self, example: usize) -> Option<Example<'a>> {
        let number = self
            .groups
            .partition_point(|part| part.end_example() <= example);
        let part = self.groups.get(number)?;
        let place = example - part.first_example;
        let (index, pair) = (place / part.pairs.len(), place % part.pairs.len());
        let puzzle = part.group.puzzles.start + index;
        Some(Example {
            puzzle: PuzzleRef {
                task: part.group.task.name(),
                augmentation: self.dataset.augmentations[puzzle],
                index,
            },
            identifier: puzzle + 1,
            pair_index: pair,
            pair: part.pairs[pair],
            offset: match self.split {
                Split::Train => self.dataset.offsets[example],
                Split::Test => Offset::default(),
            },
        })
    }

    /// All examples in order: group by group, puzzle by puzzle.
    pub fn iter(&self) -> impl Iterator<Item = Example<'a>> {
        (0..self.examples()).map_while(|example| self.example(example))
    }

    pub(super) fn dataset(&self) -> &'a ArcDataset {
        self.dataset
    }
}

/// One example: a pair of a task under one of its augmentations, at its place in the token square.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Example<'a> {
    /// The puzzle that it belongs to.
    pub puzzle: PuzzleRef<'a>,
    /// The puzzle's identifier.
    pub identifier: usize,
    /// Its place among the examples of the puzzle; in the test split the index of the test pair.
    pub pair_index: usize,
    pair: &'a Pair,
    offset: Offset,
}

impl Example<'_> {
    /// Writes the example's tokens.
    pub fn encode(&self, input: &mut Tokens, label: &mut Tokens) {
        let augmentation: &Augmentation = &self.puzzle.augmentation;
        encode(&self.pair.input, augmentation, self.offset, input);
        encode(&self.pair.output, augmentation, self.offset, label);
    }
}
