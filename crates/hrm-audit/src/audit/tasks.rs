//! ARC tasks, which can share a name, single pairs, or all pairs.

use super::{Likeness, Shared};
use crate::{Puzzle, PuzzleSet};
use hrm_arc::{Fingerprints, Task, overlap};

/// The tasks of every set.
pub(super) struct Tasks<'a> {
    sets: Vec<Fingerprints<'a>>,
}

impl<'a> Tasks<'a> {
    pub(super) fn new(sets: &'a [PuzzleSet]) -> Self {
        let task = |puzzle: &'a Puzzle| match puzzle {
            Puzzle::Arc(task) => Some(task),
            Puzzle::Sudoku { .. } | Puzzle::Maze { .. } => None,
        };
        let tasks = |set: &'a PuzzleSet| -> Vec<&'a Task> {
            let puzzles = set.entries.iter().map(|entry| &entry.puzzle);
            puzzles.filter_map(task).collect()
        };
        Self {
            sets: sets
                .iter()
                .map(|set| Fingerprints::new(tasks(set)))
                .collect(),
        }
    }

    /// Number of classes of a set.
    pub(super) fn classes(&self, set: usize) -> usize {
        self.sets.get(set).map_or(0, Fingerprints::classes)
    }

    /// Every task of the first set with every one of the second that it shares something with.
    pub(super) fn shared(&self, (first, second): (usize, usize)) -> Vec<Shared> {
        let (Some(first), Some(second)) = (self.sets.get(first), self.sets.get(second)) else {
            return Vec::new();
        };
        let shared = overlap(first, second).into_iter();
        shared
            .map(|found| Shared {
                likeness: likeness(&found),
                same_name: found.same_name,
                first: found.first,
                second: found.second,
            })
            .collect()
    }
}

fn likeness(found: &hrm_arc::Overlap) -> Likeness {
    match (found.likeness, found.shared_pairs) {
        (Some(hrm_arc::Likeness::Same), _) => Likeness::Same,
        (Some(hrm_arc::Likeness::Symmetric), _) => Likeness::Symmetric,
        (None, 0) => Likeness::Name,
        (None, pairs) => Likeness::Pairs(pairs),
    }
}
