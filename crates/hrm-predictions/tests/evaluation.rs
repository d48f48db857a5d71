//! Evaluations score their final predictions as other programs' files are scored.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{data, shared};
use hrm_config::Split;
use hrm_dataset::{Dataset, PuzzleDescription, eval_examples};
use hrm_predictions::{
    ArcCase, Predictions, Scores, check_evaluation, score_evaluation, score_votes,
};
use std::path::Path;

/// The reference case's dataset and predictions, as an evaluation has them.
fn arc(folder: &Path) -> (Dataset, Predictions) {
    let mut dataset = Dataset::read(&folder.join("ds")).unwrap();
    dataset.card.puzzle = PuzzleDescription::Arc;
    let q_halt = data(&folder.join("q_logits.npy"));
    let q_halt = q_halt.as_chunks::<4>().0.iter();
    let predictions = Predictions {
        seq_len: 900,
        tokens: data(&folder.join("preds.npy")),
        q_halt: q_halt.map(|&bytes| f32::from_le_bytes(bytes)).collect(),
    };
    (dataset, predictions)
}

#[test]
fn an_arc_evaluation_scores_as_its_case_does() {
    let Some(folder) = shared("fixtures/data/arc_scoring") else {
        return;
    };
    let (dataset, predictions) = arc(&folder);
    let examples: Vec<usize> = (0..predictions.puzzles()).collect();
    let scored = score_evaluation(&dataset, Split::Test, &examples, &predictions);
    let (Scores::Arc(mut found), Some(submission)) = ({
        let scored = scored.unwrap().unwrap();
        (scored.scores, scored.submission)
    }) else {
        unreachable!("the dataset holds ARC tasks")
    };
    let case = ArcCase::read(&folder).unwrap();
    let expected = score_votes(&case.votes().unwrap(), usize::MAX).unwrap();
    let Scores::Arc(mut of_case) = expected.scores else {
        unreachable!("votes score ARC tasks")
    };
    // The dataset has its tasks in another order than the file of tasks.
    for scores in [&mut found, &mut of_case] {
        scores
            .test_inputs
            .sort_by(|a, b| (&a.task, a.test_index).cmp(&(&b.task, b.test_index)));
    }
    assert_eq!(found, of_case);
    assert_eq!(submission.len(), expected.submission.unwrap().len());
}

#[test]
fn fewer_augmentations_vote_as_the_first_of_all_do() {
    let Some(folder) = shared("fixtures/data/arc_scoring") else {
        return;
    };
    let (dataset, all) = arc(&folder);
    let examples = eval_examples(dataset.split(Split::Test).unwrap(), None, Some(2));
    assert_eq!(examples.len(), 14 * 3);
    let few = Predictions {
        seq_len: 900,
        tokens: examples
            .iter()
            .flat_map(|&example| all.tokens[900 * example..][..900].to_vec())
            .collect(),
        q_halt: examples
            .iter()
            .map(|&example| all.q_halt[example])
            .collect(),
    };
    let scored = score_evaluation(&dataset, Split::Test, &examples, &few).unwrap();
    let case = ArcCase::read(&folder).unwrap();
    let expected = score_votes(&case.votes().unwrap(), 2).unwrap();
    match (scored.unwrap().scores, expected.scores) {
        (Scores::Arc(found), Scores::Arc(expected)) => assert_eq!(found.curve, expected.curve),
        other => unreachable!("{other:?} are ARC scores"),
    }
}

#[test]
fn what_cannot_be_scored_is_known_before_the_model_runs() {
    let Some(folder) = shared("fixtures/data") else {
        return;
    };
    let (mut dataset, _) = arc(&folder.join("arc_scoring"));
    assert!(check_evaluation(&dataset, Split::Test, &[0, 1, 2]).is_ok());
    // Grids of the training split lie anywhere in their squares: there is nothing to vote on.
    assert!(check_evaluation(&dataset, Split::Train, &[0]).is_ok());
    dataset.card.puzzle = PuzzleDescription::Maze { rows: 30, cols: 30 };
    let error = check_evaluation(&dataset, Split::Test, &[0, 1])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the test split cannot be scored: row 1: "),
        "{error}"
    );

    let mut sudoku = Dataset::read(&folder.join("trm_sudoku_noaug")).unwrap();
    sudoku.card.puzzle = PuzzleDescription::Sudoku {
        box_rows: 3,
        box_cols: 3,
    };
    let test = sudoku.split(Split::Test).unwrap();
    let examples = eval_examples(test, Some(4), None);
    let answers: Vec<u8> = examples
        .iter()
        .flat_map(|&example| test.label(example).to_vec())
        .collect();
    let right = Predictions {
        seq_len: 81,
        tokens: answers,
        q_halt: vec![0.0; 4],
    };
    let scored = score_evaluation(&sudoku, Split::Test, &examples, &right)
        .unwrap()
        .unwrap();
    let counts = scored.scores.puzzle_counts().unwrap().counts();
    assert!(
        counts
            .iter()
            .all(|count| count.share.count == count.share.total)
    );
    let error = score_evaluation(&sudoku, Split::Test, &examples[..2], &right)
        .unwrap_err()
        .to_string();
    assert!(error.contains("4 predictions for 2 puzzles"), "{error}");
}
