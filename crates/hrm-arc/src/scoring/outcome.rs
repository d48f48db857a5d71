//! The ranked candidates of every test input.

use super::votes::{Ballot, Vote};
use super::{TestPairs, VoteError, Votes};
use crate::Grid;
use std::cmp::Reverse;

/// What the votes say about every test input of the evaluation tasks, task by task.
#[derive(Debug, Clone)]
pub struct Outcomes<'a> {
    pub(super) by_task: Vec<(&'a str, Vec<Outcome<'a>>)>,
}

/// What the votes say about one test input.
#[derive(Debug, Clone)]
pub struct Outcome<'a> {
    /// The task's name.
    pub task: &'a str,
    /// The test pair, counted from 0.
    pub test_index: usize,
    /// Number of votes.
    pub votes: usize,
    /// The predicted grids, the best first.
    pub candidates: Vec<Candidate<'a>>,
    /// The place of the right output among the candidates, counted from 1; nothing where it was
    /// not predicted.
    pub rank: Option<usize>,
}

/// A predicted grid with its votes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'a> {
    /// The grid, in the task's own orientation and colours.
    pub grid: &'a Grid,
    /// Predictions of this grid.
    pub votes: usize,
    /// Mean of sigmoid(q_halt) over these predictions.
    pub mean_q: f64,
}

impl<'a> Outcomes<'a> {
    pub(super) fn of(votes: &'a Votes<'_>, augmentations: usize) -> Result<Self, VoteError> {
        let mut by_task = Vec::with_capacity(votes.tasks.len());
        for (&TestPairs { task, pairs }, ballots) in votes.tasks.iter().zip(&votes.ballots) {
            let mut outcomes = Vec::with_capacity(pairs.len());
            for (test_index, pair) in pairs.iter().enumerate() {
                let ballot = ballots.iter().find(|ballot| *ballot.input == pair.input);
                let candidates = match ballot {
                    Some(ballot) => rank(ballot, &counted(task, ballot, augmentations)?),
                    None => Vec::new(),
                };
                let right = |candidate: &Candidate<'_>| *candidate.grid == pair.output;
                outcomes.push(Outcome {
                    task,
                    test_index,
                    votes: candidates.iter().map(|candidate| candidate.votes).sum(),
                    rank: candidates.iter().position(right).map(|place| place + 1),
                    candidates,
                });
            }
            by_task.push((task, outcomes));
        }
        Ok(Self { by_task })
    }

    /// The outcomes, task by task in the order of the tasks.
    pub fn iter(&self) -> impl Iterator<Item = &Outcome<'a>> {
        self.by_task.iter().flat_map(|(_, outcomes)| outcomes)
    }
}

/// The votes of the first augmentations, in the order of their rows.
fn counted(task: &str, ballot: &Ballot<'_>, augmentations: usize) -> Result<Vec<Vote>, VoteError> {
    let counts = |vote: &Vote| vote.augmentation as usize <= augmentations;
    let mut votes: Vec<Vote> = ballot.votes.iter().copied().filter(counts).collect();
    votes.sort_unstable_by_key(|vote| vote.row);
    match votes.windows(2).find(|pair| pair[0].row == pair[1].row) {
        Some(pair) => Err(VoteError::RepeatedRow {
            row: pair[0].row,
            task: task.to_owned(),
        }),
        None => Ok(votes),
    }
}

/// The candidates by votes and mean q, descending; exact ties in order of first appearance.
fn rank<'a>(ballot: &'a Ballot<'_>, votes: &[Vote]) -> Vec<Candidate<'a>> {
    // The sum is taken in the order of the rows, so that it is the same to the last bit.
    let mut places = vec![None; ballot.candidates.len()];
    let mut tallies: Vec<(&Grid, usize, f64)> = Vec::new();
    for vote in votes {
        let candidate = vote.candidate as usize;
        let place = *places[candidate].get_or_insert_with(|| {
            tallies.push((&ballot.candidates[candidate], 0, 0.0));
            tallies.len() - 1
        });
        tallies[place].1 += 1;
        tallies[place].2 += sigmoid(vote.q_halt_logit);
    }
    let candidate = |(grid, votes, sum_q)| Candidate {
        grid,
        votes,
        mean_q: sum_q / votes as f64,
    };
    let mut candidates: Vec<Candidate<'_>> = tallies.into_iter().map(candidate).collect();
    candidates.sort_by(|a, b| {
        let votes = Reverse(a.votes).cmp(&Reverse(b.votes));
        votes.then_with(|| b.mean_q.total_cmp(&a.mean_q))
    });
    candidates
}

fn sigmoid(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
