//! Work in blocks: small slices in one piece, large ones in parallel.

use pulp::Arch;
use rayon::prelude::*;

/// Elements of a block: three or four slices of it fit into a core's cache.
pub(crate) const BLOCK: usize = 16 * 1024;

/// Does the work of every block of `N` slices, of which the first is written and all have one length
/// that is a multiple of `row` (a block is whole rows). `work` is compiled for the widest vectors.
pub(crate) fn for_each_block<T: Send>(blocks: Vec<T>, work: impl Fn(T) + Sync) {
    let arch = Arch::new();
    let run = |block| arch.dispatch(|| work(block));
    if blocks.len() <= 1 {
        blocks.into_iter().for_each(run);
    } else {
        blocks.into_par_iter().for_each(run);
    }
}
