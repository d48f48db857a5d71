//! What can be wrong with a Sudoku shape, a grid or the options of the generator.

use super::shape::MAX_SIZE;
use thiserror::Error;

/// A rejected Sudoku shape, grid or generator option. Rows and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SudokuError {
    /// The box has a side below 2, or more than 16 cells.
    #[error(
        "boxes of {box_rows}×{box_cols} cells are not supported: each side must be at least 2 and \
         a box must have at most {MAX_SIZE} cells"
    )]
    Shape {
        /// Rows of a box.
        box_rows: usize,
        /// Columns of a box.
        box_cols: usize,
    },
    /// A grid with too few or too many cells.
    #[error("a {size}×{size} grid has {} cells, found {found}", size * size)]
    Length {
        /// Side of the grid.
        size: usize,
        /// Cells found.
        found: usize,
    },
    /// A cell value above the size of the grid.
    #[error(
        "row {row}, column {col}: {value} is not a digit of a {size}×{size} grid (0 is blank, digits are 1 to {size})"
    )]
    Digit {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        col: usize,
        /// The value found.
        value: u8,
        /// Side of the grid.
        size: usize,
    },
    /// A character that is neither a blank nor a digit of this size.
    #[error(
        "row {row}, column {col}: `{symbol}` is not a cell of a {size}×{size} grid \
         (`.` or `0` is blank, digits are `1` to `{}`)", super::grid::symbol(*size)
    )]
    Symbol {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        col: usize,
        /// The character found.
        symbol: char,
        /// Side of the grid.
        size: usize,
    },
    /// Bounds on the number of givens that no grid can meet.
    #[error(
        "givens from {low} to {high} are impossible: the bounds must be in order and at most {cells}"
    )]
    Givens {
        /// Lower bound.
        low: usize,
        /// Upper bound.
        high: usize,
        /// Cells of the grid.
        cells: usize,
    },
    /// Bounds on the number of guesses in the wrong order.
    #[error("guesses from {low} to {high} are impossible: the bounds must be in order")]
    Guesses {
        /// Lower bound.
        low: u32,
        /// Upper bound.
        high: u32,
    },
    /// No puzzle within the bounds turned up.
    #[error(
        "no puzzle within the bounds on givens and guesses in {tries} tries: widen the bounds or allow more tries"
    )]
    TriesExhausted {
        /// Full grids that were tried.
        tries: u32,
    },
}
