//! Batches for evaluation: every example once, in order.

use crate::{Batch, SplitData};

/// The first `limit` examples (all where `None`) in batches of `batch_size`; the last batch is
/// padded with blank puzzles. A `batch_size` of 0 is taken as 1.
pub fn eval_batches(
    data: &SplitData,
    batch_size: usize,
    limit: Option<usize>,
) -> impl Iterator<Item = Batch> {
    let batch_size = batch_size.max(1);
    let end = limit.map_or(data.examples(), |limit| limit.min(data.examples()));
    (0..end).step_by(batch_size).map(move |first| {
        let examples: Vec<usize> = (first..end.min(first.saturating_add(batch_size))).collect();
        Batch::new(data, batch_size, &examples)
    })
}
