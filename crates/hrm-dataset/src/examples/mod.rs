//! The tokens of a split's examples: stored, or made when they are asked for.

mod copies;

pub(crate) use copies::{Copies, CopyRule};

use crate::arc::ArcPlan;
use hrm_arc::dataset::Split as ArcSplit;
use hrm_arc::tokens::{SEQ_LEN, Tokens};
use std::sync::Arc;

/// Where the tokens of examples come from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Examples {
    /// From memory.
    Stored(Stored),
    /// From original puzzles and the rule of their copies.
    Copies(Copies),
    /// From the plan of an ARC dataset.
    Arc {
        /// The plan, which the splits of a dataset share.
        plan: Arc<ArcPlan>,
        /// The split.
        split: ArcSplit,
    },
}

/// Tokens as the published arrays hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// `[examples × seq_len]`.
    pub(crate) inputs: Vec<u8>,
    /// `[examples × seq_len]`.
    pub(crate) labels: Vec<u8>,
}

impl Stored {
    /// Input and label of an example.
    pub(crate) fn example(&self, example: usize, seq_len: usize) -> (&[u8], &[u8]) {
        let tokens = example * seq_len..(example + 1) * seq_len;
        (&self.inputs[tokens.clone()], &self.labels[tokens])
    }
}

impl Examples {
    /// Writes the tokens of an example, both `[seq_len]`.
    ///
    /// # Panics
    /// If there is no such example, or the sequences have another length.
    pub(crate) fn encode(&self, example: usize, input: &mut [u8], label: &mut [u8]) {
        match self {
            Self::Stored(stored) => {
                let (stored_input, stored_label) = stored.example(example, input.len());
                input.copy_from_slice(stored_input);
                label.copy_from_slice(stored_label);
            }
            Self::Copies(copies) => copies.encode(example, input, label),
            Self::Arc { plan, split } => encode_arc(plan, *split, example, input, label),
        }
    }
}

fn encode_arc(plan: &ArcPlan, split: ArcSplit, example: usize, input: &mut [u8], label: &mut [u8]) {
    let found = plan.dataset().split(split).example(example);
    let squares = <&mut Tokens>::try_from(input)
        .ok()
        .zip(label.try_into().ok());
    let encoded = found.zip(squares).map(|(example, (input, label))| {
        example.encode(input, label);
    });
    assert!(
        encoded.is_some(),
        "no example {example} of {SEQ_LEN} tokens"
    );
}
