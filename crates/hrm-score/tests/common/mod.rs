//! Rows and scores as the tests write them.

use hrm_puzzle::sudoku::Shape;
use hrm_score::{
    Cells, Kind, MazeOutcome, MazeScores, PredictionRow, Scores, SudokuOutcome, SudokuScores,
    score_predictions,
};

/// A row without rating and source.
pub(crate) fn row<T>(question: T, answer: T, prediction: T) -> PredictionRow<T> {
    PredictionRow {
        question,
        answer,
        prediction,
        rating: None,
        source: None,
    }
}

/// The kind of Sudoku with boxes of that size.
pub(crate) fn boxes(box_rows: usize, box_cols: usize) -> Kind {
    Kind::Sudoku(Shape::new(box_rows, box_cols).unwrap())
}

/// Scores of Sudoku rows that are known to be well-formed.
pub(crate) fn sudoku_scores<T: Cells>(
    kind: Kind,
    rows: impl IntoIterator<Item = PredictionRow<T>>,
) -> SudokuScores {
    match score_predictions(kind, rows).unwrap() {
        Scores::Sudoku(scores) => scores,
        Scores::Maze(_) => panic!("not a Sudoku"),
    }
}

/// The outcome of one Sudoku row.
pub(crate) fn sudoku_outcome<T: Cells>(kind: Kind, row: PredictionRow<T>) -> SudokuOutcome {
    sudoku_scores(kind, [row]).puzzles[0].outcome
}

/// Scores of maze rows that are known to be well-formed.
pub(crate) fn maze_scores<T: Cells>(
    rows: usize,
    cols: usize,
    predictions: impl IntoIterator<Item = PredictionRow<T>>,
) -> MazeScores {
    match score_predictions(Kind::Maze { rows, cols }, predictions).unwrap() {
        Scores::Maze(scores) => scores,
        Scores::Sudoku(_) => panic!("not a maze"),
    }
}

/// The outcome of one maze row.
pub(crate) fn maze_outcome<T: Cells>(
    rows: usize,
    cols: usize,
    row: PredictionRow<T>,
) -> MazeOutcome {
    maze_scores(rows, cols, [row]).puzzles[0].outcome
}
