//! A puzzle with a prediction for it.

use hrm_score::PredictionRow;

/// A puzzle with a prediction, in the tokens of datasets [cells], in row order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PredictedPuzzle {
    /// What was asked.
    pub question: Vec<u8>,
    /// The answer that the prediction is compared with.
    pub answer: Vec<u8>,
    /// What was predicted; empty where nothing was, or it is not looked at.
    pub prediction: Vec<u8>,
    /// Difficulty, where it is known.
    pub difficulty: Option<u32>,
}

impl PredictedPuzzle {
    /// The form that is scored.
    pub(crate) fn row(&self) -> PredictionRow<&[u8]> {
        PredictionRow {
            question: &self.question,
            answer: &self.answer,
            prediction: &self.prediction,
            rating: self.difficulty,
            source: None,
        }
    }
}
