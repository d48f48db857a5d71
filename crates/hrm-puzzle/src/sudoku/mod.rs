//! Sudoku on boxes of any shape up to 16×16: grids, solver, generator, symmetries, canonical form.

mod candidates;
mod canonical;
mod error;
mod generate;
mod grid;
mod invariant;
mod lanes;
mod layout;
mod propagate;
mod render;
mod shape;
mod solve;
mod symmetry;

pub use canonical::{CanonicalForm, canonical};
pub use error::SudokuError;
pub use generate::{GenerateOptions, Puzzle, generate};
pub use grid::Grid;
pub use invariant::invariant;
pub use render::render;
pub use shape::Shape;
pub use solve::{Solutions, Solved, solve};
pub use symmetry::{Symmetry, SymmetryDraws};
