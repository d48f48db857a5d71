//! Which puzzles sets share up to symmetry.

mod grids;
mod tasks;

use crate::{Fault, PuzzleSet};
use hrm_config::Split;
use serde::Serialize;

/// What an audit finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Every set, in the order given.
    pub sets: Vec<SetSummary>,
    /// Every two sets that share something, in the order given.
    pub overlaps: Vec<SetOverlap>,
}

/// A set as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetSummary {
    /// Which set.
    pub set: SetName,
    /// Puzzles in it.
    pub puzzles: usize,
    /// Classes under the symmetries: fewer than puzzles where some are equivalent.
    pub classes: usize,
    /// Puzzles whose answer is wrong. They belong to no class and are not compared.
    pub wrong: Vec<WrongPuzzle>,
}

/// The name of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetName {
    /// The dataset that it belongs to.
    pub dataset: String,
    /// What it is called within the dataset.
    pub name: String,
    /// What it is for.
    pub split: Split,
}

/// A puzzle whose answer is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrongPuzzle {
    /// Where it stands.
    pub place: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What two sets share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetOverlap {
    /// The set that was given first.
    pub first: SetName,
    /// The other one.
    pub second: SetName,
    /// Whether both are splits of one dataset, and not only names are shared.
    pub leak: bool,
    /// The puzzles: of each class the first of either set; of ARC, every two tasks.
    pub shared: Vec<Shared>,
}

/// A puzzle of the first set and one of the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// Where the puzzle of the first set stands.
    pub first: String,
    /// Where that of the second one stands.
    pub second: String,
    /// Whether both are ARC tasks of one name.
    pub same_name: bool,
    /// How they agree.
    pub likeness: Likeness,
}

/// How two puzzles agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// They are the same.
    Same,
    /// A symmetry maps the one onto the other.
    Symmetric,
    /// Not all, but so many pairs of the first ARC task are, up to symmetry, pairs of the second.
    Pairs(usize),
    /// Two ARC tasks have one name and no pair in common.
    Name,
}

/// Compares every two sets, each puzzle by its canonical form.
pub fn audit(sets: &[PuzzleSet]) -> Audit {
    let grids = grids::Grids::new(sets);
    let tasks = tasks::Tasks::new(sets);
    let summary = |(index, set): (usize, &PuzzleSet)| SetSummary {
        set: SetName::of(set),
        puzzles: set.entries.len(),
        classes: grids.classes(index) + tasks.classes(index),
        wrong: grids.wrong(index),
    };
    let mut overlaps = Vec::new();
    for (index, first) in sets.iter().enumerate() {
        for (offset, second) in sets[index + 1..].iter().enumerate() {
            let pair = (index, index + 1 + offset);
            let mut shared = grids.shared(pair);
            shared.extend(tasks.shared(pair));
            if !shared.is_empty() {
                overlaps.push(SetOverlap::new(first, second, shared));
            }
        }
    }
    Audit {
        sets: sets.iter().enumerate().map(summary).collect(),
        overlaps,
    }
}

impl Audit {
    /// Whether two splits of one dataset share a puzzle.
    pub fn leaks(&self) -> bool {
        self.overlaps.iter().any(|overlap| overlap.leak)
    }

    /// How many puzzles have a wrong answer.
    pub fn wrong(&self) -> usize {
        self.sets.iter().map(|set| set.wrong.len()).sum()
    }
}

impl SetName {
    fn of(set: &PuzzleSet) -> Self {
        Self {
            dataset: set.dataset.clone(),
            name: set.name.clone(),
            split: set.split,
        }
    }
}

impl SetOverlap {
    fn new(first: &PuzzleSet, second: &PuzzleSet, shared: Vec<Shared>) -> Self {
        let content = |shared: &Shared| shared.likeness != Likeness::Name;
        let splits = first.dataset == second.dataset && first.split != second.split;
        Self {
            leak: splits && shared.iter().any(content),
            first: SetName::of(first),
            second: SetName::of(second),
            shared,
        }
    }
}
