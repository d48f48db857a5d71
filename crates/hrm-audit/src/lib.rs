//! What puzzles are, and which ones sets of them share.
//!
//! A [`PuzzleSet`] is a list of puzzles with answers: a file or a split of a dataset. [`audit()`]
//! compares sets up to the symmetries of their puzzles; [`inspect()`] measures them and picks
//! examples to draw.
//!
//! Invariants: no I/O and no clock; the results depend on the arguments alone, whatever the number
//! of threads; a puzzle whose answer is wrong is a finding, never an error or a panic.

mod audit;
mod fault;
mod inspect;
mod puzzle;

pub use audit::{Audit, Likeness, SetName, SetOverlap, SetSummary, Shared, WrongPuzzle, audit};
pub use fault::Fault;
pub use inspect::{
    ARC_PALETTE, Bin, Board, Example, Inspection, Kinds, Measure, Panel, SetInspection, inspect,
};
pub use puzzle::{Entry, Place, Puzzle, PuzzleSet};
