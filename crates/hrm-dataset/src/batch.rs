//! Batches as the models take them.

use crate::SplitData;
use rayon::prelude::*;

/// The label of a cell that is not counted.
pub const IGNORED_LABEL: i32 = -100;

/// Examples that a thread makes at least before another one is worth waking.
const EXAMPLES_MIN: usize = 16;

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
    /// with every label ignored. Examples are made in parallel, each into a place of its own.
    pub(crate) fn new(data: &SplitData, size: usize, examples: &[usize]) -> Self {
        let meta = data.meta();
        let seq_len = meta.seq_len;
        let mut batch = Self {
            size,
            seq_len,
            inputs: vec![meta.pad_id; size * seq_len],
            labels: vec![IGNORED_LABEL; size * seq_len],
            puzzle_identifiers: Vec::with_capacity(size),
            examples: Vec::with_capacity(size),
        };
        let label_of = label_values(meta.ignore_label_id);
        let inputs = batch.inputs.par_chunks_exact_mut(seq_len);
        let slots = inputs.zip(batch.labels.par_chunks_exact_mut(seq_len));
        slots
            .zip(examples)
            .with_min_len(EXAMPLES_MIN)
            .for_each_init(
                || (vec![0; seq_len], vec![0; seq_len]),
                |(input_tokens, label_tokens), ((inputs, labels), &example)| {
                    data.encode(example, input_tokens, label_tokens);
                    for (input, &token) in inputs.iter_mut().zip(&*input_tokens) {
                        *input = i32::from(token);
                    }
                    for (label, &token) in labels.iter_mut().zip(&*label_tokens) {
                        *label = label_of[usize::from(token)];
                    }
                },
            );
        for &example in examples {
            let identifier = data.puzzle_identifier(data.puzzle_of(example));
            batch.puzzle_identifiers.push(identifier);
            // A split's example indices fit into `i32`.
            batch.examples.push(Some(example as u32));
        }
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
