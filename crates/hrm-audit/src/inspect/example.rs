//! A puzzle as boards to draw.

use crate::{Entry, Puzzle};
use hrm_arc::{Pair, Task};
use hrm_puzzle::maze::Maze;
use hrm_puzzle::sudoku;

/// A puzzle, drawn in one or more rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Where the puzzle stands, and its difficulty.
    pub title: String,
    /// Panels that stand side by side, row by row.
    pub rows: Vec<Vec<Panel>>,
}

/// A board with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// What it shows, for example `question`.
    pub caption: String,
    /// What is drawn.
    pub board: Board,
}

/// The usual colours of ARC, as red, green and blue, by number.
pub const ARC_PALETTE: [[u8; 3]; hrm_arc::COLOURS] = [
    [0, 0, 0],
    [0, 116, 217],
    [255, 65, 54],
    [46, 204, 64],
    [255, 220, 0],
    [170, 170, 170],
    [240, 18, 190],
    [255, 133, 27],
    [127, 219, 255],
    [135, 12, 37],
];

/// One grid to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Board {
    /// A Sudoku grid, and the puzzle whose givens stand out in it.
    Sudoku {
        /// The digits.
        grid: sudoku::Grid,
        /// The givens.
        givens: sudoku::Grid,
    },
    /// A maze, with or without a path.
    Maze(Maze),
    /// An ARC grid.
    Arc(hrm_arc::Grid),
}

impl Panel {
    pub(super) fn new(caption: impl Into<String>, board: Board) -> Self {
        Self {
            caption: caption.into(),
            board,
        }
    }
}

impl Example {
    /// A puzzle with its answer.
    pub(super) fn of(entry: &Entry) -> Self {
        let difficulty = entry.difficulty;
        let rating = difficulty.map_or_else(String::new, |rating| format!(", rating {rating}"));
        Self {
            title: format!("{}{rating}", entry.place),
            rows: match &entry.puzzle {
                Puzzle::Sudoku { question, answer } => vec![vec![
                    sudoku_panel("question", question, question),
                    sudoku_panel("answer", answer, question),
                ]],
                Puzzle::Maze { question, answer } => vec![vec![
                    Panel::new("question", Board::Maze(question.clone())),
                    Panel::new("answer", Board::Maze(answer.clone())),
                ]],
                Puzzle::Arc(task) => pairs(task),
            },
        }
    }
}

pub(super) fn sudoku_panel(caption: &str, grid: &sudoku::Grid, givens: &sudoku::Grid) -> Panel {
    let board = Board::Sudoku {
        grid: grid.clone(),
        givens: givens.clone(),
    };
    Panel::new(caption, board)
}

/// One row for each pair.
fn pairs(task: &Task) -> Vec<Vec<Panel>> {
    let rows = |list: &'static str, pairs: &[Pair]| -> Vec<Vec<Panel>> {
        let row = |(index, pair): (usize, &Pair)| {
            let caption = |grid: &str| format!("{list} {}, {grid}", index + 1);
            vec![
                Panel::new(caption("input"), Board::Arc(pair.input.clone())),
                Panel::new(caption("output"), Board::Arc(pair.output.clone())),
            ]
        };
        pairs.iter().enumerate().map(row).collect()
    };
    [rows("train", task.train()), rows("test", task.test())].concat()
}
