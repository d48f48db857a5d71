//! The two-level bootstrap of a mean accuracy over seeds.

use crate::bootstrap::{Bootstrap, percentile_interval};
use crate::multiset::Multiset;
use crate::{Interval, SeedOutcomes, sample_sd};
use hrm_random::{ChaCha8Rng, stream};
use rand::Rng;

/// A mean over seeds and puzzles, and how it varies from resample to resample.
///
/// The parts need not add up to the whole: each of `from_seeds` and `from_test_set` holds the
/// seeds' disagreement on single puzzles once, and `variance` holds it three times. That makes the
/// interval wider rather than narrower. Where this matters, [`crate::seed_variance`] tells it apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeedBootstrap {
    /// Mean over all outcomes of the sample itself.
    pub mean: f64,
    /// Variance of the mean with the seeds resampled and the puzzles kept.
    pub from_seeds: f64,
    /// Variance of the mean with the puzzles resampled and the seeds kept.
    pub from_test_set: f64,
    /// Variance of the mean with both resampled.
    pub variance: f64,
    /// Percentile interval of the means with both resampled.
    pub percentile: Interval,
}

/// Bootstrap of the mean over seeds and puzzles that resamples both, independently of each other:
/// each resample draws whole seeds and whole puzzles.
///
/// It draws one seed fewer than there are: as many as there are would make the variance from
/// seeds too small by the share 1/seeds, which is half of it for two seeds. Even so its
/// percentile interval is too narrow where few seeds differ much, which the t interval of
/// [`crate::seed_variance`] makes up for; the example `coverage` compares the two.
///
/// Sources: A. B. Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 1 (2007); J. N. K. Rao
/// and C. F. J. Wu, "Resampling inference with complex survey data", JASA 83 (1988) for the number of
/// seeds drawn.
///
/// `None` with a [`Bootstrap`] out of bounds.
pub fn seed_bootstrap(outcomes: &SeedOutcomes, bootstrap: &Bootstrap) -> Option<SeedBootstrap> {
    if !bootstrap.is_possible() {
        return None;
    }
    let puzzles = distinct_puzzles(outcomes);
    let seed_means = outcomes.seed_means();
    let evenly = vec![1.0 / outcomes.seeds() as f64; outcomes.seeds()];
    let rng = &mut stream(bootstrap.seed, "stats/seed_bootstrap", 0);
    let [mut of_seeds, mut of_puzzles, mut of_both] = [const { Vec::new() }; 3];
    for _ in 0..bootstrap.resamples {
        let weights = draw_seeds(outcomes.seeds(), rng);
        of_seeds.push(weighted(&seed_means, &weights));
        let [puzzles_only, both] = puzzles.resampled_means(
            |puzzle| [weighted(puzzle, &evenly), weighted(puzzle, &weights)],
            rng,
        );
        of_puzzles.push(puzzles_only);
        of_both.push(both);
    }
    of_both.sort_unstable_by(f64::total_cmp);
    let variance = |means: &[f64]| sample_sd(means).map(|sd| sd.powi(2));
    Some(SeedBootstrap {
        mean: outcomes.mean(),
        from_seeds: variance(&of_seeds)?,
        from_test_set: variance(&of_puzzles)?,
        variance: variance(&of_both)?,
        percentile: percentile_interval(&of_both, bootstrap.confidence)?,
    })
}

/// The outcomes of all seeds on each puzzle: few are distinct, as they are mostly right or wrong.
fn distinct_puzzles(outcomes: &SeedOutcomes) -> Multiset<Vec<f64>> {
    let rows = outcomes.rows();
    let column =
        |puzzle: usize| -> Vec<u64> { rows.iter().map(|row| row[puzzle].to_bits()).collect() };
    let distinct: Multiset<Vec<u64>> = (0..outcomes.puzzles()).map(column).collect();
    let outcomes_of = |bits: &Vec<u64>| bits.iter().copied().map(f64::from_bits).collect();
    let items = distinct.items().iter();
    Multiset::of_counts(items.map(|(bits, count)| (outcomes_of(bits), *count)))
}

/// The weight of each seed when one fewer than there are is drawn with replacement.
fn draw_seeds(seeds: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    let mut weights = vec![0.0; seeds];
    for _ in 1..seeds {
        weights[rng.random_range(0..seeds)] += 1.0 / (seeds - 1) as f64;
    }
    weights
}

fn weighted(values: &[f64], weights: &[f64]) -> f64 {
    values
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum()
}
