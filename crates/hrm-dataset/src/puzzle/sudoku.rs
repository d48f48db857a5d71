//! A Sudoku with its solution, as text and as tokens.

use super::Tokens;
use hrm_puzzle::sudoku::{
    CanonicalForm, Grid, Shape, Solutions, Symmetry, canonical, invariant, solve,
};

/// A question with exactly one solution, and that solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledSudoku {
    question: Grid,
    answer: Grid,
}

impl LabelledSudoku {
    /// A generated puzzle, whose answer is known to be the one solution.
    pub(crate) fn generated(puzzle: hrm_puzzle::sudoku::Puzzle) -> Self {
        Self {
            question: puzzle.question,
            answer: puzzle.answer,
        }
    }

    pub(super) fn from_text(
        box_rows: usize,
        box_cols: usize,
        question: &str,
        answer: &str,
    ) -> Result<Self, String> {
        let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
        let parse = |what: &str, text: &str| {
            Grid::parse(shape, text).map_err(|error| format!("the {what} is not a grid: {error}"))
        };
        Self::checked(parse("question", question)?, parse("answer", answer)?)
    }

    pub(super) fn from_tokens(
        box_rows: usize,
        box_cols: usize,
        input: &[u8],
        label: &[u8],
    ) -> Result<Self, String> {
        let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
        Self::checked(grid(shape, input)?, grid(shape, label)?)
    }

    fn checked(question: Grid, answer: Grid) -> Result<Self, String> {
        if !answer.is_solution_of(&question) {
            return Err("the answer does not solve the question".into());
        }
        match solve(&question).solutions {
            Solutions::Unique(_) => Ok(Self { question, answer }),
            Solutions::Multiple => Err("the question has more than one solution".into()),
            Solutions::None => Err("the question has no solution".into()),
        }
    }

    pub(super) fn tokens(&self) -> Tokens {
        (tokens(&self.question), tokens(&self.answer))
    }

    pub(super) fn invariant(&self) -> u64 {
        invariant(&self.question)
    }

    pub(super) fn canonical(&self) -> CanonicalForm {
        canonical(&self.question, &self.answer)
    }
}

/// The grid that tokens spell.
pub(super) fn grid(shape: Shape, tokens: &[u8]) -> Result<Grid, String> {
    let cells = tokens.iter().map(|token| token.checked_sub(1));
    let cells = cells.collect::<Option<_>>();
    let cells = cells.ok_or("a padding token in a Sudoku grid")?;
    Grid::new(shape, cells).map_err(|error| error.to_string())
}

/// Blank is 1, digit d is d + 1.
pub(super) fn tokens(grid: &Grid) -> Vec<u8> {
    grid.cells().iter().map(|cell| cell + 1).collect()
}

/// The images of token grids under one symmetry.
pub(crate) struct Image {
    /// For each cell, the cell that it comes from.
    sources: Vec<usize>,
    /// The new token of each old one. Token 0, which pads, is no digit and stays, as does whatever
    /// no grid of the shape holds.
    tokens: [u8; 256],
}

impl Image {
    pub(crate) fn new(shape: Shape, symmetry: &Symmetry) -> Self {
        let mut tokens = std::array::from_fn(|token| token as u8);
        for digit in 1..=shape.size() as u8 {
            tokens[usize::from(digit) + 1] = symmetry.relabel(digit) + 1;
        }
        let mut sources = Vec::with_capacity(shape.cells());
        symmetry.sources().for_each(|source| sources.push(source));
        Self { sources, tokens }
    }

    /// Writes the image of a grid, both `[cells]`.
    pub(crate) fn write(&self, grid: &[u8], image: &mut [u8]) {
        for (token, &source) in image.iter_mut().zip(&self.sources) {
            *token = self.tokens[usize::from(grid[source])];
        }
    }
}
