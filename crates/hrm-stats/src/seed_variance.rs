//! The variance of a mean accuracy over seeds, with seeds and test set told apart.

use crate::{Interval, SeedOutcomes, is_inner_probability};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A mean over seeds and puzzles, and what makes it uncertain.
///
/// Seeds and puzzles are both taken as random draws: of all trainings that could have been run, and
/// of all puzzles that could have been in the test set. The outcome of seed s on puzzle p is
///
/// ```text
/// mean + seed effect + puzzle effect + residual    (variances σ²_seed, σ²_puzzle, σ²_residual)
/// ```
///
/// and the mean over S seeds and P puzzles has the variance σ²_seed/S + σ²_puzzle/P + σ²_residual/(S·P).
/// More seeds make the first part smaller, more puzzles the second one; both do so with the third,
/// which is how much seeds disagree on single puzzles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedVariance {
    /// Mean over all outcomes.
    pub mean: f64,
    /// σ²_seed/S: the part of the mean's variance that stems from the seeds.
    pub from_seeds: f64,
    /// σ²_puzzle/P: the part that stems from the choice of test puzzles.
    pub from_test_set: f64,
    /// σ²_residual/(S·P): the part that stems from single seeds on single puzzles.
    pub from_residual: f64,
    /// Degrees of freedom of the sum of the three; `None` where it is 0.
    pub degrees_of_freedom: Option<f64>,
}

impl SeedVariance {
    /// The variance of the mean: the sum of its three parts.
    pub fn variance(&self) -> f64 {
        self.from_seeds + self.from_test_set + self.from_residual
    }

    /// Student's t interval of the mean over all seeds and all puzzles that there could be, with the
    /// degrees of freedom of Satterthwaite. Like [`crate::t_interval`] it is not cut to 0..1.
    ///
    /// `None` where no outcome differs from another, or with a confidence outside (0, 1).
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        if !is_inner_probability(confidence) {
            return None;
        }
        let student = StudentsT::new(0.0, 1.0, self.degrees_of_freedom?).ok()?;
        let reach = student.inverse_cdf(f64::midpoint(1.0, confidence)) * self.variance().sqrt();
        Some(Interval {
            low: self.mean - reach,
            high: self.mean + reach,
        })
    }
}

/// The mean of `outcomes` with the parts of its variance, by the analysis of variance of two crossed
/// random factors without replication. An estimate of σ²_seed or σ²_puzzle below 0 counts as 0.
///
/// Sources: S. R. Searle, G. Casella and C. E. McCulloch, "Variance Components" (1992), chapter 4;
/// F. E. Satterthwaite, "An approximate distribution of estimates of variance components",
/// Biometrics Bulletin 2 (1946).
pub fn seed_variance(outcomes: &SeedOutcomes) -> SeedVariance {
    let squares = MeanSquares::new(outcomes);
    let cells = (outcomes.seeds() * outcomes.puzzles()) as f64;
    let part = |factor: f64| (factor - squares.residual).max(0.0) / cells;
    SeedVariance {
        mean: outcomes.mean(),
        from_seeds: part(squares.seed),
        from_test_set: part(squares.puzzle),
        from_residual: squares.residual / cells,
        degrees_of_freedom: squares.degrees_of_freedom(outcomes),
    }
}

/// Mean squares of the analysis of variance. Their expectations are P·σ²_seed + σ²_residual,
/// S·σ²_puzzle + σ²_residual and σ²_residual.
struct MeanSquares {
    seed: f64,
    puzzle: f64,
    residual: f64,
}

impl MeanSquares {
    fn new(outcomes: &SeedOutcomes) -> Self {
        let (seeds, puzzles) = (outcomes.seeds() as f64, outcomes.puzzles() as f64);
        let (seed_means, puzzle_means) = (outcomes.seed_means(), outcomes.puzzle_means());
        let mean = outcomes.mean();
        let around_mean = |means: &[f64]| means.iter().map(|m| (m - mean).powi(2)).sum::<f64>();
        let mut residual = 0.0;
        for (row, seed_mean) in outcomes.rows().iter().zip(&seed_means) {
            for (outcome, puzzle_mean) in row.iter().zip(&puzzle_means) {
                residual += (outcome - seed_mean - puzzle_mean + mean).powi(2);
            }
        }
        Self {
            seed: puzzles * around_mean(&seed_means) / (seeds - 1.0),
            puzzle: seeds * around_mean(&puzzle_means) / (puzzles - 1.0),
            residual: residual / ((seeds - 1.0) * (puzzles - 1.0)),
        }
    }

    /// Satterthwaite's degrees of freedom of the mean squares' sum that estimates the variance.
    fn degrees_of_freedom(&self, outcomes: &SeedOutcomes) -> Option<f64> {
        let (seeds, puzzles) = (outcomes.seeds() as f64, outcomes.puzzles() as f64);
        // A factor whose part of the variance counts as 0 is not in the sum.
        let seed = if self.seed > self.residual { 1.0 } else { 0.0 };
        let puzzle = if self.puzzle > self.residual {
            1.0
        } else {
            0.0
        };
        let terms = [
            (seed * self.seed, seeds - 1.0),
            (puzzle * self.puzzle, puzzles - 1.0),
            (
                (1.0 - seed - puzzle) * self.residual,
                (seeds - 1.0) * (puzzles - 1.0),
            ),
        ];
        let sum: f64 = terms.iter().map(|(term, _)| term).sum();
        let spread: f64 = terms.iter().map(|(term, df)| term.powi(2) / df).sum();
        (sum > 0.0).then(|| sum.powi(2) / spread)
    }
}
