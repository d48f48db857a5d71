//! Solving one puzzle.

use super::pass::run_segments;
use crate::error::TrainError;
use crate::halting::HaltingRule;
use crate::model::Place;
use crate::model_folder::ModelFolder;
use hrm_dataset::{Batch, IGNORED_LABEL};
use hrm_model::DeviceChoice;
use serde::Serialize;

/// What a model makes of a puzzle.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Solution {
    /// The state of the answer after each segment.
    pub segments: Vec<SolutionSegment>,
    /// Segment (from 1) at which the learned rule halts; none where it never does.
    pub halt_segment: Option<usize>,
}

/// The answer after one segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SolutionSegment {
    /// Predicted tokens [S].
    pub tokens: Vec<u8>,
    /// Halting logit.
    pub q_halt: f32,
    /// Logit of going on.
    pub q_continue: f32,
}

/// Runs `segments` supervision segments (as many as in training where none) on the question's tokens
/// [S]. `puzzle_identifier` chooses the puzzle embedding; 0 is the blank one.
///
/// # Errors
/// Where the tokens or the identifier are not the model's, or the device fails.
pub fn solve(
    model: &ModelFolder,
    question: &[u8],
    puzzle_identifier: usize,
    segments: Option<usize>,
    device: DeviceChoice,
) -> Result<Solution, TrainError> {
    let card = &model.card;
    check_question(model, question, puzzle_identifier)?;
    let place = Place::open(device, card.train.precision)?;
    let loaded = model.load(&place)?;
    let batch = Batch {
        size: 1,
        seq_len: question.len(),
        inputs: question.iter().map(|token| i32::from(*token)).collect(),
        labels: vec![IGNORED_LABEL; question.len()],
        puzzle_identifiers: vec![puzzle_identifier as i32],
        examples: vec![Some(0)],
    };
    let segments = segments.unwrap_or(card.train.segments);
    let results = run_segments(
        &loaded,
        &loaded.network(),
        card.train.loss,
        &batch,
        segments,
        None,
    )?;
    let rule = HaltingRule::of(&card.train);
    let segments: Vec<SolutionSegment> = results
        .iter()
        .map(|result| SolutionSegment {
            tokens: result.cells.iter().map(|cell| *cell as u8).collect(),
            q_halt: result.q_halt.first().copied().unwrap_or(f32::NAN),
            q_continue: result.q_continue.first().copied().unwrap_or(f32::NAN),
        })
        .collect();
    let halts = |segment: &SolutionSegment| rule.halts(segment.q_halt, segment.q_continue);
    let halt_segment = segments.iter().position(halts).map(|index| index + 1);
    Ok(Solution {
        segments,
        halt_segment,
    })
}

fn check_question(
    model: &ModelFolder,
    question: &[u8],
    puzzle_identifier: usize,
) -> Result<(), TrainError> {
    let dims = model.card.dims;
    let problem = if question.len() != dims.seq_len {
        format!(
            "the puzzle has {} cells, the model {}",
            question.len(),
            dims.seq_len
        )
    } else if let Some(token) = question
        .iter()
        .find(|t| usize::from(**t) >= dims.vocab_size)
    {
        format!("token {token} is not among the model's {}", dims.vocab_size)
    } else if puzzle_identifier >= dims.num_puzzle_identifiers {
        format!(
            "puzzle identifier {puzzle_identifier} is not among the model's {}",
            dims.num_puzzle_identifiers
        )
    } else {
        return Ok(());
    };
    Err(TrainError::Dataset(problem))
}
