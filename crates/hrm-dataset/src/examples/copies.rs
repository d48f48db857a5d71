//! Symmetric copies of Sudokus and mazes, made when they are drawn.

use super::Stored;
use crate::PuzzleDescription;
use crate::puzzle::maze;
use crate::puzzle::sudoku::Image;
use hrm_puzzle::maze::{label as solve, symmetries};
use hrm_puzzle::sudoku::{Shape, Symmetry};
use hrm_random::stream;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

/// What decides the copies of a puzzle, besides the puzzle: `augmentation.json` in a split's folder.
///
/// Copy `i` of puzzle `p` is a function of the seed, `p` and `i`. A Sudoku gets independent
/// uniformly random symmetries, as in the published builder: of 9×9 there are so many that two
/// copies are never the same in practice, but of the 3,072 of 4×4 one may occur twice. A maze
/// gets each of its rotations and reflections at most once and is solved again, because the label
/// rule prefers directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CopyRule {
    /// A Sudoku or a maze.
    pub(crate) puzzle: PuzzleDescription,
    /// Seed of all copies.
    pub(crate) seed: u64,
    /// Copies of each puzzle, besides itself.
    pub(crate) copies: usize,
}

/// Puzzles with their copies: example `p · (1 + copies)` is puzzle `p`, its copies follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copies {
    rule: CopyRule,
    symmetries: Symmetries,
    originals: Stored,
}

/// What a copy may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symmetries {
    Sudoku(Shape),
    Maze { rows: usize, cols: usize },
}

impl Copies {
    /// Puzzles and the rule of their copies.
    ///
    /// # Errors
    /// Why the rule cannot be followed for these puzzles.
    pub(crate) fn new(rule: CopyRule, originals: Stored) -> Result<Self, String> {
        let CopyRule { puzzle, copies, .. } = rule;
        if let Some(max) = puzzle.copies_max().filter(|&max| copies > max) {
            return Err(format!(
                "{copies} copies, but a {puzzle} has only {max} other rotations and reflections"
            ));
        }
        let symmetries = match puzzle {
            PuzzleDescription::Sudoku { box_rows, box_cols } => {
                let shape = Shape::new(box_rows, box_cols).map_err(|error| error.to_string())?;
                Symmetries::Sudoku(shape)
            }
            PuzzleDescription::Maze { rows, cols } => Symmetries::Maze { rows, cols },
            PuzzleDescription::Arc | PuzzleDescription::Tokens => {
                return Err(format!("{puzzle} puzzles have no copies by this rule"));
            }
        };
        let copies = Self {
            rule,
            symmetries,
            originals,
        };
        copies.check_originals()?;
        Ok(copies)
    }

    /// Mazes must have a path in every direction they are turned; Sudokus need nothing.
    fn check_originals(&self) -> Result<(), String> {
        let seq_len = self.seq_len();
        let Symmetries::Maze { rows, cols } = self.symmetries else {
            return Ok(());
        };
        let inputs = self.originals.inputs.chunks_exact(seq_len).enumerate();
        for (puzzle, input) in inputs {
            let maze = maze::maze(rows, cols, input)
                .map_err(|reason| format!("puzzle {puzzle}: {reason}"))?;
            if solve(&maze).is_none() {
                return Err(format!("puzzle {puzzle}: no path from S to G"));
            }
        }
        Ok(())
    }

    fn seq_len(&self) -> usize {
        match self.symmetries {
            Symmetries::Sudoku(shape) => shape.cells(),
            Symmetries::Maze { rows, cols } => rows * cols,
        }
    }

    pub(crate) fn rule(&self) -> &CopyRule {
        &self.rule
    }

    pub(crate) fn originals(&self) -> &Stored {
        &self.originals
    }

    /// Writes the tokens of an example.
    pub(super) fn encode(&self, example: usize, input: &mut [u8], label: &mut [u8]) {
        let per_puzzle = 1 + self.rule.copies;
        let (puzzle, copy) = (example / per_puzzle, example % per_puzzle);
        let (old_input, old_label) = self.originals.example(puzzle, self.seq_len());
        if copy == 0 {
            input.copy_from_slice(old_input);
            label.copy_from_slice(old_label);
            return;
        }
        let mut draws = stream(self.rule.seed, "dataset/copies", puzzle as u64);
        match self.symmetries {
            Symmetries::Sudoku(shape) => {
                // A numbered stream of the puzzle's generator for each copy.
                draws.set_stream(copy as u64);
                let symmetry = Symmetry::random(shape, &mut draws);
                let image = Image::new(shape, &symmetry);
                image.write(old_input, input);
                image.write(old_label, label);
            }
            Symmetries::Maze { rows, cols } => {
                // The first symmetry is the identity.
                let mut others = symmetries(rows, cols)[1..].to_vec();
                others.shuffle(&mut draws);
                let question = maze::maze(rows, cols, old_input);
                let solved = question
                    .is_ok_and(|question| maze::image(&question, others[copy - 1], input, label));
                assert!(solved, "maze {puzzle} was solved when it came");
            }
        }
    }
}
