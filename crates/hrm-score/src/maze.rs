//! Scores of maze predictions.

use crate::{Cells, Part, PredictionRow, PuzzleScore, RowFault, Share};
use hrm_puzzle::maze::{Cell, Maze, PathCheck, check_path};
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// What a prediction got right of one maze.
///
/// A path is *valid* if the walls, the start and the goal are unchanged and the marked cells are
/// one plain path between these two: start and goal each have exactly one neighbor on the path,
/// every marked cell has exactly two, and no marked cell lies elsewhere. A path that runs beside
/// itself is therefore not valid: where marked cells touch side by side, their order is not
/// determined and steps could be saved. No shortest path does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MazeOutcome {
    /// Whether there is a prediction; all the rest is wrong where there is none.
    pub answered: bool,
    /// Every cell equals the label, one shortest path of many: the published score.
    pub exact: bool,
    /// The marks are a valid path of the fewest steps that there can be.
    pub shortest_path: bool,
    /// The marks are a valid path of any length.
    pub valid_path: bool,
    /// Cells that equal the label, of all cells.
    pub cells_right: Share,
}

/// Sums of [`MazeOutcome`] over puzzles. The total of a share is the number of puzzles, answered or
/// not; that of `cells_right` is a number of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MazeCounts {
    /// Puzzles with a prediction.
    pub answered: Share,
    /// Exact accuracy, the published score: the label's own path.
    pub exact: Share,
    /// Puzzles whose prediction is any shortest path.
    pub shortest_path: Share,
    /// Puzzles whose prediction is any valid path.
    pub valid_path: Share,
    /// Accuracy over all cells. All puzzles have as many, so it is also the mean over puzzles.
    pub cells_right: Share,
}

/// Scores of maze predictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MazeScores {
    /// Sums over all puzzles.
    pub all: MazeCounts,
    /// Every puzzle, in the order of the rows.
    pub puzzles: Vec<PuzzleScore<MazeOutcome>>,
}

impl MazeOutcome {
    /// The outcome of predicted cells; a cell is `None` where padding is predicted.
    fn new(question: &Maze, answer: &Maze, prediction: Option<&[Option<Cell>]>) -> Self {
        let predicted = |cell: usize| prediction?.get(cell).copied().flatten();
        let labels = answer.cells().iter().enumerate();
        let cells_right = Share::of(labels.map(|(cell, &label)| predicted(cell) == Some(label)));
        let path = prediction.map_or(PathCheck::Invalid, |cells| check_cells(question, cells));
        Self {
            answered: prediction.is_some(),
            exact: cells_right.count == cells_right.total,
            shortest_path: path.is_shortest(),
            valid_path: path.is_valid(),
            cells_right,
        }
    }
}

fn check_cells(question: &Maze, prediction: &[Option<Cell>]) -> PathCheck {
    let cells: Option<Vec<Cell>> = prediction.iter().copied().collect();
    let maze = cells.and_then(|cells| Maze::new(question.rows(), question.cols(), cells).ok());
    maze.map_or(PathCheck::Invalid, |maze| check_path(question, &maze))
}

impl AddAssign<&MazeOutcome> for MazeCounts {
    fn add_assign(&mut self, outcome: &MazeOutcome) {
        self.answered += outcome.answered.into();
        self.exact += outcome.exact.into();
        self.shortest_path += outcome.shortest_path.into();
        self.valid_path += outcome.valid_path.into();
        self.cells_right += outcome.cells_right;
    }
}

impl FromIterator<PuzzleScore<MazeOutcome>> for MazeScores {
    fn from_iter<I: IntoIterator<Item = PuzzleScore<MazeOutcome>>>(puzzles: I) -> Self {
        let mut all = MazeCounts::default();
        let puzzles = puzzles.into_iter();
        let puzzles = puzzles.inspect(|puzzle| all += &puzzle.outcome).collect();
        Self { all, puzzles }
    }
}

/// Compares the prediction of a row with its answer.
pub(crate) fn score(
    rows: usize,
    cols: usize,
    row: &PredictionRow<impl Cells>,
) -> Result<MazeOutcome, RowFault> {
    let question = whole(rows, cols, &row.question, Part::Question)?;
    let answer = whole(rows, cols, &row.answer, Part::Answer)?;
    let marked = question.cells().contains(&Cell::Path);
    if marked || !check_path(&question, &answer).is_shortest() {
        return Err(RowFault::Answer {
            expected: "it must be the question, which has no marks, with a shortest path marked",
        });
    }
    let prediction = row.answered();
    let prediction = prediction.map(|cells| cells.maze(rows, cols, Part::Prediction));
    let prediction = prediction.transpose()?;
    Ok(MazeOutcome::new(&question, &answer, prediction.as_deref()))
}

/// A maze without padding.
fn whole(rows: usize, cols: usize, cells: &impl Cells, part: Part) -> Result<Maze, RowFault> {
    let cells = cells.maze(rows, cols, part)?.into_iter().flatten();
    Maze::new(rows, cols, cells.collect()).map_err(|error| RowFault::Maze { part, error })
}
