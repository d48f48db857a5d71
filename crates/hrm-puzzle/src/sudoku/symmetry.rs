//! The symmetries of Sudoku: digit relabelling, transposition, and the orders of bands, stacks,
//! rows within bands and columns within stacks.

use super::shape::MAX_SIZE;
use super::{Grid, Shape};
use rand::Rng;
use rand::seq::SliceRandom;
use std::array;

/// A permutation of up to 16 items: the item at place `i` comes from place `self[i]`.
type Permutation = [usize; MAX_SIZE];

/// The random decisions that make a symmetry.
pub trait SymmetryDraws {
    /// Puts the items in random order.
    fn shuffle(&mut self, items: &mut [usize]);

    /// True with probability ½.
    fn coin(&mut self) -> bool;
}

struct RngDraws<'a, R>(&'a mut R);

impl<R: Rng> SymmetryDraws for RngDraws<'_, R> {
    fn shuffle(&mut self, items: &mut [usize]) {
        items.shuffle(self.0);
    }

    fn coin(&mut self) -> bool {
        self.0.random()
    }
}

/// One symmetry of a shape. Applied to a grid it transposes it (where it does), moves cells (the
/// new cell at row i and column j is the old one at `rows[i]` and `columns[j]`) and relabels digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symmetry {
    shape: Shape,
    transpose: bool,
    rows: Permutation,
    columns: Permutation,
    /// The new digit of each old digit, both 0-based.
    digits: Permutation,
}

impl Symmetry {
    /// The symmetry that changes nothing.
    pub fn identity(shape: Shape) -> Self {
        let same = array::from_fn(|i| i);
        Self {
            shape,
            transpose: false,
            rows: same,
            columns: same,
            digits: same,
        }
    }

    /// A uniformly random symmetry. Only shapes with square boxes are transposed.
    pub fn random(shape: Shape, rng: &mut impl Rng) -> Self {
        Self::drawn(shape, &mut RngDraws(rng))
    }

    /// A symmetry from any source of draws, taken in the order of the published builder: digits,
    /// transposition, bands, the rows of each band, stacks, the columns of each stack.
    pub fn drawn(shape: Shape, draws: &mut impl SymmetryDraws) -> Self {
        let mut digits = array::from_fn(|i| i);
        draws.shuffle(&mut digits[..shape.size()]);
        let transpose = shape.is_square() && draws.coin();
        let rows = random_lines(shape.size(), shape.box_rows(), draws);
        let columns = random_lines(shape.size(), shape.box_cols(), draws);
        Self {
            shape,
            transpose,
            rows,
            columns,
            digits,
        }
    }

    /// The grid under this symmetry. Blanks move with the cells and stay blank.
    ///
    /// # Panics
    /// If the grid is of another shape.
    pub fn apply(&self, grid: &Grid) -> Grid {
        assert_eq!(
            grid.shape(),
            self.shape,
            "a symmetry applies to grids of its own shape"
        );
        let image = |cell: usize| self.relabel(grid.cells()[cell]);
        Grid::from_parts(self.shape, self.sources().map(image).collect())
    }

    /// For each cell of the new grid, in reading order, the cell of the old one it comes from.
    pub fn sources(&self) -> impl Iterator<Item = usize> {
        let size = self.shape.size();
        self.rows[..size].iter().flat_map(move |&row| {
            self.columns[..size].iter().map(move |&column| {
                if self.transpose {
                    column * size + row
                } else {
                    row * size + column
                }
            })
        })
    }

    /// The new value of a cell's old one: 0, which is blank, stays; so do values above the size.
    pub fn relabel(&self, value: u8) -> u8 {
        match usize::from(value) {
            digit if (1..=self.shape.size()).contains(&digit) => self.digits[digit - 1] as u8 + 1,
            _ => value,
        }
    }

    /// The symmetry that takes this one back.
    pub fn inverse(&self) -> Self {
        let (rows, columns) = (inverse(&self.rows), inverse(&self.columns));
        let (rows, columns) = if self.transpose {
            (columns, rows)
        } else {
            (rows, columns)
        };
        Self {
            rows,
            columns,
            digits: inverse(&self.digits),
            ..*self
        }
    }

    /// The symmetry that applies this one first and then `next`.
    ///
    /// # Panics
    /// If the two are of different shapes.
    pub fn compose(&self, next: &Self) -> Self {
        assert_eq!(self.shape, next.shape, "symmetries of one shape compose");
        let (rows, columns) = if next.transpose {
            (&next.columns, &next.rows)
        } else {
            (&next.rows, &next.columns)
        };
        let (rows, columns) = (rows.map(|i| self.rows[i]), columns.map(|j| self.columns[j]));
        let (rows, columns) = if next.transpose {
            (columns, rows)
        } else {
            (rows, columns)
        };
        Self {
            shape: self.shape,
            transpose: self.transpose != next.transpose,
            rows,
            columns,
            digits: self.digits.map(|digit| next.digits[digit]),
        }
    }
}

/// A random order of `size` lines that keeps lines of one group of `group` lines together.
fn random_lines(size: usize, group: usize, draws: &mut impl SymmetryDraws) -> Permutation {
    let mut groups: Permutation = array::from_fn(|i| i);
    draws.shuffle(&mut groups[..size / group]);
    let mut lines: Permutation = array::from_fn(|i| i);
    for (place, &source) in groups[..size / group].iter().enumerate() {
        let block = &mut lines[place * group..(place + 1) * group];
        for (offset, line) in block.iter_mut().enumerate() {
            *line = source * group + offset;
        }
        draws.shuffle(block);
    }
    lines
}

fn inverse(permutation: &Permutation) -> Permutation {
    let mut inverse = *permutation;
    for (place, &source) in permutation.iter().enumerate() {
        inverse[source] = place;
    }
    inverse
}
