//! An augmented ARC dataset that is never held as a whole: its examples are made when asked for.

mod build;
mod files;
mod names;
mod split;

pub use build::{BuildError, DrawSource, Options, Subset};
pub use files::{SplitMeta, tasks_json};
pub use names::{NamesError, PuzzleNames};
pub use split::{Example, SplitView};

use crate::tokens::Offset;
use crate::{Augmentation, Convention, Pair, Role, Task};
use split::Parts;
use std::ops::Range;

/// One of the splits of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Split {
    /// The demonstrations of all tasks and the test pairs of the training tasks.
    Train,
    /// The test pairs of the validation tasks.
    Validation,
    /// The test pairs of the evaluation tasks.
    Test,
}

/// The plan of a dataset: its tasks, their augmentations and where each training example lies in
/// its token square. Everything else follows from these.
///
/// A *group* is one task with all its augmentations, a *puzzle* is one of these, and an *example*
/// is one pair of a puzzle. Puzzles are numbered through the groups, and the identifier of a puzzle
/// is its number + 1, because 0 is the blank identifier; a puzzle of the test split has the
/// identifier of its demonstrations. Memory: 11 bytes a puzzle and 2 a training example, so about
/// 17 MB for ARC-AGI-1 with 1,000 augmentations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArcDataset {
    convention: Convention,
    groups: Vec<Group>,
    /// By puzzle.
    augmentations: Vec<Augmentation>,
    /// By example of the train split.
    offsets: Vec<Offset>,
    parts: Parts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    task: Task,
    role: Role,
    puzzles: Range<usize>,
}

impl Group {
    /// The pairs of the group's puzzles that belong to a split, in the order of the examples.
    fn pairs(&self, split: Split) -> impl Iterator<Item = &Pair> + Clone {
        let (all, some): (_, &[Pair]) = match (split, self.role) {
            (Split::Train, Role::Training) => (Some(self.task.pairs()), &[]),
            (Split::Train, Role::Validation | Role::Evaluation) => (None, self.task.train()),
            (Split::Validation, Role::Validation) | (Split::Test, Role::Evaluation) => {
                (None, self.task.test())
            }
            (Split::Validation | Split::Test, _) => (None, &[]),
        };
        all.into_iter().flatten().chain(some)
    }
}

/// One puzzle of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PuzzleRef<'a> {
    /// The name of its task.
    pub task: &'a str,
    /// What it does to the task's grids.
    pub augmentation: Augmentation,
    /// Its place among the puzzles of the task; 0 is the original.
    pub index: usize,
}

impl ArcDataset {
    /// Whose names and files the dataset has.
    pub fn convention(&self) -> Convention {
        self.convention
    }

    /// The tasks with their roles, in the order of the groups.
    pub fn tasks(&self) -> impl ExactSizeIterator<Item = (&Task, Role)> {
        self.groups.iter().map(|group| (&group.task, group.role))
    }

    /// The tasks of one role, in the order of the groups.
    pub fn tasks_of(&self, role: Role) -> impl Iterator<Item = &Task> {
        self.tasks()
            .filter(move |&(_, its)| its == role)
            .map(|(task, _)| task)
    }

    /// The tasks whose test pairs are evaluated, in the order of the groups.
    pub fn evaluation_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks_of(Role::Evaluation)
    }

    /// Puzzle identifiers, the blank one included.
    pub fn identifiers(&self) -> usize {
        self.augmentations.len() + 1
    }

    /// The puzzle of an identifier; nothing for the blank one and for those that are not in use.
    pub fn puzzle(&self, identifier: usize) -> Option<PuzzleRef<'_>> {
        let puzzle = identifier.checked_sub(1)?;
        let augmentation = *self.augmentations.get(puzzle)?;
        let after = self
            .groups
            .partition_point(|group| group.puzzles.end <= puzzle);
        let group = self.groups.get(after)?;
        Some(PuzzleRef {
            task: group.task.name(),
            augmentation,
            index: puzzle - group.puzzles.start,
        })
    }

    /// One of the splits.
    pub fn split(&self, split: Split) -> SplitView<'_> {
        SplitView {
            dataset: self,
            split,
        }
    }
}
