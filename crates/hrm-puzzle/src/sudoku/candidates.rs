//! The candidates of every cell as bit masks, and what follows from them without guessing.
//!
//! A row of the grid is one array with a lane per digit; the bits of a lane are the columns where
//! the digit can still stand. Most rules then are the same few bit operations on all lanes, which
//! the compiler turns into vector instructions. Lanes above the size of the grid stay zero.

use super::Shape;
use super::shape::MAX_SIZE;

/// One `u16` per digit.
type Lanes = [u16; MAX_SIZE];

const ZERO: Lanes = [0; MAX_SIZE];

/// The masks of a shape.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    size: usize,
    box_rows: usize,
    box_cols: usize,
    /// Every column.
    columns: u16,
    /// The first column of every stack.
    stacks: u16,
    /// `columns` in the lanes of digits that exist.
    all_columns: Lanes,
    /// `stacks` in the lanes of digits that exist.
    all_stacks: Lanes,
}

impl Layout {
    pub(super) fn new(shape: Shape) -> Self {
        let size = shape.size();
        let columns = u16::MAX >> (MAX_SIZE - size);
        let stacks = (0..size)
            .step_by(shape.box_cols())
            .fold(0, |mask, column| mask | 1 << column);
        let in_use = |mask: u16| std::array::from_fn(|lane| if lane < size { mask } else { 0 });
        Self {
            size,
            box_rows: shape.box_rows(),
            box_cols: shape.box_cols(),
            columns,
            stacks,
            all_columns: in_use(columns),
            all_stacks: in_use(stacks),
        }
    }

    /// For every lane, the stacks (marked at their first column) that hold one of its columns.
    #[inline(always)]
    fn stacks_of(&self, lanes: &Lanes) -> Lanes {
        let mut stacks = *lanes;
        for offset in 1..self.box_cols {
            for lane in 0..MAX_SIZE {
                stacks[lane] |= lanes[lane] >> offset;
            }
        }
        stacks.map(|mask| mask & self.stacks)
    }

    /// For every lane, the stacks (marked at their first column) that hold exactly one of its columns.
    #[inline(always)]
    fn single_column_stacks_of(&self, lanes: &Lanes) -> Lanes {
        let mut count = Count::default();
        for offset in 0..self.box_cols {
            count.add(&lanes.map(|mask| mask >> offset & self.stacks));
        }
        count.exactly_one()
    }

    /// All columns of the stacks that are marked at their first column.
    #[inline(always)]
    fn columns_of(&self, stacks: u16) -> u16 {
        // Each marked bit 2^k becomes 2^(k + box_cols) - 2^k: the box_cols bits from k on.
        (stacks << self.box_cols).wrapping_sub(stacks)
    }
}

/// Counts up to two, separately for every bit of every lane.
#[derive(Clone, Copy)]
struct Count {
    once: Lanes,
    twice: Lanes,
}

impl Default for Count {
    fn default() -> Self {
        Self {
            once: ZERO,
            twice: ZERO,
        }
    }
}

impl Count {
    #[inline(always)]
    fn add(&mut self, lanes: &Lanes) {
        for lane in 0..MAX_SIZE {
            self.twice[lane] |= self.once[lane] & lanes[lane];
            self.once[lane] |= lanes[lane];
        }
    }

    #[inline(always)]
    fn exactly_one(&self) -> Lanes {
        std::array::from_fn(|lane| self.once[lane] & !self.twice[lane])
    }
}

/// Whether at most one bit is set.
#[inline(always)]
fn at_most_one(mask: u16) -> bool {
    mask & mask.wrapping_sub(1) == 0
}

/// The mask if it has one bit, otherwise nothing.
#[inline(always)]
fn single(mask: u16) -> u16 {
    if at_most_one(mask) { mask } else { 0 }
}

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

/// The candidates of all cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidates {
    rows: [Lanes; MAX_SIZE],
}

impl Candidates {
    /// Every digit in every cell.
    pub(super) fn all(layout: &Layout) -> Self {
        let mut rows = [ZERO; MAX_SIZE];
        rows[..layout.size].fill(layout.all_columns);
        Self { rows }
    }

    /// Leaves `digit` (0-based) as the only candidate of the cell, if it is one of its candidates.
    pub(super) fn assign(&mut self, row: usize, column: usize, digit: usize) {
        let lanes = &mut self.rows[row];
        let bit = 1 << column;
        let own = lanes[digit] & bit;
        for mask in lanes.iter_mut() {
            *mask &= !bit;
        }
        lanes[digit] = own;
    }

    /// Takes `digit` (0-based) from the candidates of the cell.
    pub(super) fn remove(&mut self, row: usize, column: usize, digit: usize) {
        self.rows[row][digit] &= !(1 << column);
    }

    /// The candidates of the cell, as a mask of 0-based digits.
    pub(super) fn of(&self, row: usize, column: usize) -> u16 {
        (0..MAX_SIZE).fold(0, |mask, digit| {
            mask | (self.rows[row][digit] >> column & 1) << digit
        })
    }

    /// Applies the rules until none of them takes a candidate away: naked singles, hidden singles
    /// and locked candidates (a digit that a box confines to a row or column, or the reverse).
    ///
    /// The rules only ever remove candidates and keep firing on fewer of them, so the result does
    /// not depend on their order.
    pub(super) fn propagate(&mut self, layout: &Layout) -> Outcome {
        loop {
            let before = self.rows;
            let mut conflict = ZERO;
            self.lock_in_rows(layout, &mut conflict);
            self.lock_in_columns(layout, &mut conflict);
            let open = self.settle_cells(layout, &mut conflict);
            if conflict != ZERO {
                return Outcome::Contradiction;
            }
            if self.rows == before {
                return if open { Outcome::Open } else { Outcome::Solved };
            }
        }
    }

    /// Locked candidates along rows: within a band, a box that holds a digit in one row only takes
    /// that row from the other boxes, and a row that holds it in one box only takes that box from
    /// the other rows.
    #[inline(always)]
    fn lock_in_rows(&mut self, layout: &Layout, conflict: &mut Lanes) {
        for band in self.rows[..layout.size].chunks_exact_mut(layout.box_rows) {
            let mut stacks_in = [ZERO; MAX_SIZE / 2];
            let mut rows_of_box = Count::default();
            let mut claimed = Count::default();
            for (row, stacks) in band.iter().zip(&mut stacks_in) {
                *stacks = layout.stacks_of(row);
                rows_of_box.add(stacks);
                claimed.add(&stacks.map(single));
            }
            let one_row = rows_of_box.exactly_one();
            for lane in 0..MAX_SIZE {
                // A box without the digit, or one box claimed by two rows.
                conflict[lane] |=
                    rows_of_box.once[lane] ^ layout.all_stacks[lane] | claimed.twice[lane];
            }
            for (row, stacks) in band.iter_mut().zip(&stacks_in) {
                for lane in 0..MAX_SIZE {
                    let stacks = stacks[lane];
                    let confined = stacks & one_row[lane];
                    let unclaimed = if at_most_one(stacks) {
                        stacks
                    } else {
                        stacks & !claimed.once[lane]
                    };
                    let kept = if confined == 0 {
                        unclaimed
                    } else {
                        unclaimed & confined
                    };
                    conflict[lane] |= confined & confined.wrapping_sub(1);
                    row[lane] &= layout.columns_of(kept);
                }
            }
        }
    }

    /// Locked candidates along columns: the same as [`Self::lock_in_rows`] with stacks for bands.
    #[inline(always)]
    fn lock_in_columns(&mut self, layout: &Layout, conflict: &mut Lanes) {
        let mut columns_in = [ZERO; MAX_SIZE / 2];
        let mut pointed_in = [ZERO; MAX_SIZE / 2];
        let mut bands_of_column = Count::default();
        let mut pointed = Count::default();
        let bands = self.rows[..layout.size].chunks_exact(layout.box_rows);
        for ((band, columns), pointed_here) in bands.zip(&mut columns_in).zip(&mut pointed_in) {
            for row in band {
                for lane in 0..MAX_SIZE {
                    columns[lane] |= row[lane];
                }
            }
            // The columns that a box confines the digit to.
            let one_column = layout.single_column_stacks_of(columns);
            for lane in 0..MAX_SIZE {
                pointed_here[lane] = columns[lane] & layout.columns_of(one_column[lane]);
            }
            bands_of_column.add(columns);
            pointed.add(pointed_here);
        }
        let one_band = bands_of_column.exactly_one();
        for lane in 0..MAX_SIZE {
            // A column without the digit, or one column that two boxes confine it to.
            conflict[lane] |=
                bands_of_column.once[lane] ^ layout.all_columns[lane] | pointed.twice[lane];
        }
        let bands = self.rows[..layout.size].chunks_exact_mut(layout.box_rows);
        for ((band, columns), pointed_here) in bands.zip(&columns_in).zip(&pointed_in) {
            let mut confined = ZERO;
            for lane in 0..MAX_SIZE {
                confined[lane] = columns[lane] & one_band[lane];
            }
            let stacks = layout.stacks_of(&confined);
            let one_column = layout.single_column_stacks_of(&confined);
            let mut kept = ZERO;
            for lane in 0..MAX_SIZE {
                // One box cannot serve two columns that need it.
                conflict[lane] |= stacks[lane] ^ one_column[lane];
                let unpointed = columns[lane] & (pointed_here[lane] | !pointed.once[lane]);
                kept[lane] = unpointed & (confined[lane] | !layout.columns_of(stacks[lane]));
            }
            for row in band {
                for lane in 0..MAX_SIZE {
                    row[lane] &= kept[lane];
                }
            }
        }
    }

    /// Naked singles and hidden singles of rows; those of columns and boxes follow from these and
    /// the locked candidates. Returns whether a digit still has several cells in a row.
    #[inline(always)]
    fn settle_cells(&mut self, layout: &Layout, conflict: &mut Lanes) -> bool {
        let mut open = 0;
        for row in &mut self.rows[..layout.size] {
            // Cells with one candidate or more, with two or more, with a digit that has no other
            // cell in this row, and with two such digits.
            let (mut once, mut twice, mut settled, mut clash) = (0, 0, 0, 0);
            for &mask in &row[..layout.size] {
                twice |= once & mask;
                once |= mask;
                clash |= settled & single(mask);
                settled |= single(mask);
            }
            let naked = once & !twice;
            conflict[0] |= once ^ layout.columns | clash;
            for lane in 0..MAX_SIZE {
                let mask = row[lane];
                let forced = mask & naked;
                let unsettled = if at_most_one(mask) {
                    mask
                } else {
                    mask & !settled
                };
                row[lane] = if forced == 0 { unsettled } else { forced };
                conflict[lane] |= forced & forced.wrapping_sub(1);
                conflict[lane] |= if row[lane] == 0 {
                    layout.all_columns[lane]
                } else {
                    0
                };
                open |= row[lane] & row[lane].wrapping_sub(1);
            }
        }
        open != 0
    }

    /// The cell with the fewest candidates among those that have several: the first one in reading
    /// order. Nothing if every cell is settled.
    pub(super) fn narrowest_cell(&self, layout: &Layout) -> Option<(usize, usize)> {
        let mut narrowest = (u32::MAX, None);
        for (row, lanes) in self.rows[..layout.size].iter().enumerate() {
            let (mut once, mut twice, mut thrice) = (0u16, 0u16, 0u16);
            for &mask in &lanes[..layout.size] {
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
