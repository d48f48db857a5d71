//! What a batch carries from one segment to the next.

use hrm_dataset::Batch;
use hrm_model::States;

/// The slots of a training batch: their puzzles, states and halting.
#[derive(Debug, Clone)]
pub(crate) struct Carry {
    /// Recurrent states of each part of the batch; none before the first step.
    pub(crate) states: Vec<States>,
    /// The puzzle that each slot holds.
    pub(crate) current: Batch,
    /// Segments that each slot has run on its puzzle.
    pub(crate) steps: Vec<u32>,
    /// Whether each slot halted in the last segment.
    pub(crate) halted: Vec<bool>,
}

impl Carry {
    /// Slots that all take a puzzle of the first batch.
    pub(crate) fn new(batch: &Batch) -> Self {
        Self {
            states: Vec::new(),
            current: batch.clone(),
            steps: vec![0; batch.size],
            halted: vec![true; batch.size],
        }
    }

    /// Puts the incoming puzzles into the slots that halted; the others keep theirs and the
    /// incoming puzzle at that index is dropped. Returns which slots are fresh.
    pub(crate) fn admit(&mut self, incoming: &Batch) -> Vec<bool> {
        let fresh = self.halted.clone();
        let seq_len = self.current.seq_len;
        for slot in (0..fresh.len()).filter(|slot| fresh[*slot]) {
            let cells = slot * seq_len..(slot + 1) * seq_len;
            self.current.inputs[cells.clone()].copy_from_slice(&incoming.inputs[cells.clone()]);
            self.current.labels[cells.clone()].copy_from_slice(&incoming.labels[cells]);
            self.current.puzzle_identifiers[slot] = incoming.puzzle_identifiers[slot];
            self.current.examples[slot] = incoming.examples[slot];
            self.steps[slot] = 0;
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(first: i32) -> Batch {
        Batch {
            size: 2,
            seq_len: 2,
            inputs: vec![first, first, first + 1, first + 1],
            labels: vec![first; 4],
            puzzle_identifiers: vec![first, first + 1],
            examples: vec![Some(first as u32), Some(first as u32 + 1)],
        }
    }

    #[test]
    fn only_halted_slots_take_the_incoming_puzzle() {
        let mut carry = Carry::new(&batch(1));
        carry.steps = vec![3, 2];
        carry.halted = vec![false, true];
        assert_eq!(carry.admit(&batch(5)), vec![false, true]);
        assert_eq!(carry.current.inputs, vec![1, 1, 6, 6]);
        assert_eq!(carry.current.puzzle_identifiers, vec![1, 6]);
        assert_eq!(carry.steps, vec![3, 0]);
    }
}
