//! Evaluations on the same puzzles side by side, each with what sets it apart.

use super::Estimate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Evaluations on one set of puzzles, in the order of the workflow; the first is the base of the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ablation {
    /// The puzzles: `dataset.sudoku, test split`.
    pub puzzles: String,
    /// What is measured, for example `exact_accuracy`.
    pub measure: String,
    /// What makes the question and is not the same for all, for example `segments`: differences are then
    /// not those of the trainings alone.
    pub questions: Vec<String>,
    /// The evaluations, each with its seeds.
    pub rows: Vec<AblationRow>,
}

/// One evaluation with its seeds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AblationRow {
    /// Ids of the evaluations, one for each seed.
    pub evaluations: Vec<String>,
    /// Every value of the configuration behind it: of the training, and of its dataset and evaluation
    /// with their kind before the path. What is not set is missing.
    pub settings: BTreeMap<String, String>,
    /// What was measured; none where a result lacks it.
    pub estimate: Option<Estimate>,
    /// Its difference to the base; none for the base.
    pub difference: Option<BaseDifference>,
}

/// A result minus that of the base.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BaseDifference {
    /// The difference.
    pub value: f64,
    /// Its 95 % interval on the same puzzles, over seeds where there are several; none where puzzles or
    /// seeds do not correspond.
    pub interval: Option<[f64; 2]>,
}
