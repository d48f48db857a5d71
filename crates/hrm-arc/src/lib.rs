//! ARC: tasks, augmentation, token grids, the published datasets, voting and scores.
//!
//! Invariants: no I/O and no tensors; text and tokens come in, values and text go out; every result
//! is a pure function of its arguments, whatever the number of threads.

mod augment;
mod augmentation;
mod canonical;
mod colours;
mod convention;
pub mod dataset;
mod dihedral;
mod draws;
mod grid;
mod hash;
mod json;
mod numpy;
mod overlap;
mod pair_image;
mod parse;
mod recipe;
pub mod scoring;
mod task;
pub mod tokens;

pub use augment::augmentations;
pub use augmentation::Augmentation;
pub use canonical::{canonical_pair, canonical_task};
pub use colours::ColourPermutation;
pub use convention::{Convention, NameError};
pub use dihedral::Dihedral;
pub use grid::{COLOURS, Grid, GridError, SIDE_MAX};
pub use hash::{Digest, grid_hash, puzzle_hash};
pub use json::python_json;
pub use numpy::NumpyLegacy;
pub use overlap::{Fingerprints, Likeness, Overlap, overlap};
pub use parse::{Place, TaskError, parse_kaggle, parse_task, parse_tasks};
pub use recipe::{Collection, Recipe, Role, SubsetSource};
pub use task::{Pair, PairOrder, Task, TaskContentError};
