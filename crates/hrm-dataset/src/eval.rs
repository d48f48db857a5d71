//! Batches for evaluation: every example once, in order.

use crate::{Batch, SplitData};

/// The examples of an evaluation: of each group the original puzzle and its first `augmentations`
/// augmentations (all where `None`), and of these the first `limit` (all where `None`).
pub fn eval_examples(
    data: &SplitData,
    limit: Option<usize>,
    augmentations: Option<usize>,
) -> Vec<usize> {
    let puzzles = |group| {
        let puzzles = data.group_puzzles(group);
        let last = augmentations.map_or(puzzles.end, |count| {
            puzzles
                .end
                .min(puzzles.start.saturating_add(count).saturating_add(1))
        });
        puzzles.start..last
    };
    (0..data.groups())
        .flat_map(puzzles)
        .flat_map(|puzzle| data.puzzle_examples(puzzle))
        .take(limit.unwrap_or(usize::MAX))
        .collect()
}

/// The given examples in batches of `batch_size`; the last batch is padded with blank puzzles. A
/// `batch_size` of 0 is taken as 1.
pub fn eval_batches<'a>(
    data: &'a SplitData,
    batch_size: usize,
    examples: &'a [usize],
) -> impl Iterator<Item = Batch> + 'a {
    let batch_size = batch_size.max(1);
    examples
        .chunks(batch_size)
        .map(move |examples| Batch::new(data, batch_size, examples))
}
