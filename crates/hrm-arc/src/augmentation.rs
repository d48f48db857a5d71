//! One augmentation of a task: a rotation or reflection with a permutation of colours.

use crate::{ColourPermutation, Dihedral, Grid};

/// What an augmented puzzle does to every grid of its task. 11 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Augmentation {
    /// Moves the cells.
    pub dihedral: Dihedral,
    /// Renames the colours.
    pub colours: ColourPermutation,
}

impl Augmentation {
    /// Leaves every grid as it is.
    pub const IDENTITY: Self = Self {
        dihedral: Dihedral::IDENTITY,
        colours: ColourPermutation::IDENTITY,
    };

    /// The augmentation that undoes this one.
    pub fn inverse(&self) -> Self {
        // Moving cells and renaming colours commute.
        Self {
            dihedral: self.dihedral.inverse(),
            colours: self.colours.inverse(),
        }
    }

    /// The augmented grid.
    pub fn apply(&self, grid: &Grid) -> Grid {
        let (rows, cols) = self.dihedral.image_size(grid.rows(), grid.cols());
        Grid::from_parts(rows, cols, self.image_cells(grid).collect())
    }

    /// The colours of the augmented grid in reading order.
    pub(crate) fn image_cells(&self, grid: &Grid) -> impl Iterator<Item = u8> {
        let colours = self.colours;
        self.dihedral
            .image_cells(grid)
            .map(move |colour| colours.apply(colour))
    }
}
