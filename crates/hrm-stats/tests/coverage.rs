//! Whether nominal 95 % intervals of a mean accuracy over seeds hold the true one as often as they
//! claim. The example `coverage` runs the same simulation at length.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests; their helpers do not count as such"
)]

mod simulation;

use simulation::{Design, coverages};

/// 5 standard errors of a share of 400 runs whose expectation is 95 %.
const TOLERANCE: f64 = 0.055;

#[test]
fn intervals_over_seeds_hold_the_true_accuracy_as_often_as_they_claim() {
    // Seeds that hardly differ, where the test set decides, and seeds that differ much.
    for (seed_sd, puzzle_sd) in [(0.0, 2.0), (0.1, 2.0), (0.5, 1.0)] {
        let design = Design {
            seeds: 5,
            puzzles: 200,
            accuracy: 0.55,
            seed_sd,
            puzzle_sd,
        };
        let found = coverages(design, 400, 200, 1);
        let share = found.seed_variance.share();
        assert!((share - 0.95).abs() < TOLERANCE, "{design:?}: {share}");
        // The bootstrap takes too little account of how few seeds there are; 5 of them are enough
        // for this much.
        assert!(found.seed_bootstrap.share() > 0.8, "{design:?}");
    }
}

#[test]
fn intervals_that_ignore_seeds_or_test_set_promise_too_much() {
    let design = Design {
        seeds: 5,
        puzzles: 200,
        accuracy: 0.55,
        seed_sd: 0.0,
        puzzle_sd: 2.0,
    };
    let found = coverages(design, 400, 200, 1);
    assert!(found.seeds_only.share() < 0.8);
    assert!(found.pooled.share() < 0.8);
    assert!(found.pooled.width() < found.seed_variance.width());
}
