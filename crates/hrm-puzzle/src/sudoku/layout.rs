//! The masks that a shape gives, and the boxes of a mask of columns.
//!
//! The number of columns of a box is a constant here, so that loops over them are unrolled.

use super::Shape;
use super::lanes::Lanes;
use super::shape::MAX_SIZE;

/// The masks of a shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) size: usize,
    pub(super) box_rows: usize,
    pub(super) box_cols: usize,
    /// The rows of the first band, as bits.
    pub(super) band_rows: u16,
    /// Every column, for the digits that exist.
    pub(super) columns: Lanes,
    /// The first column of every stack, for the digits that exist.
    pub(super) stacks: Lanes,
}

impl Layout {
    pub(super) fn new(shape: Shape) -> Self {
        let size = shape.size();
        let stacks = (0..size)
            .step_by(shape.box_cols())
            .fold(0, |mask, column| mask | 1 << column);
        let in_use = |mask: u16| {
            Lanes(std::array::from_fn(
                |lane| if lane < size { mask } else { 0 },
            ))
        };
        Self {
            size,
            box_rows: shape.box_rows(),
            box_cols: shape.box_cols(),
            band_rows: (1 << shape.box_rows()) - 1,
            columns: in_use(u16::MAX >> (MAX_SIZE - size)),
            stacks: in_use(stacks),
        }
    }

    /// The stacks, marked at their first column, counted by the columns of the mask that they hold.
    #[inline(always)]
    pub(super) fn stacks_of<const BOX_COLS: usize>(&self, columns: Lanes) -> Count {
        let mut count = Count::default();
        for offset in 0..BOX_COLS {
            count.add(columns >> offset & self.stacks);
        }
        count
    }

    /// The stacks, marked at their first column, that hold a column of the mask.
    #[inline(always)]
    pub(super) fn any_stacks_of<const BOX_COLS: usize>(&self, columns: Lanes) -> Lanes {
        let mut stacks = columns;
        for offset in 1..BOX_COLS {
            stacks |= columns >> offset;
        }
        stacks & self.stacks
    }

    /// All columns of the stacks that are marked at their first column.
    #[inline(always)]
    pub(super) fn columns_of<const BOX_COLS: usize>(&self, stacks: Lanes) -> Lanes {
        stacks.widen(BOX_COLS)
    }
}

/// Counts up to two, separately for every bit.
#[derive(Clone, Copy)]
pub(super) struct Count {
    /// Bits that were added at least once.
    pub(super) once: Lanes,
    /// Bits that were added at least twice.
    pub(super) twice: Lanes,
}

impl Default for Count {
    fn default() -> Self {
        Self {
            once: Lanes::ZERO,
            twice: Lanes::ZERO,
        }
    }
}

impl Count {
    #[inline(always)]
    pub(super) fn add(&mut self, bits: Lanes) {
        self.twice |= self.once & bits;
        self.once |= bits;
    }

    #[inline(always)]
    pub(super) fn exactly_once(&self) -> Lanes {
        self.once & !self.twice
    }
}
