//! A Sudoku grid, partly or completely filled, and its one-line text form.

use super::{Shape, SudokuError};
use std::fmt;

/// A grid of a given shape. Cells are in reading order; 0 is blank, digits are 1 to `size`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grid {
    shape: Shape,
    cells: Vec<u8>,
}

impl Grid {
    /// A grid of the given cells, in reading order.
    ///
    /// # Errors
    /// If the number of cells does not fit the shape, or a value is above its size. The rules of
    /// Sudoku may be broken: see [`Grid::is_valid`].
    pub fn new(shape: Shape, cells: Vec<u8>) -> Result<Self, SudokuError> {
        let size = shape.size();
        if cells.len() != shape.cells() {
            return Err(SudokuError::Length {
                size,
                found: cells.len(),
            });
        }
        match cells.iter().position(|&value| usize::from(value) > size) {
            Some(cell) => Err(SudokuError::Digit {
                row: cell / size + 1,
                col: cell % size + 1,
                value: cells[cell],
                size,
            }),
            None => Ok(Self { shape, cells }),
        }
    }

    /// A grid from its one-line form: `.` or `0` is blank, digits above 9 are `A` to `G`.
    ///
    /// # Errors
    /// If the number of characters does not fit the shape, or one of them is no cell of it.
    pub fn parse(shape: Shape, text: &str) -> Result<Self, SudokuError> {
        let size = shape.size();
        let found = text.chars().count();
        if found != shape.cells() {
            return Err(SudokuError::Length { size, found });
        }
        let cell_of = |(cell, symbol): (usize, char)| {
            value(symbol)
                .filter(|&value| usize::from(value) <= size)
                .ok_or(SudokuError::Symbol {
                    row: cell / size + 1,
                    col: cell % size + 1,
                    symbol,
                    size,
                })
        };
        let cells = text
            .chars()
            .enumerate()
            .map(cell_of)
            .collect::<Result<_, _>>()?;
        Ok(Self { shape, cells })
    }

    /// A grid whose cells are known to fit the shape.
    pub(super) fn from_parts(shape: Shape, cells: Vec<u8>) -> Self {
        debug_assert_eq!(cells.len(), shape.cells());
        debug_assert!(
            cells
                .iter()
                .all(|&value| usize::from(value) <= shape.size())
        );
        Self { shape, cells }
    }

    /// The shape of the grid.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The cells in reading order: 0 is blank, digits are 1 to `size`.
    pub fn cells(&self) -> &[u8] {
        &self.cells
    }

    /// Number of cells that are not blank.
    pub fn givens(&self) -> usize {
        self.cells.iter().filter(|&&value| value != 0).count()
    }

    /// Whether no digit stands twice in a row, column or box. Blanks are allowed.
    pub fn is_valid(&self) -> bool {
        let size = self.shape.size();
        let mut seen = [[0u32; super::shape::MAX_SIZE]; 3];
        self.cells
            .iter()
            .enumerate()
            .filter(|&(_, &value)| value != 0)
            .all(|(cell, &value)| {
                let (row, col) = (cell / size, cell % size);
                [row, col, self.shape.box_of(row, col)]
                    .into_iter()
                    .zip(&mut seen)
                    .all(|(unit, seen)| {
                        let repeated = seen[unit] >> value & 1 == 1;
                        seen[unit] |= 1 << value;
                        !repeated
                    })
            })
    }

    /// Whether every row, column and box holds every digit once.
    pub fn is_complete(&self) -> bool {
        self.givens() == self.cells.len() && self.is_valid()
    }

    /// Whether every given of `puzzle` stands here too. Never where the shapes differ.
    pub fn keeps_givens_of(&self, puzzle: &Grid) -> bool {
        let keeps_given = |(&mine, &given): (&u8, &u8)| given == 0 || given == mine;
        self.shape == puzzle.shape && self.cells.iter().zip(&puzzle.cells).all(keeps_given)
    }

    /// Whether this grid is complete and keeps every given of `puzzle`.
    pub fn is_solution_of(&self, puzzle: &Grid) -> bool {
        self.is_complete() && self.keeps_givens_of(puzzle)
    }

    /// Makes the cell blank.
    pub(super) fn clear(&mut self, cell: usize) {
        self.cells[cell] = 0;
    }

    /// Gives the cell a digit.
    pub(super) fn set(&mut self, cell: usize, digit: u8) {
        self.cells[cell] = digit;
    }
}

/// One line of `size`² characters, `.` for blank.
impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            &self
                .cells
                .iter()
                .map(|&value| symbol(usize::from(value)))
                .collect::<String>(),
        )
    }
}

/// The character of a cell value: `.` for 0, then `1` to `9`, then `A` to `G`.
pub(super) fn symbol(value: usize) -> char {
    let digit = u32::try_from(value)
        .ok()
        .filter(|&value| value != 0)
        .and_then(|value| char::from_digit(value, RADIX));
    digit.map_or('.', |symbol| symbol.to_ascii_uppercase())
}

/// The cell value of a character, the inverse of [`symbol`]; `0` is blank and `a` is `A`.
fn value(symbol: char) -> Option<u8> {
    if symbol == '.' {
        Some(0)
    } else {
        symbol
            .to_digit(RADIX)
            .and_then(|value| u8::try_from(value).ok())
    }
}

/// Cell values, the blank included, of the largest grid.
const RADIX: u32 = super::shape::MAX_SIZE as u32 + 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(box_rows: usize, box_cols: usize) -> Shape {
        Shape::new(box_rows, box_cols).unwrap()
    }

    #[test]
    fn text_round_trips() {
        for (shape, text) in [
            (shape(2, 2), ".42...3.....21.3".to_string()),
            (shape(4, 4), "123456789ABCDEFG".repeat(16)),
            (shape(2, 3), ".".repeat(36)),
        ] {
            assert_eq!(Grid::parse(shape, &text).unwrap().to_string(), text);
        }
        assert_eq!(
            Grid::parse(shape(2, 2), &"0".repeat(16)).unwrap().givens(),
            0
        );
    }

    #[test]
    fn wrong_text_is_an_error_that_says_where() {
        let cases = [
            ("1234", "a 4×4 grid has 16 cells, found 4"),
            (
                "......7.........",
                "row 2, column 3: `7` is not a cell of a 4×4 grid (`.` or `0` is blank, digits are `1` to `4`)",
            ),
            (
                ".............é..",
                "row 4, column 2: `é` is not a cell of a 4×4 grid (`.` or `0` is blank, digits are `1` to `4`)",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(
                Grid::parse(shape(2, 2), text).unwrap_err().to_string(),
                message
            );
        }
        let error = Grid::new(shape(2, 2), [[0; 15].as_slice(), &[5]].concat()).unwrap_err();
        assert_eq!(
            error,
            SudokuError::Digit {
                row: 4,
                col: 4,
                value: 5,
                size: 4
            }
        );
    }

    #[test]
    fn a_repeated_digit_in_any_unit_is_invalid() {
        let cases = [
            ("11..............", false),
            ("1...1...........", false),
            ("1....1..........", false),
            ("1.....1..1.....1", true),
        ];
        for (text, valid) in cases {
            assert_eq!(
                Grid::parse(shape(2, 2), text).unwrap().is_valid(),
                valid,
                "{text}"
            );
        }
    }

    #[test]
    fn boxes_of_a_rectangular_shape_are_checked() {
        // Rows 1-2, columns 1-3 are one box; column 4 starts the next.
        assert!(
            !Grid::parse(shape(2, 3), &format!("1.......1{}", ".".repeat(27)))
                .unwrap()
                .is_valid()
        );
        assert!(
            Grid::parse(shape(2, 3), &format!("1........1{}", ".".repeat(26)))
                .unwrap()
                .is_valid()
        );
    }

    #[test]
    fn a_solution_is_complete_and_keeps_the_givens() {
        let puzzle = Grid::parse(shape(2, 2), ".42...3.....21.3").unwrap();
        // Text, whether it is complete, whether it keeps the givens.
        let cases = [
            ("3421123443122143", true, true),
            ("342112344312214.", false, false),
            ("34211234431221.3", false, true),
            ("3421123443122133", false, true),
            ("1234341221434321", true, false),
        ];
        for (text, complete, keeps) in cases {
            let grid = Grid::parse(shape(2, 2), text).unwrap();
            assert_eq!(grid.is_complete(), complete, "{text}");
            assert_eq!(grid.keeps_givens_of(&puzzle), keeps, "{text}");
            assert_eq!(grid.is_solution_of(&puzzle), complete && keeps, "{text}");
        }
        let other_shape = Grid::new(shape(2, 3), vec![0; 36]).unwrap();
        assert!(!puzzle.keeps_givens_of(&other_shape));
    }
}
