//! What can be wrong with a maze or the options of the generator.

use super::COLS_MAX;
use thiserror::Error;

/// A rejected maze or generator option. Rows and columns count from 1.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum MazeError {
    /// A maze with too few or too many cells.
    #[error("a {rows}×{cols} maze has {} cells, found {found}", rows.saturating_mul(*cols))]
    Length {
        /// Rows of the maze.
        rows: usize,
        /// Columns of the maze.
        cols: usize,
        /// Cells found.
        found: usize,
    },
    /// A character that is no cell.
    #[error(
        "row {row}, column {col}: `{symbol}` is not a cell of a maze (`#` wall, space open, `S` start, `G` goal, `o` path)"
    )]
    Symbol {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        col: usize,
        /// The character found.
        symbol: char,
    },
    /// A size that the generator does not support.
    #[error(
        "mazes of {rows}×{cols} cells cannot be generated: two cells are needed, and at most {COLS_MAX} rows and columns"
    )]
    Size {
        /// Rows of the maze.
        rows: usize,
        /// Columns of the maze.
        cols: usize,
    },
    /// Bounds that are no probabilities or in the wrong order.
    #[error(
        "wall probabilities from {low} to {high} are impossible: 0 <= low <= high <= 1 must hold"
    )]
    WallProbability {
        /// Lower bound.
        low: f64,
        /// Upper bound.
        high: f64,
    },
    /// No maze with a path as long as that turned up.
    #[error(
        "no maze with a shortest path of at least {min_path} steps in {tries} tries: \
         ask for shorter paths, another wall probability or more tries"
    )]
    TriesExhausted {
        /// Steps that the shortest path must have at least.
        min_path: usize,
        /// Mazes that were drawn.
        tries: u32,
    },
}
