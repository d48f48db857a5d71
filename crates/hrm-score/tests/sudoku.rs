//! Outcomes and sums of Sudoku predictions.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "allowed in tests; their helpers do not count as such, and no file uses all of them"
)]

mod common;

use common::{boxes, row, sudoku_outcome, sudoku_scores};
use hrm_puzzle::sudoku::{GenerateOptions, Shape, Symmetry, generate};
use hrm_random::stream;
use hrm_score::{PredictionRow, RATING_BUCKETS, Share, SudokuOutcome};
use proptest::prelude::*;
use rand::Rng;

const QUESTION: &str = ".42...3.....21.3";
const ANSWER: &str = "3421123443122143";

fn share(count: u64, total: u64) -> Share {
    Share { count, total }
}

#[test]
fn each_outcome_is_judged_on_its_own() {
    // Prediction, exact, cells and blank cells right, rules kept, givens kept.
    let cases = [
        (ANSWER, true, 16, 10, true, true),
        // A given changed.
        ("3421123443122142", false, 15, 10, false, false),
        // A blank cell wrong.
        ("1421123443122143", false, 15, 9, false, true),
        // The cell is left blank.
        (".421123443122143", false, 15, 9, false, true),
        // The question itself, given back.
        (QUESTION, false, 6, 0, false, true),
        // A complete grid by the rules, but of another puzzle.
        ("4321123421433412", false, 6, 4, true, false),
    ];
    for (prediction, exact, cells, blanks, rules_kept, givens_kept) in cases {
        let expected = SudokuOutcome {
            answered: true,
            exact,
            cells_right: share(cells, 16),
            blank_cells_right: share(blanks, 10),
            rules_kept,
            givens_kept,
            valid: rules_kept && givens_kept,
        };
        let outcome = sudoku_outcome(boxes(2, 2), row(QUESTION, ANSWER, prediction));
        assert_eq!(outcome, expected, "{prediction}");
    }
}

#[test]
fn another_solution_is_valid_but_not_exact() {
    // Both fill the empty grid.
    let question = ".".repeat(16);
    let outcome = sudoku_outcome(
        boxes(2, 2),
        row(question.as_str(), ANSWER, "1234341221434321"),
    );
    assert!(outcome.valid && !outcome.exact);
}

#[test]
fn an_empty_prediction_is_unanswered_and_wrong_in_everything() {
    let outcome = sudoku_outcome(boxes(2, 2), row(QUESTION, ANSWER, ""));
    let expected = SudokuOutcome {
        answered: false,
        exact: false,
        cells_right: share(0, 16),
        blank_cells_right: share(0, 10),
        rules_kept: false,
        givens_kept: false,
        valid: false,
    };
    assert_eq!(outcome, expected);
}

#[test]
fn sums_are_over_all_puzzles_and_by_rating() {
    let ratings = [
        Some(0),
        Some(1),
        Some(9),
        Some(10),
        Some(99),
        Some(100),
        Some(u32::MAX),
        None,
    ];
    let predictions = ratings.map(|rating| PredictionRow {
        rating,
        source: Some("made up".into()),
        ..row(
            QUESTION,
            ANSWER,
            if rating == Some(9) { "" } else { ANSWER },
        )
    });
    let scores = sudoku_scores(boxes(2, 2), predictions);
    assert_eq!(scores.all.answered, share(7, 8));
    assert_eq!(scores.all.exact, share(7, 8));
    assert_eq!(scores.all.valid, share(7, 8));
    assert_eq!(scores.all.cells_right, share(7 * 16, 8 * 16));
    assert_eq!(scores.all.blank_cells_right, share(7 * 10, 8 * 10));
    assert_eq!(scores.unrated.exact, share(1, 1));
    let buckets = scores.by_rating.iter();
    let buckets: Vec<_> = buckets
        .map(|bucket| ((bucket.rating_min, bucket.rating_max), bucket.counts.exact))
        .collect();
    let expected = [
        share(1, 1),
        share(1, 2),
        share(1, 1),
        share(1, 1),
        share(2, 2),
    ];
    let expected: Vec<_> = RATING_BUCKETS.into_iter().zip(expected).collect();
    assert_eq!(buckets, expected);
    let ratings_kept: Vec<_> = scores.puzzles.iter().map(|puzzle| puzzle.rating).collect();
    assert_eq!(ratings_kept, ratings);
    assert_eq!(scores.puzzles[0].source.as_deref(), Some("made up"));
}

#[test]
fn buckets_leave_no_rating_out() {
    for pair in RATING_BUCKETS.windows(2) {
        assert_eq!(pair[0].1.map(|max| max + 1), Some(pair[1].0));
    }
    assert_eq!((RATING_BUCKETS[0].0, RATING_BUCKETS[4].1), (0, None));
}

#[test]
fn tokens_are_scored_like_text() {
    let tokens = |text: &str| -> Vec<u8> {
        let digit = |symbol: char| symbol.to_digit(10).map_or(1, |digit| digit as u8 + 1);
        text.chars().map(digit).collect()
    };
    let (question, answer) = (tokens(QUESTION), tokens(ANSWER));
    for prediction in [ANSWER, QUESTION, "4321123421433412", "...............4"] {
        let of_text = sudoku_outcome(boxes(2, 2), row(QUESTION, ANSWER, prediction));
        let prediction = tokens(prediction);
        let of_tokens = sudoku_outcome(
            boxes(2, 2),
            row(
                question.as_slice(),
                answer.as_slice(),
                prediction.as_slice(),
            ),
        );
        assert_eq!(of_tokens, of_text);
    }
    // Padding is a cell without a digit.
    let mut padded = answer.clone();
    padded[0] = 0;
    let outcome = sudoku_outcome(
        boxes(2, 2),
        row(question.as_slice(), answer.as_slice(), padded.as_slice()),
    );
    assert_eq!(outcome.cells_right, share(15, 16));
    assert!(!outcome.rules_kept && outcome.givens_kept);
}

proptest! {
    /// Moving question, answer and prediction alike changes nothing that is counted.
    #[test]
    fn outcomes_do_not_depend_on_the_presentation(seed in 0u64..10_000, shape in 0usize..4, changes in 0usize..4) {
        let (box_rows, box_cols) = [(2, 2), (2, 3), (3, 2), (3, 3)][shape];
        let shape = Shape::new(box_rows, box_cols).unwrap();
        let mut rng = stream(seed, "test/presentation", 0);
        let options = GenerateOptions { shape, givens: None, guesses: None };
        let puzzle = generate(&options, &mut rng, 1000).unwrap();
        let mut cells = puzzle.answer.cells().to_vec();
        for _ in 0..changes {
            let cell = rng.random_range(0..cells.len());
            cells[cell] = rng.random_range(0..=shape.size() as u8);
        }
        let prediction = hrm_puzzle::sudoku::Grid::new(shape, cells).unwrap();
        let symmetry = Symmetry::random(shape, &mut rng);
        let kind = boxes(box_rows, box_cols);
        let grids = [&puzzle.question, &puzzle.answer, &prediction];
        let [question, answer, predicted] = grids.map(|grid| grid.to_string());
        let outcome = sudoku_outcome(kind, row(question, answer, predicted));
        let [question, answer, predicted] = grids.map(|grid| symmetry.apply(grid).to_string());
        prop_assert_eq!(sudoku_outcome(kind, row(question, answer, predicted)), outcome);
        // The question has one solution.
        prop_assert_eq!(outcome.exact, outcome.valid);
        prop_assert_eq!(outcome.exact, prediction == puzzle.answer);
    }
}
