//! Work in blocks: small slices in one piece, large ones in parallel.

use pulp::Arch;
use rayon::prelude::*;

/// Elements of a block: three or four slices of it fit into a core's cache.
pub(crate) const BLOCK: usize = 16 * 1024;

/// Rows of a block, which holds whole rows of `width` elements.
pub(crate) fn rows_of_block(width: usize) -> usize {
    (BLOCK / width.max(1)).max(1)
}

/// Does the work of every block, compiled for the widest vectors that the processor has.
pub(crate) fn for_each_block<T: Send>(blocks: Vec<T>, work: impl Fn(T) + Sync) {
    let arch = Arch::new();
    let run = |block| arch.dispatch(|| work(block));
    if blocks.len() <= 1 {
        blocks.into_iter().for_each(run);
    } else {
        blocks.into_par_iter().for_each(run);
    }
}
