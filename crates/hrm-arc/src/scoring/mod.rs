//! From predictions to scores: votes over augmentations, rankings of candidates, pass@K.
//!
//! [`Votes`] collects predictions in any order and from any number of threads, [`Votes::outcomes`]
//! ranks the candidates of every test input, and [`Outcomes`] has the scores and the submission.
//! Votes belong to one checkpoint: pool several only for an ensemble that says so.

mod error;
mod outcome;
mod score;
mod submission;
mod votes;

pub use error::VoteError;
pub use outcome::{Candidate, Outcome, Outcomes};
pub use score::{PASS_AT, Rule, Score};
pub use votes::{Prediction, TestPairs, Votes};

/// Most test inputs of a task that can be scored: shares of tasks are counted exactly, in parts
/// whose number is the least common multiple of such counts.
pub const TEST_INPUTS_MAX: usize = 30;
