//! Simulated evaluations of several seeds, for the coverage of intervals.
//!
//! Seed s solves puzzle p if center + seed effect + puzzle effect + noise > 0, all three normal; the
//! noise has variance 1. Over all seeds and puzzles that there could be, the mean accuracy is then
//! known: Φ(center / √(1 + seed_sd² + puzzle_sd²)).

use hrm_random::{ChaCha8Rng, stream};
use hrm_stats::{
    Bootstrap, CONFIDENCE, Interval, SeedOutcomes, seed_bootstrap, seed_variance, t_interval,
    wilson,
};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{ContinuousCDF, Normal};

/// A kind of evaluation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Design {
    /// Trainings.
    pub(crate) seeds: usize,
    /// Test puzzles, the same for each seed.
    pub(crate) puzzles: usize,
    /// Mean accuracy over all seeds and puzzles that there could be.
    pub(crate) accuracy: f64,
    /// Standard deviation of the seeds' effects.
    pub(crate) seed_sd: f64,
    /// Standard deviation of the puzzles' effects: how much they differ in difficulty.
    pub(crate) puzzle_sd: f64,
}

/// How many of many intervals hold the true mean accuracy, and the mean of their widths.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Coverage {
    intervals: u32,
    hits: u32,
    widths: f64,
}

impl Coverage {
    fn add(&mut self, interval: Option<Interval>, truth: f64) {
        // An interval that is not defined holds nothing and has no width.
        self.intervals += 1;
        if let Some(interval) = interval {
            self.hits += u32::from(interval.contains(truth));
            self.widths += interval.width();
        }
    }

    /// Share of the intervals that hold the truth.
    pub(crate) fn share(self) -> f64 {
        f64::from(self.hits) / f64::from(self.intervals)
    }

    /// Mean width.
    pub(crate) fn width(self) -> f64 {
        self.widths / f64::from(self.intervals)
    }
}

/// The coverage of each kind of interval.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Coverages {
    /// [`seed_variance`].
    pub(crate) seed_variance: Coverage,
    /// [`seed_bootstrap`].
    pub(crate) seed_bootstrap: Coverage,
    /// [`t_interval`] of the seeds' accuracies: knows nothing of the test set.
    pub(crate) seeds_only: Coverage,
    /// [`wilson`] of all outcomes, as if each were a puzzle of its own.
    pub(crate) pooled: Coverage,
}

/// Evaluates `runs` times and counts the nominal 95 % intervals that hold the true mean.
pub(crate) fn coverages(design: Design, runs: u32, resamples: u32, seed: u64) -> Coverages {
    let truth = design.accuracy;
    let mut coverages = Coverages::default();
    for run in 0..runs {
        let rng = &mut stream(seed, "test/coverage", u64::from(run));
        let outcomes = SeedOutcomes::new(evaluate(design, rng)).unwrap();
        let solved: f64 = outcomes.rows().iter().flatten().sum();
        let trials = (design.seeds * design.puzzles) as u64;
        let bootstrap = Bootstrap {
            resamples,
            seed: u64::from(run),
            confidence: CONFIDENCE,
        };
        let resampled = seed_bootstrap(&outcomes, &bootstrap);
        coverages
            .seed_variance
            .add(seed_variance(&outcomes).interval(CONFIDENCE), truth);
        coverages
            .seed_bootstrap
            .add(resampled.map(|resampled| resampled.percentile), truth);
        coverages
            .seeds_only
            .add(t_interval(&outcomes.seed_means(), CONFIDENCE), truth);
        coverages
            .pooled
            .add(wilson(solved as u64, trials, CONFIDENCE), truth);
    }
    coverages
}

fn evaluate(design: Design, rng: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    let spread = (1.0 + design.seed_sd.powi(2) + design.puzzle_sd.powi(2)).sqrt();
    let center = Normal::standard().inverse_cdf(design.accuracy) * spread;
    let mut effects = |sd: f64, count: usize| -> Vec<f64> {
        let normals = StandardNormal.sample_iter(&mut *rng).take(count);
        normals.map(|normal: f64| sd * normal).collect()
    };
    let seeds = effects(design.seed_sd, design.seeds);
    let puzzles = effects(design.puzzle_sd, design.puzzles);
    let row = |seed: f64| {
        let noise = effects(1.0, design.puzzles);
        let cells = puzzles.iter().zip(noise);
        let solved = cells.map(|(puzzle, noise)| center + seed + puzzle + noise > 0.0);
        solved.map(|solved| f64::from(u8::from(solved))).collect()
    };
    seeds.into_iter().map(row).collect()
}
