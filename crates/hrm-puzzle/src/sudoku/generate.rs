//! Random Sudoku puzzles with exactly one solution.

use super::solve::{has_solution_without, solution_by};
use super::{Grid, Shape, SudokuError, solve};
use rand::Rng;
use rand::seq::SliceRandom;

/// Guesses allowed for filling one empty grid; an unlucky start is cheaper to leave than to finish.
const FILL_GUESSES_MAX: u32 = 10_000;

/// A puzzle with exactly one solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Puzzle {
    /// The givens.
    pub question: Grid,
    /// The solution.
    pub answer: Grid,
    /// The guesses that [`solve`] needs.
    pub guesses: u32,
}

/// What puzzles to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateOptions {
    /// The shape of the grid.
    pub shape: Shape,
    /// Smallest and largest number of givens. Not set: givens are removed until each remaining one
    /// is needed for the solution to be unique.
    pub givens: Option<(usize, usize)>,
    /// Smallest and largest number of guesses that [`solve`] needs.
    pub guesses: Option<(u32, u32)>,
}

impl GenerateOptions {
    fn check(&self) -> Result<(), SudokuError> {
        let cells = self.shape.cells();
        match (self.givens, self.guesses) {
            (Some((low, high)), _) if low > high || high > cells => {
                Err(SudokuError::Givens { low, high, cells })
            }
            (_, Some((low, high))) if low > high => Err(SudokuError::Guesses { low, high }),
            _ => Ok(()),
        }
    }
}

/// Generates one puzzle.
///
/// A try fills an empty grid at random and removes givens in random order as long as the solution
/// stays unique. With bounds on the givens, each try draws its target uniformly within them and
/// stops there; a try that cannot reach its target, or misses the bounds on the guesses, is dropped.
///
/// # Errors
/// If the bounds are impossible, or `max_tries` tries gave no puzzle.
pub fn generate(
    options: &GenerateOptions,
    rng: &mut impl Rng,
    max_tries: u32,
) -> Result<Puzzle, SudokuError> {
    options.check()?;
    (0..max_tries)
        .find_map(|_| attempt(options, rng))
        .ok_or(SudokuError::TriesExhausted { tries: max_tries })
}

fn attempt(options: &GenerateOptions, rng: &mut impl Rng) -> Option<Puzzle> {
    let target = options
        .givens
        .map(|(low, high)| rng.random_range(low..=high));
    let answer = random_solution(options.shape, rng)?;
    let question = remove_givens(&answer, target, rng);
    if target.is_some_and(|target| question.givens() != target) {
        return None;
    }
    let guesses = solve(&question).guesses;
    match options.guesses {
        Some((low, high)) if guesses < low || guesses > high => None,
        _ => Some(Puzzle {
            question,
            answer,
            guesses,
        }),
    }
}

/// A random complete grid. Every grid can turn up, not all with the same probability.
fn random_solution(shape: Shape, rng: &mut impl Rng) -> Option<Grid> {
    let empty = Grid::from_parts(shape, vec![0; shape.cells()]);
    solution_by(&empty, FILL_GUESSES_MAX, |digits| {
        nth_digit(digits, rng.random_range(0..digits.count_ones()))
    })
}

/// The digit at place `n` (from 0) of a mask of digits.
fn nth_digit(digits: u16, n: u32) -> u32 {
    (0..n)
        .fold(digits, |rest, _| rest & rest.wrapping_sub(1))
        .trailing_zeros()
}

/// Removes givens in random order as long as the solution stays unique and more than `target` remain.
fn remove_givens(answer: &Grid, target: Option<usize>, rng: &mut impl Rng) -> Grid {
    let mut question = answer.clone();
    let mut order: Vec<usize> = (0..answer.cells().len()).collect();
    order.shuffle(rng);
    let mut givens = order.len();
    for cell in order {
        if target.is_some_and(|target| givens <= target) {
            break;
        }
        let digit = answer.cells()[cell];
        question.clear(cell);
        if has_solution_without(&question, cell, digit) {
            question.set(cell, digit);
        } else {
            givens -= 1;
        }
    }
    question
}
