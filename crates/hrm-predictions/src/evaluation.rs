//! The scores of an evaluation's final predictions.

use crate::arc_split::{square, tasks_of_split};
use crate::{PredictedPuzzle, Predictions, PredictionsError, Scored, score_votes};
use hrm_arc::Convention;
use hrm_arc::dataset::PuzzleNames;
use hrm_arc::scoring::{Prediction, Votes};
use hrm_arc::tokens::{SEQ_LEN, Tokens};
use hrm_config::{ScoredPuzzle, Split};
use hrm_dataset::{Dataset, PuzzleDescription, SplitData, eval_batches};
use hrm_puzzle::sudoku::Shape;
use hrm_score::{Kind, PredictionRow, score_predictions};
use std::path::Path;

/// Examples that are encoded at once.
const BATCH_SIZE: usize = 256;

/// The kind of puzzle that the predictions for a split are scored as. `None` where nothing is known of
/// the puzzles, and for the training split of ARC, whose grids lie anywhere in their squares.
pub fn scored_puzzle(puzzle: PuzzleDescription, split: Split) -> Option<ScoredPuzzle> {
    match puzzle {
        PuzzleDescription::Sudoku { .. } => Some(ScoredPuzzle::Sudoku),
        PuzzleDescription::Maze { .. } => Some(ScoredPuzzle::Maze),
        PuzzleDescription::Arc if split != Split::Train => Some(ScoredPuzzle::Arc),
        PuzzleDescription::Arc | PuzzleDescription::Tokens => None,
    }
}

/// Scores the predictions for the given examples of a split, row i of them for `examples[i]`. `None`
/// where [`scored_puzzle`] is.
///
/// # Errors
/// If there are more or fewer predictions than examples; see also [`check_evaluation`].
pub fn score_evaluation(
    dataset: &Dataset,
    split: Split,
    examples: &[usize],
    predictions: &Predictions,
) -> Result<Option<Scored>, PredictionsError> {
    if predictions.puzzles() != examples.len() {
        let (found, expected) = (predictions.puzzles(), examples.len());
        let reason = format!("{found} predictions for {expected} puzzles");
        return Err(PredictionsError::malformed(Path::new(split.name()), reason));
    }
    score(dataset, split, examples, Some(predictions))
}

/// Checks that predictions for the given examples can be scored, before a model is asked for them.
///
/// # Errors
/// If an answer does not solve its question, or ARC puzzles have no names or grids of their own.
pub fn check_evaluation(
    dataset: &Dataset,
    split: Split,
    examples: &[usize],
) -> Result<(), PredictionsError> {
    score(dataset, split, examples, None).map(drop)
}

fn score(
    dataset: &Dataset,
    split: Split,
    examples: &[usize],
    predictions: Option<&Predictions>,
) -> Result<Option<Scored>, PredictionsError> {
    let data = dataset.split(split)?;
    let kind = match dataset.card.puzzle {
        PuzzleDescription::Sudoku { box_rows, box_cols } => {
            Shape::new(box_rows, box_cols).ok().map(Kind::Sudoku)
        }
        PuzzleDescription::Maze { rows, cols } => Some(Kind::Maze { rows, cols }),
        puzzle @ (PuzzleDescription::Arc | PuzzleDescription::Tokens) => {
            return match scored_puzzle(puzzle, split) {
                Some(_) => score_arc(dataset, data, examples, predictions).map(Some),
                None => Ok(None),
            };
        }
    };
    let Some(kind) = kind else { return Ok(None) };
    let rows = puzzle_rows(data, examples, predictions);
    let rows: Vec<PredictionRow<&[u8]>> = rows.iter().map(PredictedPuzzle::row).collect();
    let scores = score_predictions(kind, rows).map_err(|source| PredictionsError::Puzzles {
        split: split.name(),
        source,
    })?;
    Ok(Some(scores.into()))
}

/// The puzzles of a split that an evaluation looked at, with its predictions where they are given: row i
/// of them for `examples[i]`.
///
/// # Errors
/// If the dataset has no such split.
pub fn evaluation_puzzles(
    dataset: &Dataset,
    split: Split,
    examples: &[usize],
    predictions: Option<&Predictions>,
) -> Result<Vec<PredictedPuzzle>, PredictionsError> {
    Ok(puzzle_rows(dataset.split(split)?, examples, predictions))
}

fn puzzle_rows(
    data: &SplitData,
    examples: &[usize],
    predictions: Option<&Predictions>,
) -> Vec<PredictedPuzzle> {
    let mut rows = Vec::with_capacity(examples.len());
    for batch in eval_batches(data, BATCH_SIZE, examples) {
        let bytes = |tokens: &[i32]| -> Vec<u8> {
            let byte = |&token: &i32| u8::try_from(token).unwrap_or(0);
            tokens.iter().map(byte).collect()
        };
        let inputs = batch.inputs.chunks(batch.seq_len);
        let slots = inputs
            .zip(batch.labels.chunks(batch.seq_len))
            .zip(&batch.examples);
        for ((question, answer), example) in slots {
            let Some(example) = example else { continue };
            rows.push(PredictedPuzzle {
                question: bytes(question),
                answer: bytes(answer),
                prediction: predictions.map_or_else(Vec::new, |all| all.of(rows.len()).to_vec()),
                difficulty: data.difficulty(*example as usize),
            });
        }
    }
    rows
}

fn score_arc(
    dataset: &Dataset,
    data: &SplitData,
    examples: &[usize],
    predictions: Option<&Predictions>,
) -> Result<Scored, PredictionsError> {
    let source = Path::new("identifiers.json");
    let names = dataset.identifiers();
    if names.is_empty() {
        let reason =
            "the dataset does not name its puzzles, so that their augmentations are unknown";
        return Err(PredictionsError::malformed(source, reason));
    }
    let end = examples.last().map(|last| last + 1);
    let tasks = tasks_of_split(data, end, &names, source)?;
    let names = PuzzleNames::new(Convention::of_names(&names), &names).map_err(|error| {
        PredictionsError::Names {
            path: source.to_owned(),
            source: error,
        }
    })?;
    let error = PredictionsError::votes(source);
    let mut votes = Votes::new(&tasks).map_err(&error)?;
    let mut row = 0;
    for batch in eval_batches(data, BATCH_SIZE, examples) {
        let slots = batch
            .inputs
            .chunks(batch.seq_len)
            .zip(&batch.puzzle_identifiers);
        for ((input, &identifier), _) in slots.zip(batch.examples.iter().flatten()) {
            let puzzle = usize::try_from(identifier)
                .ok()
                .and_then(|id| names.puzzle(id));
            let (Some(puzzle), Some(input)) = (puzzle, square(input)) else {
                let reason = format!("identifier {identifier} is no ARC puzzle");
                return Err(PredictionsError::malformed(source, reason));
            };
            let (output, q_halt_logit) = predicted(predictions, row);
            let prediction = Prediction {
                row,
                puzzle,
                input: &input,
                output: &output,
                q_halt_logit,
            };
            votes.add(&prediction).map_err(&error)?;
            row += 1;
        }
    }
    score_votes(&votes, usize::MAX).map_err(&error)
}

/// The predicted square and the halting logit of a row; nothing predicted where there are no
/// predictions.
fn predicted(predictions: Option<&Predictions>, row: usize) -> (Tokens, f64) {
    let output = predictions.and_then(|all| all.of(row).try_into().ok());
    let q_halt = predictions.and_then(|all| all.q_halt.get(row).copied());
    (
        output.unwrap_or([hrm_arc::tokens::PAD; SEQ_LEN]),
        q_halt.unwrap_or_default().into(),
    )
}
