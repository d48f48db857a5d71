//! Batches as the models take them.

use crate::SplitData;

/// The label of a cell that is not counted.
pub const IGNORED_LABEL: i32 = -100;

/// Some examples, flattened in row order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Slots, padding included.
    pub size: usize,
    /// Tokens of a slot.
    pub seq_len: usize,
    /// Input tokens, `[size × seq_len]`.
    pub inputs: Vec<i32>,
    /// Label tokens, `[size × seq_len]`; [`IGNORED_LABEL`] where a cell is not counted.
    pub labels: Vec<i32>,
    /// Puzzle identifiers, `[size]`.
    pub puzzle_identifiers: Vec<i32>,
    /// The example's index in its split, `[size]`; `None` for padding.
    pub examples: Vec<Option<u32>>,
}

impl Batch {
    /// A batch of `size` slots: the given examples first, then padding, which is a blank puzzle
    /// with every label ignored.
    pub(crate) fn new(data: &SplitData, size: usize, examples: &[usize]) -> Self {
        let meta = data.meta();
        let seq_len = meta.seq_len;
        let mut batch = Self {
            size,
            seq_len,
            inputs: Vec::with_capacity(size * seq_len),
            labels: Vec::with_capacity(size * seq_len),
            puzzle_identifiers: Vec::with_capacity(size),
            examples: Vec::with_capacity(size),
        };
        let labels = label_values(meta.ignore_label_id);
        for &example in examples {
            batch
                .inputs
                .extend(data.input(example).iter().map(|&token| i32::from(token)));
            batch.labels.extend(
                data.label(example)
                    .iter()
                    .map(|&token| labels[usize::from(token)]),
            );
            batch
                .puzzle_identifiers
                .push(data.puzzle_identifier(data.puzzle_of(example)));
            // A split's example indices fit into `i32`.
            batch.examples.push(Some(example as u32));
        }
        batch.inputs.resize(size * seq_len, meta.pad_id);
        batch.labels.resize(size * seq_len, IGNORED_LABEL);
        batch
            .puzzle_identifiers
            .resize(size, meta.blank_identifier_id);
        batch.examples.resize(size, None);
        batch
    }
}

/// The label of every token.
fn label_values(ignore_label_id: Option<i32>) -> [i32; 256] {
    std::array::from_fn(|token| {
        let token = token as i32;
        if Some(token) == ignore_label_id {
            IGNORED_LABEL
        } else {
            token
        }
    })
}
