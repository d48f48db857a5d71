//! A maze, with or without a marked path, and its one-line text form.

use super::MazeError;
use std::fmt;

/// One cell of a maze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    /// `#`: cannot be entered.
    Wall,
    /// A space: can be entered.
    Open,
    /// `S`: where the path begins.
    Start,
    /// `G`: where the path ends.
    Goal,
    /// `o`: an open cell on the marked path.
    Path,
}

impl Cell {
    /// The character of the cell.
    pub fn symbol(self) -> char {
        match self {
            Cell::Wall => '#',
            Cell::Open => ' ',
            Cell::Start => 'S',
            Cell::Goal => 'G',
            Cell::Path => 'o',
        }
    }

    /// The cell of a character, where it is one.
    pub fn from_symbol(symbol: char) -> Option<Self> {
        [Cell::Wall, Cell::Open, Cell::Start, Cell::Goal, Cell::Path]
            .into_iter()
            .find(|cell| cell.symbol() == symbol)
    }
}

/// A grid of cells in reading order. Nothing but its size is guaranteed: a prediction may well have
/// several starts, or none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Maze {
    rows: usize,
    cols: usize,
    cells: Vec<Cell>,
}

impl Maze {
    /// A maze of the given cells, in reading order.
    ///
    /// # Errors
    /// If the number of cells is not `rows` · `cols`.
    pub fn new(rows: usize, cols: usize, cells: Vec<Cell>) -> Result<Self, MazeError> {
        if rows.checked_mul(cols) == Some(cells.len()) {
            Ok(Self { rows, cols, cells })
        } else {
            Err(MazeError::Length {
                rows,
                cols,
                found: cells.len(),
            })
        }
    }

    /// A maze from its one-line form, a character of `# SGo` per cell.
    ///
    /// # Errors
    /// If the number of characters is not `rows` · `cols`, or one of them is no cell.
    pub fn parse(rows: usize, cols: usize, text: &str) -> Result<Self, MazeError> {
        let found = text.chars().count();
        if rows.checked_mul(cols) != Some(found) {
            return Err(MazeError::Length { rows, cols, found });
        }
        let cell_of = |(cell, symbol): (usize, char)| {
            Cell::from_symbol(symbol).ok_or(MazeError::Symbol {
                row: cell / cols + 1,
                col: cell % cols + 1,
                symbol,
            })
        };
        let cells = text
            .chars()
            .enumerate()
            .map(cell_of)
            .collect::<Result<_, _>>()?;
        Ok(Self { rows, cols, cells })
    }

    /// A maze whose cells are known to fit its size.
    pub(super) fn from_parts(rows: usize, cols: usize, cells: Vec<Cell>) -> Self {
        debug_assert_eq!(cells.len(), rows * cols);
        Self { rows, cols, cells }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The cells in reading order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Index of the start, if there is exactly one.
    pub fn start(&self) -> Option<usize> {
        self.only(Cell::Start)
    }

    /// Index of the goal, if there is exactly one.
    pub fn goal(&self) -> Option<usize> {
        self.only(Cell::Goal)
    }

    fn only(&self, wanted: Cell) -> Option<usize> {
        let mut found = self
            .cells
            .iter()
            .enumerate()
            .filter(|&(_, &cell)| cell == wanted);
        match (found.next(), found.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    }

    /// The cells that share a side with a cell, in the order in which the label rule looks at them:
    /// down, left, right, up.
    pub(super) fn neighbors(&self, cell: usize) -> impl Iterator<Item = usize> + use<> {
        let column = cell % self.cols;
        let down = cell + self.cols;
        [
            (down < self.cells.len()).then_some(down),
            (column > 0).then(|| cell - 1),
            (column + 1 < self.cols).then_some(cell + 1),
            cell.checked_sub(self.cols),
        ]
        .into_iter()
        .flatten()
    }
}

/// One line of `rows` · `cols` characters.
impl fmt::Display for Maze {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            &self
                .cells
                .iter()
                .map(|cell| cell.symbol())
                .collect::<String>(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        let text = "S# oG ";
        let maze = Maze::parse(2, 3, text).unwrap();
        assert_eq!(maze.to_string(), text);
        assert_eq!((maze.start(), maze.goal()), (Some(0), Some(4)));
        assert_eq!(Maze::new(2, 3, maze.cells().to_vec()).unwrap(), maze);
    }

    #[test]
    fn wrong_text_is_an_error_that_says_where() {
        let cases = [
            (2, 3, "S#", "a 2×3 maze has 6 cells, found 2"),
            (
                1,
                4,
                "S#xG",
                "row 1, column 3: `x` is not a cell of a maze (`#` wall, space open, `S` start, `G` goal, `o` path)",
            ),
        ];
        for (rows, cols, text, message) in cases {
            assert_eq!(
                Maze::parse(rows, cols, text).unwrap_err().to_string(),
                message
            );
        }
        assert!(Maze::parse(usize::MAX, 2, "").is_err());
    }

    #[test]
    fn a_start_counts_only_if_it_is_the_only_one() {
        assert_eq!(Maze::parse(1, 4, "S GS").unwrap().start(), None);
        assert_eq!(Maze::parse(1, 4, "   G").unwrap().start(), None);
    }

    #[test]
    fn neighbors_are_down_left_right_up_within_the_grid() {
        let maze = Maze::parse(3, 3, &" ".repeat(9)).unwrap();
        let cases: [(usize, &[usize]); 4] =
            [(4, &[7, 3, 5, 1]), (0, &[3, 1]), (2, &[5, 1]), (8, &[7, 5])];
        for (cell, neighbors) in cases {
            assert_eq!(maze.neighbors(cell).collect::<Vec<_>>(), neighbors);
        }
    }
}
