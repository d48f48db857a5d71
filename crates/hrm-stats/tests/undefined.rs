//! What is not defined is `None`, and what is random depends on its arguments alone.

use hrm_stats::{
    Bootstrap, Interval, PairedCounts, SeedOutcomes, TestDesign, benjamini_hochberg,
    bootstrap_mean, holm, paired_bootstrap, paired_detectable_difference, paired_sample_size,
    seed_bootstrap, seed_variance, unpaired_detectable_difference, unpaired_sample_size,
};
use proptest::prelude::*;

const BOOTSTRAP: Bootstrap = Bootstrap {
    resamples: 500,
    seed: 1,
    confidence: 0.95,
};
const DESIGN: TestDesign = TestDesign {
    significance: 0.05,
    power: 0.8,
};

#[test]
fn a_table_needs_a_puzzle_and_must_fit_its_counter() {
    assert_eq!(PairedCounts::new(0, 0, 0, 0), None);
    assert_eq!(PairedCounts::from_outcomes([]), None);
    assert_eq!(PairedCounts::new(u64::MAX, 1, 0, 0), None);
    let outcomes = [
        (true, true),
        (true, false),
        (false, true),
        (false, false),
        (true, false),
    ];
    let counts = PairedCounts::from_outcomes(outcomes).unwrap();
    assert_eq!(
        (
            counts.both(),
            counts.only_a(),
            counts.only_b(),
            counts.neither()
        ),
        (1, 2, 1, 1)
    );
    assert_eq!((counts.puzzles(), counts.difference()), (5, 0.2));
}

#[test]
fn a_single_seed_has_no_variance_over_seeds() {
    assert_eq!(SeedOutcomes::new(vec![vec![1.0, 0.0, 1.0]]), None);
    for rows in [
        vec![],
        vec![vec![1.0], vec![0.0]],
        vec![vec![1.0, 0.0], vec![1.0]],
        vec![vec![1.0, 0.0], vec![1.0, f64::NAN]],
    ] {
        assert_eq!(SeedOutcomes::new(rows), None);
    }
}

#[test]
fn outcomes_that_never_differ_have_no_interval_over_seeds() {
    let outcomes = SeedOutcomes::new(vec![vec![1.0; 4]; 3]).unwrap();
    let found = seed_variance(&outcomes);
    assert_eq!((found.mean, found.variance()), (1.0, 0.0));
    assert_eq!(found.interval(0.95), None);
    let mixed = SeedOutcomes::new(vec![vec![1.0, 0.0], vec![0.0, 0.0]]).unwrap();
    for confidence in [0.0, 1.0, f64::NAN] {
        assert_eq!(seed_variance(&mixed).interval(confidence), None);
    }
}

#[test]
fn bootstraps_out_of_bounds_are_none() {
    let counts = PairedCounts::new(5, 3, 2, 1).unwrap();
    let outcomes = SeedOutcomes::new(vec![vec![1.0, 0.0], vec![0.0, 0.0]]).unwrap();
    let resamples = [0, 1, Bootstrap::RESAMPLES_MAX + 1];
    let resamples = resamples.map(|resamples| Bootstrap {
        resamples,
        ..BOOTSTRAP
    });
    let confidences = [0.0, 1.0, f64::NAN].map(|confidence| Bootstrap {
        confidence,
        ..BOOTSTRAP
    });
    for bootstrap in resamples.iter().chain(&confidences) {
        assert_eq!(paired_bootstrap(counts, bootstrap), None);
        assert_eq!(bootstrap_mean(&[1.0, 2.0], bootstrap), None);
        assert_eq!(seed_bootstrap(&outcomes, bootstrap), None);
    }
    assert_eq!(bootstrap_mean(&[], &BOOTSTRAP), None);
    assert_eq!(bootstrap_mean(&[1.0, f64::INFINITY], &BOOTSTRAP), None);
}

#[test]
fn models_that_never_differ_have_no_bca_interval() {
    let counts = PairedCounts::new(5, 0, 0, 5).unwrap();
    let found = paired_bootstrap(counts, &BOOTSTRAP).unwrap();
    assert_eq!(
        found.percentile,
        Interval {
            low: 0.0,
            high: 0.0
        }
    );
    assert_eq!((found.standard_error, found.bca), (0.0, None));
}

#[test]
fn no_p_value_lies_outside_0_to_1() {
    for bad in [-0.1, 1.1, f64::NAN] {
        assert_eq!(
            (holm(&[0.5, bad]), benjamini_hochberg(&[bad])),
            (None, None)
        );
    }
}

#[test]
fn impossible_sample_sizes_are_none() {
    for (discordant, difference) in [
        (0.1, 0.0),
        (0.1, 0.2),
        (1.1, 0.5),
        (f64::NAN, 0.1),
        (0.1, f64::NAN),
        (0.0, 0.0),
    ] {
        assert_eq!(paired_sample_size(discordant, difference, DESIGN), None);
    }
    for (a, b) in [(0.5, 0.5), (-0.1, 0.5), (0.5, 1.1), (f64::NAN, 0.5)] {
        assert_eq!(unpaired_sample_size(a, b, DESIGN), None);
    }
    // More puzzles than can be counted.
    assert_eq!(unpaired_sample_size(0.5, 0.5 + 1e-15, DESIGN), None);
    for (significance, power) in [(0.0, 0.8), (0.05, 1.0), (0.05, f64::NAN), (0.1, 0.05)] {
        let design = TestDesign {
            significance,
            power,
        };
        assert_eq!(paired_sample_size(0.2, 0.1, design), None);
        assert_eq!(unpaired_sample_size(0.2, 0.1, design), None);
        assert_eq!(paired_detectable_difference(100, 0.2, design), None);
        assert_eq!(unpaired_detectable_difference(100, 0.2, design), None);
    }
}

#[test]
fn test_sets_that_find_no_difference_are_none() {
    for (puzzles, discordant) in [(0, 0.5), (2, 0.5), (10, 0.01), (100, 0.0), (100, 1.5)] {
        assert_eq!(
            paired_detectable_difference(puzzles, discordant, DESIGN),
            None
        );
    }
    for (puzzles, accuracy) in [(0, 0.5), (3, 0.5), (1000, 1.0), (1000, -0.1)] {
        assert_eq!(
            unpaired_detectable_difference(puzzles, accuracy, DESIGN),
            None
        );
    }
}

/// With many puzzles the bootstrap must come close to the normal distribution.
#[test]
fn a_paired_bootstrap_of_many_puzzles_is_nearly_normal() {
    let counts = PairedCounts::new(17_000, 400, 300, 2_300).unwrap();
    let bootstrap = Bootstrap {
        resamples: 10_000,
        ..BOOTSTRAP
    };
    let found = paired_bootstrap(counts, &bootstrap).unwrap();
    // √((p − d²)/n) with the share p = 0.035 of puzzles that differ and the difference d = 0.005.
    let standard_error = ((0.035f64 - 0.005f64.powi(2)) / 20_000.0).sqrt();
    // 5 standard errors of a standard deviation of 10,000 draws.
    assert!((found.standard_error / standard_error - 1.0).abs() < 5.0 / (2.0f64 * 10_000.0).sqrt());
    // 5 standard errors of a quantile, √(p(1 − p)/10,000)/φ(z) = 0.027 each, and a step of 1/20,000.
    let tolerance = 5.0 * 0.027 * standard_error + 1.0 / 20_000.0;
    let reach = 1.959964 * standard_error;
    assert!((found.percentile.low - (found.mean - reach)).abs() < tolerance);
    assert!((found.percentile.high - (found.mean + reach)).abs() < tolerance);
    let bca = found.bca.unwrap();
    assert!((bca.low - (found.mean - reach)).abs() < 2.0 * tolerance);
    assert!((bca.high - (found.mean + reach)).abs() < 2.0 * tolerance);
}

proptest! {
    #[test]
    fn results_depend_on_neither_order_nor_anything_hidden(
        outcomes in prop::collection::vec(prop::collection::vec(0u8..=1, 3), 2..30),
        seed in any::<u64>(),
    ) {
        let rows = |puzzles: &[Vec<u8>]| -> Vec<Vec<f64>> {
            (0..3).map(|seed| puzzles.iter().map(|puzzle| f64::from(puzzle[seed])).collect()).collect()
        };
        let bootstrap = Bootstrap { seed, ..BOOTSTRAP };
        let mut reversed = outcomes.clone();
        reversed.reverse();
        let [there, back] = [&outcomes, &reversed].map(|puzzles| SeedOutcomes::new(rows(puzzles)).unwrap());
        prop_assert_eq!(seed_bootstrap(&there, &bootstrap), seed_bootstrap(&back, &bootstrap));
        let [there, back] = [there, back].map(|outcomes| outcomes.rows()[0].clone());
        let found = bootstrap_mean(&there, &bootstrap).unwrap();
        prop_assert_eq!(bootstrap_mean(&back, &bootstrap), Some(found));
        prop_assert!(found.percentile.low <= found.percentile.high);
    }

    /// A sample size is the smallest that finds its difference.
    #[test]
    fn detectable_differences_invert_sample_sizes(puzzles in 30u64..1_000_000, share in 0.01f64..0.99) {
        if let Some(difference) = paired_detectable_difference(puzzles, share, DESIGN) {
            let size = paired_sample_size(share, difference, DESIGN).unwrap();
            prop_assert!(size.abs_diff(puzzles) <= 1, "{} {}", size, puzzles);
        }
        if let Some(difference) = unpaired_detectable_difference(puzzles, share, DESIGN) {
            let size = unpaired_sample_size(share, share + difference, DESIGN).unwrap();
            prop_assert!(size.abs_diff(puzzles) <= 1, "{} {}", size, puzzles);
        }
    }
}
