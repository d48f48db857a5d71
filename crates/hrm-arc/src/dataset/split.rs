//! One split of a dataset: counts, indices and examples.

use super::{ArcDataset, Group, PuzzleRef, Split};
use crate::tokens::{Offset, Tokens, encode};
use crate::{Augmentation, Pair};

/// One split, seen through the plan of its dataset.
#[derive(Debug, Clone, Copy)]
pub struct SplitView<'a> {
    pub(super) dataset: &'a ArcDataset,
    pub(super) split: Split,
}

/// Where the groups of each split begin.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Parts {
    train: Vec<Part>,
    validation: Vec<Part>,
    test: Vec<Part>,
}

/// A group's part of a split.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// Its place among all groups of the dataset.
    group: usize,
    puzzles: usize,
    /// Pairs of each puzzle.
    pairs: usize,
    /// Its first puzzle and example within the split.
    first_puzzle: usize,
    first_example: usize,
}

impl Part {
    fn end_puzzle(&self) -> usize {
        self.first_puzzle + self.puzzles
    }

    fn end_example(&self) -> usize {
        self.first_example + self.puzzles * self.pairs
    }
}

impl Parts {
    pub(super) fn of(groups: &[Group]) -> Self {
        Self {
            train: parts(groups, Split::Train),
            validation: parts(groups, Split::Validation),
            test: parts(groups, Split::Test),
        }
    }
}

fn parts(groups: &[Group], split: Split) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let pairs = group.pairs(split).count();
        if pairs > 0 {
            parts.push(Part {
                group: index,
                puzzles: group.puzzles.len(),
                pairs,
                first_puzzle: parts.last().map_or(0, Part::end_puzzle),
                first_example: parts.last().map_or(0, Part::end_example),
            });
        }
    }
    parts
}

impl<'a> SplitView<'a> {
    fn parts(&self) -> &'a [Part] {
        let Parts {
            train,
            validation,
            test,
        } = &self.dataset.parts;
        match self.split {
            Split::Train => train,
            Split::Validation => validation,
            Split::Test => test,
        }
    }

    /// Number of groups.
    pub fn groups(&self) -> usize {
        self.parts().len()
    }

    /// Number of puzzles.
    pub fn puzzles(&self) -> usize {
        self.parts().last().map_or(0, Part::end_puzzle)
    }

    /// Number of examples.
    pub fn examples(&self) -> usize {
        self.parts().last().map_or(0, Part::end_example)
    }

    /// First puzzle of each group, and the number of puzzles at the end: `[groups + 1]`.
    pub fn group_indices(&self) -> impl Iterator<Item = usize> + use<'a> {
        std::iter::once(0).chain(self.parts().iter().map(Part::end_puzzle))
    }

    /// First example of each puzzle, and the number of examples at the end: `[puzzles + 1]`.
    pub fn puzzle_indices(&self) -> impl Iterator<Item = usize> + use<'a> {
        let ends = self.parts().iter().flat_map(|part| {
            (1..=part.puzzles).map(|puzzles| part.first_example + puzzles * part.pairs)
        });
        std::iter::once(0).chain(ends)
    }

    /// Identifier of each puzzle: `[puzzles]`.
    pub fn puzzle_identifiers(&self) -> impl Iterator<Item = usize> + use<'a> {
        let groups = &self.dataset.groups;
        let puzzles = |part: &'a Part| groups[part.group].puzzles.clone();
        self.parts()
            .iter()
            .flat_map(puzzles)
            .map(|puzzle| puzzle + 1)
    }

    /// The example with this number; nothing from [`Self::examples`] on.
    pub fn example(&self, example: usize) -> Option<Example<'a>> {
        let parts = self.parts();
        let number = parts.partition_point(|part| part.end_example() <= example);
        let part = parts.get(number)?;
        let place = example - part.first_example;
        let (index, pair_index) = (place / part.pairs, place % part.pairs);
        let group = &self.dataset.groups[part.group];
        let puzzle = group.puzzles.start + index;
        Some(Example {
            puzzle: PuzzleRef {
                task: group.task.name(),
                augmentation: self.dataset.augmentations[puzzle],
                index,
            },
            identifier: puzzle + 1,
            pair_index,
            pair: group.pairs(self.split).nth(pair_index)?,
            offset: match self.split {
                Split::Train => self.dataset.offsets[example],
                Split::Validation | Split::Test => Offset::default(),
            },
        })
    }

    /// All examples in order: group by group, puzzle by puzzle.
    pub fn iter(&self) -> impl Iterator<Item = Example<'a>> {
        (0..self.examples()).map_while(|example| self.example(example))
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
