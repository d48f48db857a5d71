//! Pure puzzle logic: Sudoku and mazes, their solvers, generators, symmetries and canonical forms.
//!
//! Invariants of this crate: no I/O, no tensors, no token encodings; every result is a pure
//! function of the arguments and, where one is passed, of the random stream.

pub mod maze;
pub mod sudoku;
