//! A number that no symmetry changes, much cheaper than the canonical form.

use super::Grid;
use super::shape::MAX_SIZE;

/// Rounds of refinement: after so many, what a given cell knows of the grid reaches every other.
const ROUNDS: usize = 3;

/// A number that is the same for all grids that a symmetry maps onto each other. Other grids agree
/// only by chance or by being very alike, so puzzles whose numbers differ need no
/// [`canonical`](super::canonical) form to be told apart.
///
/// Each given cell starts alike and is renamed a few times by the sums of the names in its row,
/// band, column, stack, box and digit, as in the colour refinement of graphs.
pub fn invariant(grid: &Grid) -> u64 {
    let shape = grid.shape();
    let size = shape.size();
    let givens: Vec<[usize; 6]> = grid
        .cells()
        .iter()
        .enumerate()
        .filter(|&(_, &value)| value != 0)
        .map(|(cell, &value)| {
            let (row, col) = (cell / size, cell % size);
            let (band, stack) = (row / shape.box_rows(), col / shape.box_cols());
            let box_ = shape.box_of(row, col);
            [row, band, col, stack, box_, usize::from(value) - 1]
        })
        .collect();
    let mut names = vec![1u64; givens.len()];
    for _ in 0..ROUNDS {
        let mut sums = [[0u64; MAX_SIZE]; 6];
        for (units, name) in givens.iter().zip(&names) {
            for (sums, &unit) in sums.iter_mut().zip(units) {
                sums[unit] = sums[unit].wrapping_add(*name);
            }
        }
        for (units, name) in givens.iter().zip(&mut names) {
            let sum = |kind: usize| sums[kind][units[kind]];
            *name = renamed(sum, shape.is_square());
        }
    }
    names.iter().fold(0, |all, name| all.wrapping_add(*name))
}

/// The new name of a cell from the sums of its row, band, column, stack, box and digit.
fn renamed(sum: impl Fn(usize) -> u64, is_square: bool) -> u64 {
    let row = mixed(sum(0).wrapping_add(mixed(sum(1))));
    let col = mixed(sum(2).wrapping_add(mixed(sum(3))));
    // Transposition exchanges rows and columns.
    let lines = if is_square {
        row.wrapping_add(col)
    } else {
        row.wrapping_sub(col.rotate_left(1))
    };
    let cell = mixed(lines).wrapping_add(mixed(sum(4)).rotate_left(1));
    mixed(cell.wrapping_add(mixed(sum(5)).rotate_left(2)))
}

/// Spreads the bits of a number (the finalizer of SplitMix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
