//! The two ways in which cells are written: the text of the CSV files and the stored tokens.

use crate::{Part, RowFault};
use hrm_puzzle::maze::{Cell, Maze, MazeError};
use hrm_puzzle::sudoku::{Grid, Shape};

/// Cells in reading order, as text or as tokens.
///
/// `&str` and `String`: one character per cell, as in the published CSV files; see [`Grid::parse`]
/// and [`Maze::parse`]. `&[u8]`: one token per cell, as in the published arrays. Sudoku: 1 is
/// blank, d + 1 the digit d. Maze: 1 to 5 are the characters `# SGo`. Padding, token 0, is in no
/// published puzzle, but a model can predict it: it is a cell without a digit, or no cell of a
/// maze.
pub trait Cells {
    /// Whether there are none: the puzzle was not answered.
    fn is_empty(&self) -> bool;

    /// The cells as a Sudoku grid.
    ///
    /// # Errors
    /// If there are too few or too many, or one of them is neither blank nor a digit of the shape.
    fn grid(&self, shape: Shape, part: Part) -> Result<Grid, RowFault>;

    /// The cells of a maze; nothing for padding.
    ///
    /// # Errors
    /// If there are too few or too many, or one of them is no cell of a maze.
    fn maze(&self, rows: usize, cols: usize, part: Part) -> Result<Vec<Option<Cell>>, RowFault>;
}

impl Cells for &str {
    fn is_empty(&self) -> bool {
        str::is_empty(self)
    }

    fn grid(&self, shape: Shape, part: Part) -> Result<Grid, RowFault> {
        Grid::parse(shape, self).map_err(|error| RowFault::Grid { part, error })
    }

    fn maze(&self, rows: usize, cols: usize, part: Part) -> Result<Vec<Option<Cell>>, RowFault> {
        let maze = Maze::parse(rows, cols, self);
        let maze = maze.map_err(|error| RowFault::Maze { part, error })?;
        Ok(maze.cells().iter().copied().map(Some).collect())
    }
}

impl Cells for String {
    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    fn grid(&self, shape: Shape, part: Part) -> Result<Grid, RowFault> {
        self.as_str().grid(shape, part)
    }

    fn maze(&self, rows: usize, cols: usize, part: Part) -> Result<Vec<Option<Cell>>, RowFault> {
        self.as_str().maze(rows, cols, part)
    }
}

impl Cells for &[u8] {
    fn is_empty(&self) -> bool {
        <[u8]>::is_empty(self)
    }

    fn grid(&self, shape: Shape, part: Part) -> Result<Grid, RowFault> {
        let digits = self.iter().map(|token| token.saturating_sub(1)).collect();
        Grid::new(shape, digits).map_err(|error| RowFault::Grid { part, error })
    }

    fn maze(&self, rows: usize, cols: usize, part: Part) -> Result<Vec<Option<Cell>>, RowFault> {
        let found = self.len();
        if rows.checked_mul(cols) != Some(found) {
            let error = MazeError::Length { rows, cols, found };
            return Err(RowFault::Maze { part, error });
        }
        let cell = |(index, &token): (usize, &u8)| match token {
            0 if part == Part::Prediction => Ok(None),
            1 => Ok(Some(Cell::Wall)),
            2 => Ok(Some(Cell::Open)),
            3 => Ok(Some(Cell::Start)),
            4 => Ok(Some(Cell::Goal)),
            5 => Ok(Some(Cell::Path)),
            _ => Err(RowFault::MazeToken {
                part,
                cell: index + 1,
                token,
            }),
        };
        self.iter().enumerate().map(cell).collect()
    }
}
