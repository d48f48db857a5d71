//! The number of steps from start to goal, a whole row of cells at a time.
//!
//! The generator draws tens of thousands of mazes for one hard one, so it decides from bit masks
//! alone, one word per row, and builds a [`super::Maze`] only from a draw that it keeps.

use rand::Rng;
use std::ops::{BitAnd, BitOr, Not, Shl, Shr};

/// Most rows and columns of a generated maze: a row is at most one `u128`.
pub const COLS_MAX: usize = 128;

/// An unsigned integer that holds one row of cells.
pub(super) trait Word:
    Copy
    + Default
    + PartialEq
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Not<Output = Self>
    + Shl<usize, Output = Self>
    + Shr<usize, Output = Self>
{
    /// The lowest bit.
    const ONE: Self;

    /// Random bits.
    fn random(rng: &mut impl Rng) -> Self;
}

macro_rules! word {
    ($($word:ty),*) => {$(
        impl Word for $word {
            const ONE: Self = 1;

            #[inline(always)]
            fn random(rng: &mut impl Rng) -> Self {
                rng.random()
            }
        }
    )*};
}

word!(u32, u64, u128);

/// The open cells of a maze, and the cells that a flood from the start has reached. Row 0 and the
/// last row are walls that no cell of the maze stands for.
#[derive(Debug, Clone)]
pub(super) struct Flood<W> {
    cols: usize,
    open: Vec<W>,
    unreached: Vec<W>,
    front: Vec<W>,
    next: Vec<W>,
}

impl<W: Word> Flood<W> {
    pub(super) fn new(rows: usize, cols: usize) -> Self {
        let rows = vec![W::default(); rows + 2];
        Self {
            cols,
            open: rows.clone(),
            unreached: rows.clone(),
            front: rows.clone(),
            next: rows,
        }
    }

    /// Makes each cell a wall with a probability of `walls` / 2³².
    pub(super) fn draw(&mut self, walls: u32, rng: &mut impl Rng) {
        let row_mask = !W::default() >> (size_of::<W>() * 8 - self.cols);
        let rows = self.open.len() - 2;
        for row in &mut self.open[1..=rows] {
            *row = row_mask & !random_bits(row_mask, walls, rng);
        }
    }

    /// Opens the cell.
    pub(super) fn carve(&mut self, cell: usize) {
        let row = &mut self.open[cell / self.cols + 1];
        *row = *row | W::ONE << (cell % self.cols);
    }

    /// Whether the cell is open.
    pub(super) fn is_open(&self, cell: usize) -> bool {
        self.open[cell / self.cols + 1] >> (cell % self.cols) & W::ONE == W::ONE
    }

    /// Whether the shortest path from start to goal exists and has at least `steps_min` steps.
    pub(super) fn is_at_least(&mut self, start: usize, goal: usize, steps_min: usize) -> bool {
        let (start_row, goal_row) = (start / self.cols + 1, goal / self.cols + 1);
        let goal_bit = W::ONE << (goal % self.cols);
        self.unreached.copy_from_slice(&self.open);
        self.front.fill(W::default());
        self.next.fill(W::default());
        self.front[start_row] = W::ONE << (start % self.cols);
        self.unreached[start_row] = self.unreached[start_row] & !self.front[start_row];
        let (mut top, mut bottom) = (start_row, start_row);
        let mut steps = 0;
        loop {
            steps += 1;
            (top, bottom) = ((top - 1).max(1), (bottom + 1).min(self.open.len() - 2));
            if !self.advance(top, bottom) {
                return false;
            }
            if self.front[goal_row] & goal_bit != W::default() {
                return steps >= steps_min;
            }
        }
    }

    /// Moves the front one step, within rows `top` to `bottom`. Whether it reached new cells.
    #[inline(always)]
    fn advance(&mut self, top: usize, bottom: usize) -> bool {
        let around = &self.front[top - 1..bottom + 2];
        let unreached = &mut self.unreached[top..=bottom];
        let next = &mut self.next[top..=bottom];
        let mut reached = W::default();
        for ((next, unreached), around) in next.iter_mut().zip(unreached).zip(around.windows(3)) {
            let (above, here, below) = (around[0], around[1], around[2]);
            *next = (above | below | here << 1 | here >> 1) & *unreached;
            *unreached = *unreached & !*next;
            reached = reached | *next;
        }
        std::mem::swap(&mut self.front, &mut self.next);
        reached != W::default()
    }
}

/// Each bit of `mask` with a probability of `probability` / 2³²: a random binary fraction per bit is
/// compared with the probability, from the most significant digit on until all are decided.
#[inline(always)]
fn random_bits<W: Word>(mask: W, probability: u32, rng: &mut impl Rng) -> W {
    let mut undecided = mask;
    let mut below = W::default();
    for digit in (0..u32::BITS).rev() {
        let random = W::random(rng);
        if probability >> digit & 1 == 1 {
            below = below | undecided & !random;
            undecided = undecided & random;
        } else {
            undecided = undecided & !random;
        }
        if undecided == W::default() {
            break;
        }
    }
    below
}
