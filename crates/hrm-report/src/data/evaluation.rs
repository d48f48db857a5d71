//! An evaluation's outcome, by supervision segment and by the learned halting rule.

use super::{ArcScore, Axis, Count, FinalScores, MetricCount, PuzzleTrace, TestEvaluation};
use serde::{Deserialize, Serialize};

/// One evaluation: one instance of an evaluate stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EvaluationInfo {
    /// Stage instance, for example `evaluate.test[seed=1]`.
    pub id: String,
    /// Stage, for example `evaluate.test`.
    pub stage: String,
    /// The instance's own sweep, without the axes that its training already has.
    pub axes: Vec<Axis>,
    /// Id of the training that is evaluated.
    pub training: String,
    /// `train`, `validation` or `test`.
    pub split: String,
    /// `last` or `best`.
    pub checkpoint: String,
    /// Supervision segments at most during training.
    pub segments_trained: usize,
    /// Puzzles evaluated.
    pub puzzles: u64,
    /// Outcomes after each segment, in order, from segment 1 on.
    pub by_segment: Vec<SegmentResult>,
    /// Outcome when each puzzle stops where the learned rule halts it.
    pub adaptive: Option<AdaptiveResult>,
    /// Puzzles by the segment at which the learned rule halts them: index 0 is segment 1. A puzzle
    /// that the rule never halts counts at the last segment.
    pub halt_histogram: Vec<u64>,
    /// A few puzzles with their prediction after every segment.
    pub traces: Vec<PuzzleTrace>,
    /// Scores of the final predictions.
    pub scores: FinalScores,
    /// Its place among the evaluations that looked at the same test split.
    pub test_evaluation: Option<TestEvaluation>,
    /// The file or folder of the predictions, where another program made them.
    pub predictions: Option<String>,
    /// What the hidden states of the probed puzzles did.
    pub hidden_states: Vec<HiddenStateInfo>,
}

/// What one hidden state did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HiddenStateInfo {
    /// `z_h`, `z_l`, or `layer` for what passes from block to block of a Transformer.
    pub state: String,
    /// Forward residuals: number of the update, counting those of all states, and the mean Euclidean
    /// norm of the change of a position's vector.
    pub residuals: Vec<(u64, f64)>,
    /// Number of puzzles, and the participation ratio of their states.
    pub participation: Vec<(u64, f64)>,
}

impl EvaluationInfo {
    /// The outcome after the last segment: the evaluation's result.
    pub fn last(&self) -> Option<&SegmentResult> {
        self.by_segment.last()
    }

    /// Exact accuracy after the last segment, where it was counted.
    pub fn exact(&self) -> Option<Count> {
        let after_last = self.last().and_then(|result| result.exact);
        after_last.or_else(|| self.final_count("exact_accuracy"))
    }

    /// Accuracy of cells after the last segment, where it was counted.
    pub fn cells(&self) -> Option<Count> {
        let after_last = self.last().and_then(|result| result.cells);
        after_last.or_else(|| self.final_count("cell_accuracy"))
    }

    /// The count of a metric of the final predictions.
    fn final_count(&self, metric: &str) -> Option<Count> {
        let mut scores = self.scores.overall.iter();
        scores
            .find(|score| score.metric == metric)
            .map(|score| score.count)
    }

    /// pass@K of the votes of all augmentations.
    pub(crate) fn last_votes(&self) -> Vec<&ArcScore> {
        let votes = &self.scores.votes;
        let last = votes.iter().map(|score| score.augmentations).max();
        let is_last = |score: &&ArcScore| Some(score.augmentations) == last;
        votes.iter().filter(is_last).collect()
    }

    /// Whether there are scores beyond those that are counted after every segment.
    pub(crate) fn has_scores(&self) -> bool {
        let known = ["exact_accuracy", "cell_accuracy", "q_halt_accuracy"];
        let of_every_segment = |score: &MetricCount| known.contains(&score.metric.as_str());
        let scores = &self.scores;
        self.predictions.is_some()
            || !scores.votes.is_empty()
            || !scores.overall.iter().all(of_every_segment)
    }
}

/// What was counted after one segment. A metric that the evaluation does not count is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentResult {
    /// Number of the segment, from 1.
    pub segment: usize,
    /// Puzzles with every counted cell right, of all puzzles.
    pub exact: Option<Count>,
    /// Cells that are right, of all counted cells.
    pub cells: Option<Count>,
    /// Puzzles for which (q_halt ≥ 0) agrees with being exactly right, of all puzzles.
    pub q_halt: Option<Count>,
}

/// The outcome of adaptive halting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AdaptiveResult {
    /// Puzzles exactly right at the segment where they halt, of all puzzles.
    pub exact: Count,
    /// Segments used per puzzle, on average.
    pub mean_segments: f64,
}
