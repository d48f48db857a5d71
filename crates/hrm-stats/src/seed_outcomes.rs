//! What several seeds of one model get right on the same puzzles.

use crate::all_finite;

/// The outcome of every seed on every puzzle, for example 1 where it is solved and 0 where not.
/// There are at least two seeds and two puzzles, and every outcome is a finite number.
#[derive(Debug, Clone, PartialEq)]
pub struct SeedOutcomes {
    rows: Vec<Vec<f64>>,
    puzzles: usize,
}

impl SeedOutcomes {
    /// Outcomes with a row per seed; every row lists the same puzzles in the same order.
    ///
    /// `None` with fewer than two seeds (one has no spread) or two puzzles, with rows of different
    /// lengths, or with an outcome that is not finite.
    pub fn new(rows: Vec<Vec<f64>>) -> Option<Self> {
        let puzzles = rows.first()?.len();
        let possible = |row: &Vec<f64>| row.len() == puzzles && all_finite(row);
        (rows.len() >= 2 && puzzles >= 2 && rows.iter().all(possible))
            .then_some(Self { rows, puzzles })
    }

    /// The outcomes of each seed, `[seeds][puzzles]`.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// Number of seeds.
    pub fn seeds(&self) -> usize {
        self.rows.len()
    }

    /// Number of puzzles.
    pub fn puzzles(&self) -> usize {
        self.puzzles
    }

    /// The mean over puzzles of each seed: its accuracy.
    pub fn seed_means(&self) -> Vec<f64> {
        let mean = |row: &Vec<f64>| row.iter().sum::<f64>() / self.puzzles as f64;
        self.rows.iter().map(mean).collect()
    }

    /// The mean over seeds of each puzzle.
    pub fn puzzle_means(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.puzzles];
        for row in &self.rows {
            for (sum, outcome) in sums.iter_mut().zip(row) {
                *sum += outcome;
            }
        }
        sums.iter().map(|sum| sum / self.seeds() as f64).collect()
    }

    /// The mean over everything.
    pub fn mean(&self) -> f64 {
        self.seed_means().iter().sum::<f64>() / self.seeds() as f64
    }
}
