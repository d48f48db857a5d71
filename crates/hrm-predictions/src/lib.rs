//! Predictions in files, and their scores.
//!
//! Three kinds of files hold predictions: a CSV file of Sudokus or mazes ([`PredictionTable`]), a
//! folder of ARC predictions as the published evaluators save them ([`ArcCase`]), and the two files
//! that an evaluation of this project keeps ([`Predictions`]). [`score_evaluation`] and the
//! methods of the other two give [`Scores`], which are the same for all: where predictions come
//! from decides nothing about how they are counted.
//!
//! Invariants: no tensors, no database, no clock; every score is whole numbers, a count and what it
//! is a count of; a file that is malformed anywhere gives an error that names the place, never a
//! partial score.

mod arc_case;
mod arc_scores;
mod arc_split;
mod arc_tasks;
mod csv_file;
mod error;
mod evaluation;
mod kept;
mod predicted;
mod ranking;
mod scores;

pub use arc_case::ArcCase;
pub use arc_scores::{ArcRule, ArcScores, PassAt, TestInputOutcome, VotePoint, score_votes};
pub use csv_file::PredictionTable;
pub use error::PredictionsError;
pub use evaluation::{check_evaluation, evaluation_puzzles, score_evaluation, scored_puzzle};
pub use kept::Predictions;
pub use predicted::PredictedPuzzle;
pub use ranking::{RankedCandidate, RankedTestInput, rankings};
pub use scores::{PuzzleCounts, Scored, ScoredCount, Scores};
