//! Labelled puzzles of every kind, in one type: what the builders generate, read, augment and compare.

mod grids;
pub(crate) mod maze;
mod question;
pub(crate) mod sudoku;

use crate::PuzzleDescription;
use hrm_arc::Pair;
use hrm_puzzle::maze::Maze;
use hrm_puzzle::sudoku::CanonicalForm;

pub use grids::ExampleGrids;
pub(crate) use maze::LabelledMaze;
pub use question::Question;
pub(crate) use sudoku::LabelledSudoku;

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Labelled {
    Sudoku(LabelledSudoku),
    Maze(LabelledMaze),
}

/// Equal for two puzzles exactly where a symmetry maps one onto the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Class {
    Sudoku(CanonicalForm),
    /// The invariant of a Sudoku that no other one shares among those it is compared with.
    LoneSudoku(u64),
    Maze(Maze),
}

/// Input and label tokens.
pub(crate) type Tokens = (Vec<u8>, Vec<u8>);

impl Labelled {
    /// Parses and checks a question and an answer written as text.
    ///
    /// # Errors
    /// What is wrong, where the answer is not the one right answer (Sudoku) or not a shortest
    /// path (maze).
    pub(crate) fn from_text(
        kind: PuzzleDescription,
        question: &str,
        answer: &str,
    ) -> Result<Self, String> {
        match kind {
            PuzzleDescription::Sudoku { box_rows, box_cols } => {
                LabelledSudoku::from_text(box_rows, box_cols, question, answer).map(Self::Sudoku)
            }
            PuzzleDescription::Maze { rows, cols } => {
                LabelledMaze::from_text(rows, cols, question, answer).map(Self::Maze)
            }
            PuzzleDescription::Arc => Err("ARC pairs have no single right answer".into()),
            PuzzleDescription::Tokens => Err("the puzzle's kind is unknown".into()),
        }
    }

    /// Reads a puzzle back from tokens, with the same checks.
    pub(crate) fn from_tokens(
        kind: PuzzleDescription,
        input: &[u8],
        label: &[u8],
    ) -> Result<Self, String> {
        match kind {
            PuzzleDescription::Sudoku { box_rows, box_cols } => {
                LabelledSudoku::from_tokens(box_rows, box_cols, input, label).map(Self::Sudoku)
            }
            PuzzleDescription::Maze { rows, cols } => {
                LabelledMaze::from_tokens(rows, cols, input, label).map(Self::Maze)
            }
            PuzzleDescription::Arc => Err("ARC pairs have no single right answer".into()),
            PuzzleDescription::Tokens => Err("the puzzle's kind is unknown".into()),
        }
    }

    /// Input and label tokens.
    pub(crate) fn tokens(&self) -> Tokens {
        match self {
            Self::Sudoku(puzzle) => puzzle.tokens(),
            Self::Maze(puzzle) => puzzle.tokens(),
        }
    }

    /// A number that no symmetry changes, where one is much cheaper than the class.
    pub(crate) fn invariant(&self) -> Option<u64> {
        match self {
            Self::Sudoku(puzzle) => Some(puzzle.invariant()),
            Self::Maze(_) => None,
        }
    }

    /// The puzzle's class under its symmetries.
    pub(crate) fn class(&self) -> Class {
        match self {
            Self::Sudoku(puzzle) => Class::Sudoku(puzzle.canonical()),
            Self::Maze(puzzle) => Class::Maze(puzzle.canonical()),
        }
    }
}

/// The pair of ARC grids that tokens spell.
pub(crate) fn arc_pair(input: &[u8], label: &[u8]) -> Result<Pair, String> {
    let grid = |what: &str, tokens: &[u8]| {
        let grid = tokens.try_into().ok().and_then(hrm_arc::tokens::decode);
        grid.ok_or_else(|| format!("the {what} is no ARC grid"))
    };
    let (input, output) = (grid("input", input)?, grid("label", label)?);
    Ok(Pair { input, output })
}

impl PuzzleDescription {
    /// Number of tokens and tokens of an example; `None` where the kind is unknown.
    pub fn token_sizes(self) -> Option<(usize, usize)> {
        match self {
            Self::Sudoku { box_rows, box_cols } => {
                let size = box_rows.saturating_mul(box_cols);
                Some((size.saturating_add(2), size.saturating_mul(size)))
            }
            Self::Maze { rows, cols } => Some((maze::VOCAB_SIZE, rows.saturating_mul(cols))),
            Self::Arc => Some((hrm_arc::tokens::VOCAB_SIZE, hrm_arc::tokens::SEQ_LEN)),
            Self::Tokens => None,
        }
    }

    /// The kinds of puzzle that an example of `seq_len` tokens out of `vocab_size` can be.
    pub fn candidates(vocab_size: usize, seq_len: usize) -> Vec<Self> {
        let side = seq_len.isqrt();
        // The most nearly square boxes are the usual ones: 2×3 for 6×6.
        let mut candidates: Vec<_> = (2..=side.isqrt())
            .rev()
            .filter(|box_rows| side.is_multiple_of(*box_rows))
            .map(|box_rows| Self::Sudoku {
                box_rows,
                box_cols: side / box_rows,
            })
            .collect();
        candidates.push(Self::Maze {
            rows: side,
            cols: side,
        });
        candidates.push(Self::Arc);
        candidates.retain(|kind| kind.token_sizes() == Some((vocab_size, seq_len)));
        candidates
    }

    /// The kind of square puzzle that `length` characters spell.
    pub fn of_text(kind: hrm_config::PuzzleKind, length: usize) -> Option<Self> {
        let vocab_size = match kind {
            hrm_config::PuzzleKind::Sudoku => length.isqrt() + 2,
            hrm_config::PuzzleKind::Maze => maze::VOCAB_SIZE,
        };
        let wanted = |candidate: &Self| match kind {
            hrm_config::PuzzleKind::Sudoku => matches!(candidate, Self::Sudoku { .. }),
            hrm_config::PuzzleKind::Maze => matches!(candidate, Self::Maze { .. }),
        };
        Self::candidates(vocab_size, length)
            .into_iter()
            .find(wanted)
    }

    /// The symmetries that the guarantee speaks of.
    pub(crate) fn symmetries(self) -> &'static str {
        match self {
            Self::Sudoku { box_rows, box_cols } if box_rows == box_cols => {
                "digit relabelling, order of bands, stacks, rows and columns, transposition"
            }
            Self::Sudoku { .. } => "digit relabelling, order of bands, stacks, rows and columns",
            Self::Maze { .. } => "rotation and reflection",
            Self::Arc => "dihedral transforms, permutations of the colours 1 to 9",
            Self::Tokens => "none known",
        }
    }

    /// Distinct copies that a puzzle can have at most, where they are few.
    pub(crate) fn copies_max(self) -> Option<usize> {
        match self {
            Self::Maze { rows, cols } => Some(hrm_puzzle::maze::symmetries(rows, cols).len() - 1),
            Self::Sudoku { .. } | Self::Arc | Self::Tokens => None,
        }
    }
}
