//! The grids that the tokens of an example spell.

use super::{maze, sudoku};
use crate::PuzzleDescription;
use hrm_arc::tokens::{COLOUR_0, SEQ_LEN};
use hrm_arc::{Grid as ArcGrid, Pair, SIDE_MAX};
use hrm_puzzle::maze::Maze;
use hrm_puzzle::sudoku::{Grid, Shape};

/// Question and answer of one example. Nothing is checked but that they are grids of their kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExampleGrids {
    /// A Sudoku.
    Sudoku {
        /// The puzzle.
        question: Grid,
        /// Its solution.
        answer: Grid,
    },
    /// A maze.
    Maze {
        /// The maze.
        question: Maze,
        /// The maze with a path.
        answer: Maze,
    },
    /// A pair of an ARC task.
    Arc(Pair),
}

impl PuzzleDescription {
    /// The grids of an example of this kind from its input and label tokens. ARC grids may be
    /// shifted, as those of training examples are.
    ///
    /// # Errors
    /// Where the tokens spell no grid of this kind, in words.
    pub fn decode(self, input: &[u8], label: &[u8]) -> Result<ExampleGrids, String> {
        match self {
            Self::Sudoku { box_rows, box_cols } => {
                let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
                Ok(ExampleGrids::Sudoku {
                    question: sudoku::grid(shape, input)?,
                    answer: sudoku::grid(shape, label)?,
                })
            }
            Self::Maze { rows, cols } => Ok(ExampleGrids::Maze {
                question: maze::maze(rows, cols, input)?,
                answer: maze::maze(rows, cols, label)?,
            }),
            Self::Arc => Ok(ExampleGrids::Arc(Pair {
                input: arc_grid(input)?,
                output: arc_grid(label)?,
            })),
            Self::Tokens => Err("the kind of these puzzles is not known".into()),
        }
    }
}

/// The rectangle of colours in a token square, wherever it lies.
fn arc_grid(tokens: &[u8]) -> Result<ArcGrid, String> {
    if tokens.len() != SEQ_LEN {
        let found = tokens.len();
        return Err(format!("{found} tokens, but an ARC example has {SEQ_LEN}"));
    }
    let colours = tokens.iter().enumerate();
    let colours = colours.filter(|(_, token)| **token >= COLOUR_0);
    let (mut top, mut left, mut bottom, mut right) = (SIDE_MAX, SIDE_MAX, 0, 0);
    for (place, _) in colours {
        let (row, col) = (place / SIDE_MAX, place % SIDE_MAX);
        (top, left) = (top.min(row), left.min(col));
        (bottom, right) = (bottom.max(row + 1), right.max(col + 1));
    }
    let lines = tokens.chunks_exact(SIDE_MAX).take(bottom).skip(top);
    let cells = lines.flat_map(|line| line.iter().take(right).skip(left));
    let cells = cells.map(|token| token.checked_sub(COLOUR_0));
    let cells: Option<Vec<u8>> = cells.collect();
    let cells = cells.ok_or("an ARC grid with a hole")?;
    ArcGrid::new(
        bottom.saturating_sub(top),
        right.saturating_sub(left),
        cells,
    )
    .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_arc::Augmentation;
    use hrm_arc::tokens::{Offset, encode};

    #[test]
    fn an_arc_grid_is_found_wherever_it_lies() {
        let grid = ArcGrid::new(2, 3, vec![0, 1, 2, 3, 0, 9]).unwrap();
        for (rows, cols) in [(0, 0), (7, 4), (28, 27)] {
            let mut tokens = [0; SEQ_LEN];
            let offset = Offset { rows, cols };
            encode(&grid, &Augmentation::IDENTITY, offset, &mut tokens);
            assert_eq!(arc_grid(&tokens), Ok(grid.clone()), "{offset:?}");
            tokens[usize::from(rows) * SIDE_MAX + usize::from(cols) + 1] = 0;
            assert_eq!(arc_grid(&tokens), Err("an ARC grid with a hole".into()));
        }
        assert!(arc_grid(&[0; SEQ_LEN]).is_err());
        assert!(arc_grid(&[2; 4]).is_err());
    }

    #[test]
    fn tokens_of_another_kind_are_refused() {
        let sudoku = PuzzleDescription::Sudoku {
            box_rows: 2,
            box_cols: 2,
        };
        assert!(sudoku.decode(&[1; 16], &[2; 16]).is_ok());
        assert!(sudoku.decode(&[0; 16], &[2; 16]).is_err());
        assert!(sudoku.decode(&[1; 15], &[2; 16]).is_err());
        let maze = PuzzleDescription::Maze { rows: 1, cols: 3 };
        assert!(maze.decode(&[3, 2, 4], &[3, 5, 4]).is_ok());
        assert!(maze.decode(&[3, 2, 6], &[3, 5, 4]).is_err());
        assert!(PuzzleDescription::Tokens.decode(&[1], &[1]).is_err());
    }
}
