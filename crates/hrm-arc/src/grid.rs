//! A grid of colours: the one kind of object that ARC tasks are made of.

use serde::ser::{Serialize, SerializeSeq, Serializer};
use std::fmt;
use thiserror::Error;

/// Most rows and most columns of a grid.
pub const SIDE_MAX: usize = 30;

/// Number of colours; a colour is `0..COLOURS`.
pub const COLOURS: usize = 10;

/// A rectangle of colours 0 to 9 in reading order, 1 to 30 cells high and wide.
///
/// The one other grid is [`Grid::empty`] with no rows and no columns: a prediction that has no
/// colour at its origin is cropped to it. Files of tasks cannot contain it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grid {
    rows: u8,
    cols: u8,
    cells: Box<[u8]>,
}

/// Cells that do not make a grid. Rows and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GridError {
    /// A side of 0 or above [`SIDE_MAX`].
    #[error("a grid of {rows}×{cols} cells: sides of 1 to {SIDE_MAX} are allowed")]
    Size {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        cols: usize,
    },
    /// Too few or too many cells.
    #[error("a grid of {rows}×{cols} has {} cells, found {found}", rows * cols)]
    Length {
        /// Rows of the grid.
        rows: usize,
        /// Columns of the grid.
        cols: usize,
        /// Cells found.
        found: usize,
    },
    /// A value that is no colour.
    #[error("row {row}, column {col}: {value} is not a colour (0 to 9)")]
    Colour {
        /// Row of the cell.
        row: usize,
        /// Column of the cell.
        col: usize,
        /// The value found.
        value: u8,
    },
}

impl Grid {
    /// A grid of the given cells, in reading order.
    ///
    /// # Errors
    /// If a side is 0 or above 30, the number of cells is not `rows` · `cols`, or a cell is no
    /// colour.
    pub fn new(rows: usize, cols: usize, cells: Vec<u8>) -> Result<Self, GridError> {
        let side = 1..=SIDE_MAX;
        if !side.contains(&rows) || !side.contains(&cols) {
            return Err(GridError::Size { rows, cols });
        }
        if cells.len() != rows * cols {
            return Err(GridError::Length {
                rows,
                cols,
                found: cells.len(),
            });
        }
        let bad = cells.iter().position(|&cell| usize::from(cell) >= COLOURS);
        match bad {
            Some(index) => Err(GridError::Colour {
                row: index / cols + 1,
                col: index % cols + 1,
                value: cells[index],
            }),
            None => Ok(Self::from_parts(rows, cols, cells)),
        }
    }

    /// A grid whose cells are known to be colours and to fit its size.
    pub(crate) fn from_parts(rows: usize, cols: usize, cells: Vec<u8>) -> Self {
        debug_assert!(rows <= SIDE_MAX && cols <= SIDE_MAX && cells.len() == rows * cols);
        Self {
            rows: rows as u8,
            cols: cols as u8,
            cells: cells.into_boxed_slice(),
        }
    }

    /// The grid without cells, 0×0.
    pub fn empty() -> Self {
        Self::from_parts(0, 0, Vec::new())
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        usize::from(self.rows)
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        usize::from(self.cols)
    }

    /// The colours in reading order.
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }

    /// The rows from top to bottom.
    pub fn iter_rows(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.cells.chunks_exact(self.cols().max(1))
    }
}

/// An array of rows, as in the files of the tasks.
impl Serialize for Grid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.rows()))?;
        for row in self.iter_rows() {
            rows.serialize_element(row)?;
        }
        rows.end()
    }
}

/// The size and the rows as digits: `2×3 [123 456]`.
impl fmt::Debug for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |row: &[u8]| row.iter().map(|&cell| char::from(b'0' + cell)).collect();
        let rows: Vec<String> = self.iter_rows().map(digits).collect();
        write!(f, "{}×{} [{}]", self.rows, self.cols, rows.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_the_cells_it_was_given() {
        let grid = Grid::new(2, 3, vec![1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!((grid.rows(), grid.cols()), (2, 3));
        assert_eq!(format!("{grid:?}"), "2×3 [123 456]");
        assert_eq!(serde_json::to_string(&grid).unwrap(), "[[1,2,3],[4,5,6]]");
        assert_eq!(serde_json::to_string(&Grid::empty()).unwrap(), "[]");
    }

    #[test]
    fn what_is_no_grid_is_refused_with_the_place() {
        let cases = [
            (0, 3, 0, "a grid of 0×3 cells: sides of 1 to 30 are allowed"),
            (
                31,
                1,
                31,
                "a grid of 31×1 cells: sides of 1 to 30 are allowed",
            ),
            (2, 2, 3, "a grid of 2×2 has 4 cells, found 3"),
        ];
        for (rows, cols, cells, message) in cases {
            let error = Grid::new(rows, cols, vec![0; cells]).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let error = Grid::new(2, 2, vec![0, 0, 10, 0]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "row 2, column 1: 10 is not a colour (0 to 9)"
        );
    }
}
