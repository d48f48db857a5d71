//! The shape of a Sudoku: the size of its boxes decides everything else.

use super::SudokuError;

/// Largest supported side of a grid.
pub(super) const MAX_SIZE: usize = 16;

/// The shape of a Sudoku with boxes of `box_rows` × `box_cols` cells.
///
/// The grid has `size` = `box_rows` · `box_cols` rows, columns and digits. A *band* is a row of
/// boxes (`box_rows` rows of cells), a *stack* is a column of boxes (`box_cols` columns).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape {
    box_rows: usize,
    box_cols: usize,
}

impl Shape {
    /// A shape with boxes of `box_rows` × `box_cols` cells.
    ///
    /// # Errors
    /// If a side is below 2 (rows would be boxes, which has further symmetries) or a box has more
    /// than 16 cells.
    pub fn new(box_rows: usize, box_cols: usize) -> Result<Self, SudokuError> {
        if box_rows < 2 || box_cols < 2 || box_rows.saturating_mul(box_cols) > MAX_SIZE {
            return Err(SudokuError::Shape { box_rows, box_cols });
        }
        Ok(Self { box_rows, box_cols })
    }

    /// Rows of a box, and of a band.
    pub fn box_rows(self) -> usize {
        self.box_rows
    }

    /// Columns of a box, and of a stack.
    pub fn box_cols(self) -> usize {
        self.box_cols
    }

    /// Rows, columns and digits of the grid: at most 16.
    pub fn size(self) -> usize {
        self.box_rows * self.box_cols
    }

    /// Cells of the grid: at most 256.
    pub fn cells(self) -> usize {
        self.size() * self.size()
    }

    /// Whether transposing a grid of this shape gives a grid of this shape.
    pub fn is_square(self) -> bool {
        self.box_rows == self.box_cols
    }

    /// Index of the box, in reading order, that holds the cell at `row` and `col`.
    pub(super) fn box_of(self, row: usize, col: usize) -> usize {
        row / self.box_rows() * self.box_rows() + col / self.box_cols()
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    #[test]
    fn sides_of_the_grid_follow_from_the_box() {
        for (box_rows, box_cols, size) in [
            (2, 2, 4),
            (2, 3, 6),
            (3, 2, 6),
            (3, 3, 9),
            (4, 4, 16),
            (2, 8, 16),
        ] {
            let shape = Shape::new(box_rows, box_cols).unwrap();
            assert_eq!((shape.size(), shape.cells()), (size, size * size));
        }
    }

    #[test]
    fn every_box_has_as_many_cells_as_there_are_digits() {
        let shape = Shape::new(2, 3).unwrap();
        let mut cells_of = [0; 6];
        for cell in 0..36 {
            cells_of[shape.box_of(cell / 6, cell % 6)] += 1;
        }
        assert_eq!(cells_of, [6; 6]);
        assert_eq!(shape.box_of(3, 2), 2);
    }

    #[test]
    fn unsupported_boxes_are_errors() {
        for (box_rows, box_cols) in [(0, 3), (1, 9), (9, 1), (3, 6), (5, 4), (usize::MAX, 2)] {
            assert!(
                Shape::new(box_rows, box_cols).is_err(),
                "{box_rows}×{box_cols}"
            );
        }
    }
}
