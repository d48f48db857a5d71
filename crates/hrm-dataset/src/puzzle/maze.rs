//! A maze with a shortest path, as text and as tokens.

use super::Tokens;
use hrm_puzzle::maze::{self, Cell, Maze, check_path};

/// The cell of token 1, 2, …; token 0 is padding.
const CELLS: [Cell; 5] = [Cell::Wall, Cell::Open, Cell::Start, Cell::Goal, Cell::Path];
/// Padding and the five cells.
pub(super) const VOCAB_SIZE: usize = 1 + CELLS.len();

/// A maze and the same maze with the path marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledMaze {
    question: Maze,
    answer: Maze,
}

impl LabelledMaze {
    /// A generated maze, whose answer is known to follow the label rule.
    pub(crate) fn generated(question: Maze, answer: Maze) -> Self {
        Self { question, answer }
    }

    pub(super) fn from_text(
        rows: usize,
        cols: usize,
        question: &str,
        answer: &str,
    ) -> Result<Self, String> {
        let parse = |what: &str, text: &str| {
            Maze::parse(rows, cols, text)
                .map_err(|error| format!("the {what} is not a maze: {error}"))
        };
        Self::checked(parse("question", question)?, parse("answer", answer)?)
    }

    pub(super) fn from_tokens(
        rows: usize,
        cols: usize,
        input: &[u8],
        label: &[u8],
    ) -> Result<Self, String> {
        Self::checked(maze(rows, cols, input)?, maze(rows, cols, label)?)
    }

    fn checked(question: Maze, answer: Maze) -> Result<Self, String> {
        if question.cells().contains(&Cell::Path) {
            return Err("the question already has a path".into());
        }
        let check = check_path(&question, &answer);
        if !check.is_valid() {
            return Err("the answer is not the question with one path from S to G".into());
        }
        if !check.is_shortest() {
            return Err("the answer's path is not a shortest one".into());
        }
        Ok(Self { question, answer })
    }

    pub(super) fn tokens(&self) -> Tokens {
        (tokens(&self.question), tokens(&self.answer))
    }

    pub(super) fn canonical(&self) -> Maze {
        maze::canonical(&self.question)
    }
}

/// The maze that tokens spell.
pub(crate) fn maze(rows: usize, cols: usize, tokens: &[u8]) -> Result<Maze, String> {
    let cell = |&token: &u8| CELLS.get(usize::from(token).checked_sub(1)?).copied();
    let cells = tokens.iter().map(cell).collect::<Option<_>>();
    let cells = cells.ok_or("a token that is no cell of a maze")?;
    Maze::new(rows, cols, cells).map_err(|error| error.to_string())
}

pub(super) fn tokens(maze: &Maze) -> Vec<u8> {
    maze.cells().iter().map(|&cell| token(cell)).collect()
}

/// Writes the tokens of a turned or mirrored maze and of its answer, found anew because the label
/// rule prefers directions. False where no path leads to the goal.
pub(crate) fn image(question: &Maze, symmetry: u8, input: &mut [u8], label: &mut [u8]) -> bool {
    let question = maze::transform(question, symmetry);
    let Some(answer) = maze::label(&question) else {
        return false;
    };
    write_tokens(&question, input);
    write_tokens(&answer, label);
    true
}

/// Writes the tokens of a maze.
pub(crate) fn write_tokens(maze: &Maze, tokens: &mut [u8]) {
    for (of_cell, &cell) in tokens.iter_mut().zip(maze.cells()) {
        *of_cell = token(cell);
    }
}

/// The inverse of [`CELLS`], counted from 1.
fn token(cell: Cell) -> u8 {
    match cell {
        Cell::Wall => 1,
        Cell::Open => 2,
        Cell::Start => 3,
        Cell::Goal => 4,
        Cell::Path => 5,
    }
}
