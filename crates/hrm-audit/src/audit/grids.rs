//! Sudoku and mazes: one class per puzzle.

use super::{Likeness, Shared, WrongPuzzle};
use crate::{Entry, Fault, Puzzle, PuzzleSet};
use blake3::{Hash, Hasher};
use hrm_puzzle::{maze, sudoku};
use rayon::prelude::*;
use std::collections::HashMap;

/// The classes of every set.
pub(super) struct Grids<'a> {
    sets: Vec<Classes<'a>>,
}

struct Classes<'a> {
    /// The first entry of each class.
    first: HashMap<Hash, &'a Entry>,
    /// The classes in the order of their first entries.
    order: Vec<Hash>,
    wrong: Vec<(&'a Entry, Fault)>,
}

impl<'a> Grids<'a> {
    pub(super) fn new(sets: &'a [PuzzleSet]) -> Self {
        Self {
            sets: sets.iter().map(Classes::new).collect(),
        }
    }

    /// Number of classes of a set.
    pub(super) fn classes(&self, set: usize) -> usize {
        self.sets.get(set).map_or(0, |set| set.order.len())
    }

    /// The puzzles of a set whose answer is wrong.
    pub(super) fn wrong(&self, set: usize) -> Vec<WrongPuzzle> {
        let wrong = self.sets.get(set).into_iter().flat_map(|set| &set.wrong);
        let wrong = wrong.map(|(entry, fault)| WrongPuzzle {
            place: entry.place.to_string(),
            fault: *fault,
        });
        wrong.collect()
    }

    /// The classes of the first set that the second one has too.
    pub(super) fn shared(&self, (first, second): (usize, usize)) -> Vec<Shared> {
        let (Some(one), Some(two)) = (self.sets.get(first), self.sets.get(second)) else {
            return Vec::new();
        };
        let both = |class: &Hash| Some((*one.first.get(class)?, *two.first.get(class)?));
        let shared = one.order.iter().filter_map(both);
        shared
            .map(|(first, second)| Shared {
                first: first.place.to_string(),
                second: second.place.to_string(),
                same_name: false,
                likeness: likeness(&first.puzzle, &second.puzzle),
            })
            .collect()
    }
}

impl<'a> Classes<'a> {
    fn new(set: &'a PuzzleSet) -> Self {
        let class = |entry: &'a Entry| Some((entry, class(&entry.puzzle)?));
        let classes: Vec<_> = set.entries.par_iter().filter_map(class).collect();
        let mut found = Self {
            first: HashMap::new(),
            order: Vec::new(),
            wrong: Vec::new(),
        };
        for (entry, class) in classes {
            match class {
                Ok(class) => {
                    found.first.entry(class).or_insert_with(|| {
                        found.order.push(class);
                        entry
                    });
                }
                Err(fault) => found.wrong.push((entry, fault)),
            }
        }
        found
    }
}

/// A hash of the canonical form; nothing for ARC tasks.
fn class(puzzle: &Puzzle) -> Option<Result<Hash, Fault>> {
    if let Some(fault) = puzzle.fault() {
        return Some(Err(fault));
    }
    let mut hasher = Hasher::new();
    match puzzle {
        Puzzle::Sudoku { question, answer } => {
            hasher.update(b"sudoku");
            hasher.update(sudoku::canonical(question, answer).as_bytes());
        }
        Puzzle::Maze { question, .. } => {
            let canonical = maze::canonical(question);
            hasher.update(format!("maze {} {canonical}", canonical.rows()).as_bytes());
        }
        Puzzle::Arc(_) => return None,
    }
    Some(Ok(hasher.finalize()))
}

/// How two puzzles of one class agree. Two mazes are the same whichever shortest path is marked.
fn likeness(one: &Puzzle, two: &Puzzle) -> Likeness {
    let same = match (one, two) {
        (Puzzle::Sudoku { question: one, .. }, Puzzle::Sudoku { question: two, .. }) => one == two,
        (Puzzle::Maze { question: one, .. }, Puzzle::Maze { question: two, .. }) => one == two,
        _ => false,
    };
    if same {
        Likeness::Same
    } else {
        Likeness::Symmetric
    }
}
