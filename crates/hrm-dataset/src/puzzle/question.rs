//! A puzzle that somebody asks: text in, tokens to the model, and back.

use super::{maze, sudoku};
use crate::PuzzleDescription;
use hrm_arc::tokens::{Offset, SEQ_LEN, crop, encode};
use hrm_arc::{Augmentation, Grid as ArcGrid};
use hrm_puzzle::maze::{Maze, PathCheck, check_path, shortest_path};
use hrm_puzzle::sudoku::{Grid, Shape, Solutions, solve};

/// A question without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// A Sudoku.
    Sudoku(Grid),
    /// A maze.
    Maze(Maze),
    /// The input grid of an ARC task.
    Arc(ArcGrid),
}

impl Question {
    /// Parses a question. Sudokus and mazes as CSV files hold them: row by row, digits with `.` for
    /// blanks, or the characters `# SG`; line breaks are ignored. ARC grids as JSON: rows of
    /// colours, `[[0, 3], [3, 0]]`, or an object with such an `input`.
    ///
    /// # Errors
    /// What is wrong with the text, or that puzzles of this kind have no text.
    pub fn parse(kind: PuzzleDescription, text: &str) -> Result<Self, String> {
        if kind == PuzzleDescription::Arc {
            return arc_grid(text).map(Self::Arc);
        }
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
            PuzzleDescription::Arc | PuzzleDescription::Tokens => {
                Err("puzzles of this model have no text".into())
            }
        }
    }

    /// Input tokens [S].
    pub fn tokens(&self) -> Vec<u8> {
        match self {
            Self::Sudoku(grid) => sudoku::tokens(grid),
            Self::Maze(maze) => maze::tokens(maze),
            Self::Arc(grid) => arc_tokens(grid),
        }
    }

    /// The question for people, over several lines.
    pub fn render(&self) -> String {
        match self {
            Self::Sudoku(grid) => hrm_puzzle::sudoku::render(grid),
            Self::Maze(maze) => hrm_puzzle::maze::render(maze),
            Self::Arc(grid) => render_arc(grid),
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
            Self::Arc(_) => Some(render_arc(&crop(tokens.try_into().ok()?))),
        }
    }

    /// Why the question has no single right answer, where that can be told.
    pub fn flaw(&self) -> Option<&'static str> {
        match self {
            Self::Sudoku(grid) => match solve(grid).solutions {
                Solutions::Unique(_) => None,
                Solutions::Multiple => Some("the puzzle has more than one solution"),
                Solutions::None => Some("the puzzle has no solution"),
            },
            Self::Maze(maze) => shortest_path(maze)
                .is_none()
                .then_some("there is no path from S to G"),
            Self::Arc(_) => None,
        }
    }

    /// Whether predicted tokens answer the question, and in words how or why not. Of an ARC answer
    /// only its form can be judged, since the rule is not known.
    pub fn judge(&self, tokens: &[u8]) -> (bool, String) {
        match self {
            Self::Sudoku(question) => judge_sudoku(question, tokens),
            Self::Maze(question) => judge_maze(question, tokens),
            Self::Arc(_) => judge_arc(tokens),
        }
    }
}

/// The tokens of an ARC grid in the top left corner of its square.
pub(super) fn arc_tokens(grid: &ArcGrid) -> Vec<u8> {
    let mut tokens = [0; SEQ_LEN];
    encode(
        grid,
        &Augmentation::IDENTITY,
        Offset::default(),
        &mut tokens,
    );
    tokens.to_vec()
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

fn arc_grid(text: &str) -> Result<ArcGrid, String> {
    #[derive(serde::Deserialize)]
    struct Pair {
        input: ArcGrid,
    }
    let grid = serde_json::from_str::<ArcGrid>(text);
    let grid = grid.or_else(|error| match serde_json::from_str::<Pair>(text) {
        Ok(pair) => Ok(pair.input),
        // The object's own error says more where it is one.
        Err(of_pair) if text.trim_start().starts_with('{') => Err(of_pair),
        Err(_) => Err(error),
    });
    grid.map_err(|error| error.to_string())
}

/// Colours as digits, row by row.
fn render_arc(grid: &ArcGrid) -> String {
    let row = |cells: &[u8]| -> String {
        let digits: Vec<String> = cells.iter().map(u8::to_string).collect();
        digits.join(" ") + "\n"
    };
    grid.iter_rows().map(row).collect()
}

fn judge_arc(tokens: &[u8]) -> (bool, String) {
    let grid = tokens.try_into().map(crop).ok();
    match grid.filter(|grid| grid.rows() > 0) {
        Some(grid) => (true, format!("a grid of {}×{}", grid.rows(), grid.cols())),
        None => (false, "no colour at the top left corner".into()),
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
        let flaw = |text: &str| Question::parse(SUDOKU, text).unwrap().flaw();
        assert_eq!(flaw("...2.1....3.4..."), None);
        assert_eq!(flaw("1..2.3....4.3..1"), Some("the puzzle has no solution"));
        assert_eq!(
            flaw("1..............."),
            Some("the puzzle has more than one solution")
        );
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
        let walled = Question::parse(MAZE, "S## #G").unwrap();
        assert_eq!(walled.flaw(), Some("there is no path from S to G"));
        assert!(
            question
                .render_prediction(&[3, 1, 2, 5, 5, 4])
                .unwrap()
                .contains("••G")
        );
    }

    #[test]
    fn an_arc_grid_is_asked_and_its_form_is_judged() {
        let question = Question::parse(PuzzleDescription::Arc, "[[0, 3], [5, 0], [1, 1]]").unwrap();
        let same = Question::parse(
            PuzzleDescription::Arc,
            r#"{"input": [[0, 3], [5, 0], [1, 1]]}"#,
        );
        assert_eq!(same.as_ref(), Ok(&question));
        let tokens = question.tokens();
        assert_eq!((tokens.len(), &tokens[..4]), (900, &[2, 5, 1, 0][..]));
        assert_eq!(
            question.render_prediction(&tokens),
            Some("0 3\n5 0\n1 1\n".into())
        );
        assert_eq!(question.judge(&tokens), (true, "a grid of 3×2".into()));
        assert!(!question.judge(&[0; 900]).0);
        for wrong in ["[[0, 10]]", "[[0], [1, 2]]", "{\"output\": []}", "12"] {
            assert!(
                Question::parse(PuzzleDescription::Arc, wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn text_of_another_kind_is_refused() {
        assert!(Question::parse(SUDOKU, "S#   G").is_err());
        assert!(Question::parse(PuzzleDescription::Tokens, "1234").is_err());
    }
}
