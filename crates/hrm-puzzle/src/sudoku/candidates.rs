//! The candidates of every cell as bit masks.
//!
//! A row of the grid has one mask per digit: the columns where the digit can still stand. Most rules
//! then are the same few bit operations for all digits. Masks of digits above the size stay zero.

use super::lanes::Lanes;
use super::layout::Layout;
use super::shape::MAX_SIZE;

/// The candidates of all cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidates {
    pub(super) rows: [Lanes; MAX_SIZE],
    /// Rows, as bits, that changed since [`Candidates::propagate`] last ran.
    pub(super) touched: u16,
}

impl Candidates {
    /// Every digit in every cell.
    pub(super) fn all(layout: &Layout) -> Self {
        let mut rows = [Lanes::ZERO; MAX_SIZE];
        rows[..layout.size].fill(layout.columns);
        Self {
            rows,
            touched: u16::MAX,
        }
    }

    /// Leaves `digit` (0-based) as the only candidate of the cell, if it is one of its candidates.
    pub(super) fn assign(&mut self, row: usize, column: usize, digit: usize) {
        let bit = 1 << column;
        let own = self.rows[row].0[digit] & bit;
        self.rows[row] &= Lanes::splat(!bit);
        self.rows[row].0[digit] = own;
        self.touched |= 1 << row;
    }

    /// Takes `digit` (0-based) from the candidates of the cell.
    pub(super) fn remove(&mut self, row: usize, column: usize, digit: usize) {
        self.rows[row].0[digit] &= !(1 << column);
        self.touched |= 1 << row;
    }

    /// The candidates of the cell, as a mask of 0-based digits.
    pub(super) fn of(&self, row: usize, column: usize) -> u16 {
        (0..MAX_SIZE).fold(0, |mask, digit| {
            mask | (self.rows[row].0[digit] >> column & 1) << digit
        })
    }

    /// The cell with the fewest candidates among those that have several: the first one in reading
    /// order. Nothing if every cell is settled.
    pub(super) fn narrowest_cell(&self, layout: &Layout) -> Option<(usize, usize)> {
        let mut narrowest = (u32::MAX, None);
        for (row, lanes) in self.rows[..layout.size].iter().enumerate() {
            let (mut once, mut twice, mut thrice) = (0u16, 0u16, 0u16);
            for &mask in &lanes.0[..layout.size] {
                thrice |= twice & mask;
                twice |= once & mask;
                once |= mask;
            }
            let pairs = twice & !thrice;
            if pairs != 0 {
                return Some((row, pairs.trailing_zeros() as usize));
            }
            while thrice != 0 {
                let column = thrice.trailing_zeros() as usize;
                let candidates = self.of(row, column).count_ones();
                if candidates < narrowest.0 {
                    narrowest = (candidates, Some((row, column)));
                }
                thrice &= thrice - 1;
            }
        }
        narrowest.1
    }

    /// The settled digits (1-based) in reading order; 0 where a cell has no single candidate.
    pub(super) fn cells(&self, layout: &Layout) -> Vec<u8> {
        let cell = |index: usize| {
            let mask = self.of(index / layout.size, index % layout.size);
            if mask.count_ones() == 1 {
                mask.trailing_zeros() as u8 + 1
            } else {
                0
            }
        };
        (0..layout.size * layout.size).map(cell).collect()
    }
}
