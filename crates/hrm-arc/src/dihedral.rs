//! The eight rotations and reflections of a grid.

use crate::Grid;

/// A rotation or reflection, numbered as in the published builders: 0 none, 1 to 3 rotations by
/// 90°, 180° and 270° counterclockwise, 4 mirrored left to right, 5 upside down, 6 transposed,
/// 7 transposed along the other diagonal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dihedral(u8);

impl Dihedral {
    /// Leaves every grid as it is.
    pub const IDENTITY: Self = Self(0);

    /// All eight, by number.
    pub const ALL: [Self; 8] = [
        Self(0),
        Self(1),
        Self(2),
        Self(3),
        Self(4),
        Self(5),
        Self(6),
        Self(7),
    ];

    /// The one with this number, `0..8`.
    pub fn from_number(number: usize) -> Option<Self> {
        Self::ALL.get(number).copied()
    }

    /// Its number, `0..8`.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The one that undoes this one.
    pub fn inverse(self) -> Self {
        match self.0 {
            1 => Self(3),
            3 => Self(1),
            _ => self,
        }
    }

    /// Rows and columns of the image of a grid of this size.
    pub fn image_size(self, rows: usize, cols: usize) -> (usize, usize) {
        match self.0 {
            1 | 3 | 6 | 7 => (cols, rows),
            _ => (rows, cols),
        }
    }

    /// The image of a grid.
    pub fn apply(self, grid: &Grid) -> Grid {
        let (rows, cols) = self.image_size(grid.rows(), grid.cols());
        Grid::from_parts(rows, cols, self.image_cells(grid).collect())
    }

    /// The colours of the image in reading order.
    pub(crate) fn image_cells(self, grid: &Grid) -> impl Iterator<Item = u8> {
        let (rows, cols) = (grid.rows() as isize, grid.cols() as isize);
        // Where the image's first cell comes from, and how far the source moves from one row and
        // from one column of the image to the next.
        let (first, row_step, col_step) = match self.0 {
            0 => (0, cols, 1),
            1 => (cols - 1, -1, cols),
            2 => (rows * cols - 1, -cols, -1),
            3 => (rows * cols - cols, 1, -cols),
            4 => (cols - 1, cols, -1),
            5 => (rows * cols - cols, -cols, 1),
            6 => (0, 1, cols),
            _ => (rows * cols - 1, -1, -cols),
        };
        let (image_rows, image_cols) = self.image_size(grid.rows(), grid.cols());
        (0..image_rows as isize).flat_map(move |row| {
            (0..image_cols as isize)
                .map(move |col| grid.cells()[(first + row * row_step + col * col_step) as usize])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: usize, cells: &[u8]) -> Grid {
        Grid::new(rows, cells.len() / rows, cells.to_vec()).unwrap()
    }

    /// The published builders' images of [[1, 2, 3], [4, 5, 6]].
    #[test]
    fn numbers_are_those_of_the_published_builders() {
        let cases: [(usize, &[u8]); 8] = [
            (2, &[1, 2, 3, 4, 5, 6]),
            (3, &[3, 6, 2, 5, 1, 4]),
            (2, &[6, 5, 4, 3, 2, 1]),
            (3, &[4, 1, 5, 2, 6, 3]),
            (2, &[3, 2, 1, 6, 5, 4]),
            (2, &[4, 5, 6, 1, 2, 3]),
            (3, &[1, 4, 2, 5, 3, 6]),
            (3, &[6, 3, 5, 2, 4, 1]),
        ];
        let original = grid(2, &[1, 2, 3, 4, 5, 6]);
        for (dihedral, (rows, cells)) in Dihedral::ALL.into_iter().zip(cases) {
            let image = dihedral.apply(&original);
            assert_eq!(image, grid(rows, cells), "{dihedral:?}");
            assert_eq!(dihedral.inverse().apply(&image), original, "{dihedral:?}");
            assert_eq!(dihedral.apply(&Grid::empty()), Grid::empty());
        }
    }
}
