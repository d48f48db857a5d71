//! What follows from the candidates without guessing.
//!
//! The solver spends nearly all of its time here. The rules stay functions of their own, each with
//! the vector registers to itself: inlined into one, they are measurably slower.

use super::candidates::Candidates;
use super::lanes::Lanes;
use super::layout::{Count, Layout};
use super::shape::MAX_SIZE;

/// What [`Candidates::propagate`] arrives at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// No solution is left.
    Contradiction,
    /// Every cell has one candidate: a solution.
    Solved,
    /// Some cells have several candidates.
    Open,
}

impl Candidates {
    /// Applies the rules until none of them takes a candidate away: naked singles, hidden singles
    /// and locked candidates (a digit that a box confines to a row or column, or the reverse).
    ///
    /// The rules only ever remove candidates and keep firing on fewer of them, so the result does
    /// not depend on their order.
    pub(super) fn propagate(&mut self, layout: &Layout) -> Outcome {
        match layout.box_cols {
            2 => self.propagate_by::<2>(layout),
            3 => self.propagate_by::<3>(layout),
            4 => self.propagate_by::<4>(layout),
            5 => self.propagate_by::<5>(layout),
            6 => self.propagate_by::<6>(layout),
            7 => self.propagate_by::<7>(layout),
            _ => self.propagate_by::<8>(layout),
        }
    }

    fn propagate_by<const BOX_COLS: usize>(&mut self, layout: &Layout) -> Outcome {
        // Rows that changed since their band was last searched for locked candidates, and since
        // they were last searched for singles.
        let (mut unlocked, mut unsettled) = (self.touched, self.touched);
        self.touched = 0;
        loop {
            let (by_rows, conflict) = self.lock_in_rows::<BOX_COLS>(layout, unlocked);
            if conflict {
                return Outcome::Contradiction;
            }
            let (by_columns, conflict) = self.lock_in_columns::<BOX_COLS>(layout);
            if conflict {
                return Outcome::Contradiction;
            }
            let (by_cells, conflict) = self.settle_cells(layout, unsettled | by_rows | by_columns);
            if conflict {
                return Outcome::Contradiction;
            }
            (unlocked, unsettled) = (by_rows | by_columns | by_cells, by_cells);
            if unlocked == 0 {
                let settled = self.rows.iter().all(|row| row.but_lowest() == Lanes::ZERO);
                return if settled {
                    Outcome::Solved
                } else {
                    Outcome::Open
                };
            }
        }
    }

    /// Locked candidates along rows: within a band, a box that holds a digit in one row only takes
    /// that row from the other boxes, and a row that holds it in one box only takes that box from
    /// the other rows. Looks at the bands of the `changed` rows; returns the rows that it changed
    /// and whether it met a contradiction.
    #[inline(never)]
    fn lock_in_rows<const BOX_COLS: usize>(
        &mut self,
        layout: &Layout,
        changed: u16,
    ) -> (u16, bool) {
        let (mut touched, mut conflict) = (0, Lanes::ZERO);
        let mut bits = layout.band_rows;
        for rows in self.rows[..layout.size].chunks_exact_mut(layout.box_rows) {
            let band = bits;
            bits <<= layout.box_rows;
            if changed & band == 0 {
                continue;
            }
            let mut stacks_of_row = [Lanes::ZERO; MAX_SIZE / 2];
            let mut rows_of_box = Count::default();
            let mut claimed = Count::default();
            for (row, stacks) in rows.iter().zip(&mut stacks_of_row) {
                *stacks = layout.any_stacks_of::<BOX_COLS>(*row);
                rows_of_box.add(*stacks);
                claimed.add(*stacks & stacks.but_lowest().where_zero());
            }
            // A box without the digit, or one box claimed by two rows.
            conflict |= rows_of_box.once ^ layout.stacks | claimed.twice;
            let one_row = rows_of_box.exactly_once();
            let mut changes = false;
            for (row, &stacks) in rows.iter_mut().zip(&stacks_of_row) {
                let confined = stacks & one_row;
                let own = stacks.but_lowest().where_zero();
                let kept = stacks & (own | !claimed.once) & (confined | confined.where_zero());
                conflict |= confined.but_lowest();
                changes |= row.keep(layout.columns_of::<BOX_COLS>(kept));
            }
            touched |= if changes { band } else { 0 };
        }
        (touched, conflict != Lanes::ZERO)
    }

    /// Locked candidates along columns: the same as [`Self::lock_in_rows`] with stacks for bands.
    #[inline(never)]
    fn lock_in_columns<const BOX_COLS: usize>(&mut self, layout: &Layout) -> (u16, bool) {
        let (mut touched, mut conflict) = (0, Lanes::ZERO);
        // The columns of every band, and those of them that a box confines the digit to.
        let mut columns_of_band = [(Lanes::ZERO, Lanes::ZERO); MAX_SIZE / 2];
        let mut bands_of_column = Count::default();
        let mut pointed = Count::default();
        let bands = self.rows[..layout.size].chunks_exact(layout.box_rows);
        for (rows, (columns, pointed_here)) in bands.zip(&mut columns_of_band) {
            *columns = rows.iter().fold(Lanes::ZERO, |columns, row| columns | *row);
            *pointed_here = *columns
                & layout
                    .columns_of::<BOX_COLS>(layout.stacks_of::<BOX_COLS>(*columns).exactly_once());
            bands_of_column.add(*columns);
            pointed.add(*pointed_here);
        }
        // A column without the digit, or one column that two boxes confine it to.
        conflict |= bands_of_column.once ^ layout.columns | pointed.twice;
        let one_band = bands_of_column.exactly_once();
        let bands = self.rows[..layout.size].chunks_exact_mut(layout.box_rows);
        let mut bit = 1;
        for (rows, &(columns, pointed_here)) in bands.zip(&columns_of_band) {
            let confined = columns & one_band;
            let stacks = layout.stacks_of::<BOX_COLS>(confined);
            // One box cannot serve two columns that need it.
            conflict |= stacks.twice;
            let kept = (pointed_here | !pointed.once)
                & (confined | !layout.columns_of::<BOX_COLS>(stacks.once));
            for row in rows {
                touched |= if row.keep(kept) { bit } else { 0 };
                bit <<= 1;
            }
        }
        (touched, conflict != Lanes::ZERO)
    }

    /// Naked singles and hidden singles of the `changed` rows; hidden singles of columns and boxes
    /// follow from these and the locked candidates. Returns as [`Self::lock_in_rows`].
    #[inline(never)]
    fn settle_cells(&mut self, layout: &Layout, changed: u16) -> (u16, bool) {
        let (mut touched, mut conflict) = (0, Lanes::ZERO);
        let mut bits = 1;
        for row in &mut self.rows[..layout.size] {
            let bit = bits;
            bits <<= 1;
            if changed & bit == 0 {
                continue;
            }
            // Cells with a candidate, and with two or more; cells with a digit that has no other
            // cell in this row, and with two or more such digits.
            let singles = *row & row.but_lowest().where_zero();
            let (once, twice) = row.across_digits();
            let (settled, clash) = singles.across_digits();
            let forced = *row & Lanes::splat(once & !twice);
            let kept = (Lanes::splat(!settled) | singles) & (forced | forced.where_zero());
            conflict |=
                Lanes::splat(!once) & layout.columns | Lanes::splat(clash) | forced.but_lowest();
            touched |= if row.keep(kept) { bit } else { 0 };
            conflict |= row.where_zero() & layout.columns;
        }
        (touched, conflict != Lanes::ZERO)
    }
}
