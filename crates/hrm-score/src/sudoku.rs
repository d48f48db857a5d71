//! Scores of Sudoku predictions.

use crate::{Cells, Part, PredictionRow, PuzzleScore, RowFault, Share};
use hrm_puzzle::sudoku::{Grid, Shape};
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// What a prediction got right of one Sudoku.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SudokuOutcome {
    /// Whether there is a prediction; all the rest is wrong where there is none.
    pub answered: bool,
    /// Every cell equals the answer: the published score.
    pub exact: bool,
    /// Cells that equal the answer, of all cells, givens included.
    pub cells_right: Share,
    /// Cells that equal the answer, of those that are blank in the question.
    pub blank_cells_right: Share,
    /// Every row, column and box holds every digit once.
    pub rules_kept: bool,
    /// Every given of the question stands unchanged.
    pub givens_kept: bool,
    /// Rules and givens are both kept: the prediction is a solution. With a question of only one
    /// solution that is the same as `exact`.
    pub valid: bool,
}

/// Sums of [`SudokuOutcome`] over puzzles. The total of a share is the number of puzzles, answered
/// or not; that of `cells_right` and `blank_cells_right` is a number of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SudokuCounts {
    /// Puzzles with a prediction.
    pub answered: Share,
    /// Exact accuracy, the published score.
    pub exact: Share,
    /// Accuracy over all cells. All puzzles have as many, so it is also the mean over puzzles.
    pub cells_right: Share,
    /// Accuracy over the cells that are blank in the questions.
    pub blank_cells_right: Share,
    /// Puzzles whose prediction keeps the rules.
    pub rules_kept: Share,
    /// Puzzles whose prediction keeps the givens.
    pub givens_kept: Share,
    /// Puzzles whose prediction keeps both: it is a solution.
    pub valid: Share,
}

/// Lowest and highest rating of each bucket; the last one has no highest.
///
/// The published rating is a number of guesses of one solver, which depends on how a puzzle is
/// presented. 0 is a class of its own: no search is needed. The other edges grow threefold or so,
/// as guesses spread over three orders of magnitude; of 15,000 published test rows, 15 % have 0,
/// 23 % have 1 to 9, 32 % have 10 to 29, 30 % have 30 to 99 and 1 % have more.
pub const RATING_BUCKETS: [(u32, Option<u32>); 5] = [
    (0, Some(0)),
    (1, Some(9)),
    (10, Some(29)),
    (30, Some(99)),
    (100, None),
];

/// The counts of the puzzles whose rating lies within bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingBucket {
    /// Lowest rating.
    pub rating_min: u32,
    /// Highest rating, if there is one.
    pub rating_max: Option<u32>,
    /// Sums over its puzzles.
    pub counts: SudokuCounts,
}

/// Scores of Sudoku predictions. Those of `by_rating` and `unrated` add up to `all`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SudokuScores {
    /// Sums over all puzzles.
    pub all: SudokuCounts,
    /// Sums over the puzzles of each of [`RATING_BUCKETS`], in that order.
    pub by_rating: Vec<RatingBucket>,
    /// Sums over the puzzles without a rating.
    pub unrated: SudokuCounts,
    /// Every puzzle, in the order of the rows.
    pub puzzles: Vec<PuzzleScore<SudokuOutcome>>,
}

impl SudokuOutcome {
    fn new(question: &Grid, answer: &Grid, prediction: Option<&Grid>) -> Self {
        let right = |cell: usize| {
            prediction.is_some_and(|grid| grid.cells().get(cell) == answer.cells().get(cell))
        };
        let cells_right = Share::of((0..answer.cells().len()).map(right));
        let blanks = question.cells().iter().enumerate();
        let blanks = blanks.filter(|&(_, &given)| given == 0);
        let rules_kept = prediction.is_some_and(Grid::is_complete);
        let givens_kept = prediction.is_some_and(|grid| grid.keeps_givens_of(question));
        Self {
            answered: prediction.is_some(),
            exact: cells_right.count == cells_right.total,
            cells_right,
            blank_cells_right: Share::of(blanks.map(|(cell, _)| right(cell))),
            rules_kept,
            givens_kept,
            valid: rules_kept && givens_kept,
        }
    }
}

impl AddAssign<&SudokuOutcome> for SudokuCounts {
    fn add_assign(&mut self, outcome: &SudokuOutcome) {
        self.answered += outcome.answered.into();
        self.exact += outcome.exact.into();
        self.cells_right += outcome.cells_right;
        self.blank_cells_right += outcome.blank_cells_right;
        self.rules_kept += outcome.rules_kept.into();
        self.givens_kept += outcome.givens_kept.into();
        self.valid += outcome.valid.into();
    }
}

impl FromIterator<PuzzleScore<SudokuOutcome>> for SudokuScores {
    fn from_iter<I: IntoIterator<Item = PuzzleScore<SudokuOutcome>>>(puzzles: I) -> Self {
        let bucket = |(rating_min, rating_max)| RatingBucket {
            rating_min,
            rating_max,
            counts: SudokuCounts::default(),
        };
        let mut scores = Self {
            all: SudokuCounts::default(),
            by_rating: RATING_BUCKETS.into_iter().map(bucket).collect(),
            unrated: SudokuCounts::default(),
            puzzles: Vec::new(),
        };
        for puzzle in puzzles {
            scores.all += &puzzle.outcome;
            let bucket = puzzle.rating.and_then(|rating| {
                let mut highest_first = scores.by_rating.iter_mut().rev();
                highest_first.find(|bucket| rating >= bucket.rating_min)
            });
            *bucket.map_or(&mut scores.unrated, |bucket| &mut bucket.counts) += &puzzle.outcome;
            scores.puzzles.push(puzzle);
        }
        scores
    }
}

/// Compares the prediction of a row with its answer.
pub(crate) fn score(
    shape: Shape,
    row: &PredictionRow<impl Cells>,
) -> Result<SudokuOutcome, RowFault> {
    let question = row.question.grid(shape, Part::Question)?;
    let answer = row.answer.grid(shape, Part::Answer)?;
    if !answer.is_solution_of(&question) {
        return Err(RowFault::Answer {
            expected: "it must be a complete grid that keeps the rules and the givens",
        });
    }
    let prediction = row.answered();
    let prediction = prediction.map(|cells| cells.grid(shape, Part::Prediction));
    let prediction = prediction.transpose()?;
    Ok(SudokuOutcome::new(&question, &answer, prediction.as_ref()))
}
