//! What an evaluation gives.

use hrm_config::HiddenState;
use serde::{Deserialize, Serialize};

/// Counts over all puzzles after one segment, or at the segment where each puzzle halts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct SegmentCounts {
    /// Puzzles with every counted cell right.
    pub exact: u64,
    /// Counted cells that are right.
    pub correct_cells: u64,
    /// Puzzles for which (q_halt ≥ 0) agrees with being exactly right.
    pub q_halt_correct: u64,
    /// Sum over puzzles of the mean cross-entropy of their counted cells.
    pub lm_loss_sum: f64,
}

/// The outcome of one puzzle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PuzzleOutcome {
    /// Index of the example in its split.
    pub index: u32,
    /// First segment (from 1) after which it was exactly right.
    pub first_exact_segment: Option<u32>,
    /// Whether it is exactly right after the last segment.
    pub exact: bool,
    /// Segment (from 1) at which the learned rule halts; the last one where it never does.
    pub halt_segment: u32,
    /// Whether it is exactly right at that segment.
    pub exact_at_halt: bool,
    /// Counted cells that are right after the last segment.
    pub correct_cells: u32,
    /// Counted cells.
    pub counted_cells: u32,
}

/// A puzzle with its predictions, for people to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PuzzleTrace {
    /// Index of the example in its split.
    pub index: u32,
    /// Input tokens [S].
    pub question: Vec<u8>,
    /// Label tokens [S]; 0 where ignored.
    pub answer: Vec<u8>,
    /// Predicted tokens [S] after each segment.
    pub predictions: Vec<Vec<u8>>,
    /// Halting logit after each segment.
    pub q_halt: Vec<f32>,
    /// Segment (from 1) at which the learned rule halts; the last one where it never does.
    pub halt_segment: u32,
    /// Whether it is exactly right after the last segment.
    pub exact: bool,
}

/// How much one update changed a hidden state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ResidualPoint {
    /// The state.
    pub state: HiddenState,
    /// Number of the update, from 1, counting those of all states and segments.
    pub step: u32,
    /// Supervision segment, from 1.
    pub segment: u32,
    /// Forward residual: mean over puzzles and positions of the Euclidean norm of the change of a
    /// position's state vector.
    pub value: f64,
}

/// The participation ratio of a hidden state over the states of all positions after all of its
/// updates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ParticipationPoint {
    /// The state.
    pub state: HiddenState,
    /// Puzzles, from the first one on.
    pub puzzles: u64,
    /// The participation ratio, 1 to the width of the state.
    pub value: f64,
}

/// What the hidden states of the probed puzzles did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Puzzles.
    pub puzzles: u64,
    /// Residuals in the order of the updates.
    pub residuals: Vec<ResidualPoint>,
    /// Participation ratios over more and more puzzles.
    pub participation: Vec<ParticipationPoint>,
}

/// The result of one evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// Segments that training ran at most.
    pub segments_trained: usize,
    /// Puzzles evaluated.
    pub puzzles: u64,
    /// Counted cells of all of them.
    pub cells: u64,
    /// Counts after each segment, all puzzles running all segments.
    pub by_segment: Vec<SegmentCounts>,
    /// Counts at the segment at which the learned rule halts each puzzle.
    pub adaptive: SegmentCounts,
    /// Puzzles that the learned rule halts at each segment.
    pub halt_histogram: Vec<u64>,
    /// The outcome of each puzzle, in the order of the split.
    pub outcomes: Vec<PuzzleOutcome>,
    /// Some solved and some failed puzzles.
    pub traces: Vec<PuzzleTrace>,
    /// Tokens predicted after the last segment [puzzles × S]; empty where they are not kept.
    pub final_tokens: Vec<u8>,
    /// Logits of halting after the last segment [puzzles]; empty where they are not kept.
    pub final_q_halt: Vec<f32>,
    /// What the hidden states of the probed puzzles did, where there are any.
    pub probe: Option<Probe>,
}

impl Evaluation {
    fn last(&self) -> SegmentCounts {
        self.by_segment.last().copied().unwrap_or_default()
    }

    /// Share of puzzles that are exactly right after the last segment.
    pub fn exact_accuracy(&self) -> f64 {
        self.last().exact as f64 / self.puzzles.max(1) as f64
    }

    /// Share of counted cells that are right after the last segment.
    pub fn cell_accuracy(&self) -> f64 {
        self.last().correct_cells as f64 / self.cells.max(1) as f64
    }

    /// Mean over puzzles of their cross-entropy after the last segment.
    pub fn lm_loss(&self) -> f64 {
        self.last().lm_loss_sum / self.puzzles.max(1) as f64
    }
}
