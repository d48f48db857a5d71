//! The votes of all predictions, however they arrive.

use super::{Outcomes, TEST_INPUTS_MAX, VoteError};
use crate::dataset::PuzzleRef;
use crate::tokens::{Tokens, crop};
use crate::{Grid, Pair, Task};
use indexmap::IndexSet;
use std::collections::HashMap;

/// One prediction of a model.
#[derive(Debug, Clone, Copy)]
pub struct Prediction<'a> {
    /// The number of its example in the test split. Exact ties are decided by it.
    pub row: usize,
    /// The puzzle of the example.
    pub puzzle: PuzzleRef<'a>,
    /// The input that the model was given.
    pub input: &'a Tokens,
    /// The tokens that the model predicts.
    pub output: &'a Tokens,
    /// The logit of the halting value q.
    pub q_halt_logit: f64,
}

/// The test pairs of an evaluation task: what predictions are made for and compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestPairs<'t> {
    /// The task's name.
    pub task: &'t str,
    /// Its test pairs.
    pub pairs: &'t [Pair],
}

impl<'t> From<&'t Task> for TestPairs<'t> {
    fn from(task: &'t Task) -> Self {
        Self {
            task: task.name(),
            pairs: task.test(),
        }
    }
}

/// The votes for the test inputs of the evaluation tasks.
///
/// Different predicted grids are kept once each, a vote is 24 bytes. What is made of the votes does
/// not depend on the order in which they came or were merged.
#[derive(Debug, Clone)]
pub struct Votes<'t> {
    pub(super) tasks: Vec<TestPairs<'t>>,
    by_name: HashMap<&'t str, usize>,
    /// By task.
    pub(super) ballots: Vec<Vec<Ballot<'t>>>,
}

/// The votes for one test input. Test pairs of a task with equal inputs share them.
#[derive(Debug, Clone)]
pub(super) struct Ballot<'t> {
    pub(super) input: &'t Grid,
    pub(super) candidates: IndexSet<Grid>,
    pub(super) votes: Vec<Vote>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Vote {
    pub(super) row: usize,
    pub(super) q_halt_logit: f64,
    /// Place of the puzzle among those of its task; 0 is the original.
    pub(super) augmentation: u32,
    /// Index of the predicted grid.
    pub(super) candidate: u32,
}

impl<'t> Votes<'t> {
    /// No votes yet for the test inputs of these tasks.
    ///
    /// # Errors
    /// If two tasks have the same name, or one has more than [`TEST_INPUTS_MAX`] test inputs.
    pub fn new(tasks: impl IntoIterator<Item: Into<TestPairs<'t>>>) -> Result<Self, VoteError> {
        let tasks: Vec<TestPairs<'t>> = tasks.into_iter().map(Into::into).collect();
        let mut by_name = HashMap::new();
        for (index, TestPairs { task, pairs }) in tasks.iter().enumerate() {
            if pairs.len() > TEST_INPUTS_MAX {
                return Err(VoteError::TooManyTestInputs {
                    task: (*task).to_owned(),
                    found: pairs.len(),
                });
            }
            if by_name.insert(*task, index).is_some() {
                return Err(VoteError::RepeatedTask((*task).to_owned()));
            }
        }
        Ok(Self {
            ballots: tasks.iter().map(Ballot::of_task).collect(),
            tasks,
            by_name,
        })
    }

    /// Counts one prediction: both grids are cropped and brought back to the task's own orientation
    /// and colours, and the predicted one gets a vote under the input.
    ///
    /// # Errors
    /// If the task is not evaluated, the input is none of its test inputs, or the logit is NaN.
    pub fn add(&mut self, prediction: &Prediction<'_>) -> Result<(), VoteError> {
        let row = prediction.row;
        let task = || prediction.puzzle.task.to_owned();
        let Some(&index) = self.by_name.get(prediction.puzzle.task) else {
            return Err(VoteError::UnknownTask { row, task: task() });
        };
        if prediction.q_halt_logit.is_nan() {
            return Err(VoteError::NotANumber { row, task: task() });
        }
        let undo = prediction.puzzle.augmentation.inverse();
        let input = undo.apply(&crop(prediction.input));
        let mut ballots = self.ballots[index].iter_mut();
        let Some(ballot) = ballots.find(|ballot| *ballot.input == input) else {
            return Err(VoteError::UnknownInput { row, task: task() });
        };
        let candidate = undo.apply(&crop(prediction.output));
        ballot.votes.push(Vote {
            row,
            augmentation: prediction.puzzle.index.try_into().unwrap_or(u32::MAX),
            candidate: ballot.candidates.insert_full(candidate).0 as u32,
            q_halt_logit: prediction.q_halt_logit,
        });
        Ok(())
    }

    /// Adds the votes of another collection.
    ///
    /// # Errors
    /// If it was made for other tasks.
    pub fn merge(&mut self, other: Self) -> Result<(), VoteError> {
        if self.tasks != other.tasks {
            return Err(VoteError::OtherTasks);
        }
        let others = other.ballots.into_iter().flatten();
        for (ballot, other) in self.ballots.iter_mut().flatten().zip(others) {
            let candidates = other.candidates.into_iter();
            let renumbered: Vec<u32> = candidates
                .map(|candidate| ballot.candidates.insert_full(candidate).0 as u32)
                .collect();
            let votes = other.votes.into_iter().map(|vote| Vote {
                candidate: renumbered[vote.candidate as usize],
                ..vote
            });
            ballot.votes.extend(votes);
        }
        Ok(())
    }

    /// The most augmentations that a prediction was made for, beside the original.
    pub fn augmentations(&self) -> usize {
        let votes = self
            .ballots
            .iter()
            .flatten()
            .flat_map(|ballot| &ballot.votes);
        votes
            .map(|vote| vote.augmentation as usize)
            .max()
            .unwrap_or(0)
    }

    /// Ranks the candidates of every test input by the votes of the original puzzles and the first
    /// `augmentations` augmentations of each task; all of them with `usize::MAX`.
    ///
    /// # Errors
    /// If two of the votes for an input have the same row.
    pub fn outcomes(&self, augmentations: usize) -> Result<Outcomes<'_>, VoteError> {
        Outcomes::of(self, augmentations)
    }
}

impl<'t> Ballot<'t> {
    fn of_task(task: &TestPairs<'t>) -> Vec<Self> {
        let inputs: IndexSet<&Grid> = task.pairs.iter().map(|pair| &pair.input).collect();
        let ballot = |input| Self {
            input,
            candidates: IndexSet::new(),
            votes: Vec::new(),
        };
        inputs.into_iter().map(ballot).collect()
    }
}
