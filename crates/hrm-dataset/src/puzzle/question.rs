//! A puzzle that somebody asks: text in, tokens to the model, and back.

use super::{maze, sudoku};
use crate::PuzzleDescription;
use hrm_puzzle::maze::{Maze, PathCheck, check_path};
use hrm_puzzle::sudoku::{Grid, Shape};

/// A question without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A Sudoku.
    Sudoku(Grid),
    /// A maze.
    Maze(Maze),
}

impl Question {
    /// Parses a question as CSV files hold it: row by row, digits with `.` for blanks, or the
    /// characters `# SG`. Line breaks are ignored.
    ///
    /// # Errors
    /// What is wrong with the text, or that puzzles of this kind have no text.
    pub fn parse(kind: PuzzleDescription, text: &str) -> Result<Self, String> {
        let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        match kind {
            PuzzleDescription::Sudoku { box_rows, box_cols } => {
                let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
                let grid = Grid::parse(shape, text.trim());
                grid.map(Self::Sudoku).map_err(|error| error.to_string())
            }
            PuzzleDescription::Maze { rows, cols } => {
                let maze = Maze::parse(rows, cols, &text);
                maze.map(Self::Maze).map_err(|error| error.to_string())
            }
            PuzzleDescription::Tokens => Err("puzzles of this model have no text".into()),
        }
    }

    /// Input tokens [S].
    pub fn tokens(&self) -> Vec<u8> {
        match self {
            Self::Sudoku(grid) => sudoku::tokens(grid),
            Self::Maze(maze) => maze::tokens(maze),
        }
    }

    /// The question for people, over several lines.
    pub fn render(&self) -> String {
        match self {
            Self::Sudoku(grid) => hrm_puzzle::sudoku::render(grid),
            Self::Maze(maze) => hrm_puzzle::maze::render(maze),
        }
    }

    /// Predicted tokens [S] for people; none where they are no grid of this kind.
    pub fn render_prediction(&self, tokens: &[u8]) -> Option<String> {
        match self {
            Self::Sudoku(grid) => {
                let grid = sudoku::grid(grid.shape(), tokens).ok()?;
                Some(hrm_puzzle::sudoku::render(&grid))
            }
            Self::Maze(maze) => {
                let maze = maze::maze(maze.rows(), maze.cols(), tokens).ok()?;
                Some(hrm_puzzle::maze::render(&maze))
            }
        }
    }

    /// Whether predicted tokens answer the question, and in words how or why not.
    pub fn judge(&self, tokens: &[u8]) -> (bool, String) {
        match self {
            Self::Sudoku(question) => judge_sudoku(question, tokens),
            Self::Maze(question) => judge_maze(question, tokens),
        }
    }
}

fn judge_sudoku(question: &Grid, tokens: &[u8]) -> (bool, String) {
    let Ok(answer) = sudoku::grid(question.shape(), tokens) else {
        return (false, "a cell holds a token that is no digit".into());
    };
    if answer.is_solution_of(question) {
        return (true, "every rule and every given is kept".into());
    }
    let givens = question.cells().iter().zip(answer.cells());
    let changed = givens
        .filter(|(given, cell)| **given != 0 && given != cell)
        .count();
    let blanks = answer.cells().iter().filter(|cell| **cell == 0).count();
    let reason = match (changed, blanks) {
        (0, 0) => "a row, column or box holds a digit twice".into(),
        (0, blanks) => format!("{blanks} cells are left blank"),
        (changed, _) => format!("{changed} givens are changed"),
    };
    (false, reason)
}

fn judge_maze(question: &Maze, tokens: &[u8]) -> (bool, String) {
    let Ok(answer) = maze::maze(question.rows(), question.cols(), tokens) else {
        return (
            false,
            "a cell holds a token that is no cell of a maze".into(),
        );
    };
    match check_path(question, &answer) {
        PathCheck::Shortest { steps } => (true, format!("a shortest path, {steps} steps")),
        PathCheck::Valid { steps } => {
            (true, format!("a path of {steps} steps, not a shortest one"))
        }
        PathCheck::Invalid => (false, "not the maze with one path from S to G".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUDOKU: PuzzleDescription = PuzzleDescription::Sudoku {
        box_rows: 2,
        box_cols: 2,
    };
    const MAZE: PuzzleDescription = PuzzleDescription::Maze { rows: 2, cols: 3 };

    #[test]
    fn a_sudoku_is_asked_and_judged() {
        let question = Question::parse(SUDOKU, "12..\n34..\n21..\n43..\n").unwrap();
        assert_eq!(question.tokens()[..4], [2, 3, 1, 1]);
        let answer = |text: &str| Question::parse(SUDOKU, text).unwrap().tokens();
        let judge = |text: &str| question.judge(&answer(text));
        assert!(judge("1234341221434321").0);
        assert_eq!(
            judge("1234341221434312").1,
            "a row, column or box holds a digit twice"
        );
        assert_eq!(judge("1234341221434...").1, "1 givens are changed");
        assert_eq!(judge("12343412214343..").1, "2 cells are left blank");
        assert!(!question.judge(&[0; 16]).0);
        assert_eq!(question.render_prediction(&[9; 16]), None);
    }

    #[test]
    fn a_maze_is_asked_and_judged() {
        let question = Question::parse(MAZE, "S#    G").unwrap_err();
        assert!(question.contains('6'), "{question}");
        let question = Question::parse(MAZE, "S#   G").unwrap();
        assert_eq!(
            question.judge(&[3, 1, 2, 5, 5, 4]),
            (true, "a shortest path, 3 steps".into())
        );
        assert!(!question.judge(&[3, 1, 2, 5, 2, 4]).0);
        assert!(
            question
                .render_prediction(&[3, 1, 2, 5, 5, 4])
                .unwrap()
                .contains("••G")
        );
    }

    #[test]
    fn text_of_another_kind_is_refused() {
        assert!(Question::parse(SUDOKU, "S#   G").is_err());
        assert!(Question::parse(PuzzleDescription::Tokens, "1234").is_err());
    }
}
