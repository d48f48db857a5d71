//! The whole ranking of every test input, in the form in which reference cases of the published
//! evaluators hold it.

use hrm_arc::grid_hash;
use hrm_arc::scoring::{Candidate, Outcome, Outcomes};
use serde::Serialize;

/// A test input with all of its candidates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedTestInput {
    /// The task's name.
    #[serde(rename = "puzzle")]
    pub task: String,
    /// The test pair, counted from 0.
    #[serde(rename = "test")]
    pub test_index: usize,
    /// Different grids that were predicted.
    #[serde(rename = "n_candidates")]
    pub candidates: usize,
    /// The place of the right output among the candidates, counted from 1; nothing where it was not
    /// predicted.
    #[serde(rename = "correct_rank")]
    pub rank: Option<usize>,
    /// The predicted grids, the best first.
    pub ranking: Vec<RankedCandidate>,
}

/// A predicted grid with its votes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedCandidate {
    /// Predictions of this grid.
    #[serde(rename = "count")]
    pub votes: usize,
    /// Mean of sigmoid(q_halt) over these predictions.
    pub mean_q: f64,
    /// Rows and columns; both 0 where no grid was predicted.
    pub shape: [usize; 2],
    /// SHA-256 of shape and cells, as the published TRM code makes it.
    pub grid_sha256: String,
    /// Whether it is the right output.
    pub correct: bool,
}

/// The ranking of every test input, task by task.
pub fn rankings(outcomes: &Outcomes<'_>) -> Vec<RankedTestInput> {
    outcomes.iter().map(ranked).collect()
}

fn ranked(outcome: &Outcome<'_>) -> RankedTestInput {
    let candidate = |(place, candidate): (usize, &Candidate<'_>)| RankedCandidate {
        votes: candidate.votes,
        mean_q: candidate.mean_q,
        shape: [candidate.grid.rows(), candidate.grid.cols()],
        grid_sha256: grid_hash(candidate.grid).to_string(),
        correct: outcome.rank == Some(place + 1),
    };
    RankedTestInput {
        task: outcome.task.to_owned(),
        test_index: outcome.test_index,
        candidates: outcome.candidates.len(),
        rank: outcome.rank,
        ranking: outcome
            .candidates
            .iter()
            .enumerate()
            .map(candidate)
            .collect(),
    }
}
