//! Against SciPy and statsmodels; `data/make_cases.py` makes the cases and derives the bounds of
//! what is random.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests; their helpers do not count as such"
)]

use hrm_stats::{
    Bootstrap, BootstrapMean, Interval, PairedCounts, SeedOutcomes, TestDesign, benjamini_hochberg,
    bootstrap_mean, holm, mcnemar_exact, mcnemar_mid_p, paired_bootstrap,
    paired_detectable_difference, paired_sample_size, seed_bootstrap, seed_variance,
    unpaired_detectable_difference, unpaired_sample_size,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Cases {
    resamples: u32,
    variance_tolerance: f64,
    mcnemar: Vec<Mcnemar>,
    multiple: Vec<Multiple>,
    unpaired: Vec<Unpaired>,
    unpaired_detectable: Vec<UnpairedDetectable>,
    paired: Vec<Paired>,
    paired_detectable: Vec<PairedDetectable>,
    bootstrap: Vec<BootstrapCase>,
    seeds: Vec<Seeds>,
}

#[derive(Deserialize)]
#[serde(remote = "TestDesign")]
struct Design {
    significance: f64,
    power: f64,
}

#[derive(Deserialize)]
struct Mcnemar {
    counts: [u64; 4],
    exact: f64,
    mid_p: f64,
}

#[derive(Deserialize)]
struct Multiple {
    p_values: Vec<f64>,
    holm: Vec<f64>,
    benjamini_hochberg: Vec<f64>,
}

#[derive(Deserialize)]
struct Unpaired {
    a: f64,
    b: f64,
    #[serde(with = "Design")]
    design: TestDesign,
    puzzles: u64,
}

#[derive(Deserialize)]
struct UnpairedDetectable {
    puzzles: u64,
    accuracy: f64,
    #[serde(with = "Design")]
    design: TestDesign,
    difference: f64,
}

#[derive(Deserialize)]
struct Paired {
    discordant: f64,
    difference: f64,
    #[serde(with = "Design")]
    design: TestDesign,
    puzzles: u64,
    true_power: f64,
}

#[derive(Deserialize)]
struct PairedDetectable {
    puzzles: u64,
    discordant: f64,
    #[serde(with = "Design")]
    design: TestDesign,
    difference: f64,
}

#[derive(Deserialize)]
struct BootstrapCase {
    values: Vec<f64>,
    confidence: f64,
    mean: f64,
    standard_error: f64,
    percentile: [[f64; 2]; 2],
    bca: [[f64; 2]; 2],
}

#[derive(Deserialize)]
struct Seeds {
    rows: Vec<Vec<f64>>,
    confidence: f64,
    mean: f64,
    parts: [f64; 3],
    degrees_of_freedom: f64,
    interval: [f64; 2],
    bootstrap_variances: [f64; 3],
}

fn cases() -> Cases {
    serde_json::from_str(include_str!("data/cases.json")).unwrap()
}

/// Equal to 1e-9 of the value, however small it is.
fn assert_close(actual: f64, expected: f64, what: &str) {
    assert!(
        (actual - expected).abs() <= 1e-9 * expected.abs(),
        "{what}: {actual} is not {expected}"
    );
}

fn assert_within(actual: f64, [low, high]: [f64; 2], what: &str) {
    let rounding = 1e-12;
    assert!(
        low - rounding <= actual && actual <= high + rounding,
        "{what}: {actual} is not within {low} to {high}"
    );
}

fn assert_ends_within(actual: Interval, [low, high]: [[f64; 2]; 2], what: &str) {
    assert_within(actual.low, low, what);
    assert_within(actual.high, high, what);
}

#[test]
fn mcnemar_agrees_with_statsmodels_and_scipy() {
    for case in cases().mcnemar {
        let [both, only_a, only_b, neither] = case.counts;
        let what = format!("{:?}", case.counts);
        let counts = PairedCounts::new(both, only_a, only_b, neither).unwrap();
        assert_close(mcnemar_exact(counts), case.exact, &what);
        assert_close(mcnemar_mid_p(counts), case.mid_p, &what);
        let swapped = PairedCounts::new(both, only_b, only_a, neither).unwrap();
        assert_eq!(mcnemar_exact(swapped), mcnemar_exact(counts), "{what}");
        assert_eq!(swapped.difference(), -counts.difference(), "{what}");
    }
}

#[test]
fn adjusted_p_values_agree_with_statsmodels() {
    for case in cases().multiple {
        let pairs = [
            (holm(&case.p_values), case.holm),
            (benjamini_hochberg(&case.p_values), case.benjamini_hochberg),
        ];
        for (actual, expected) in pairs {
            let actual = actual.unwrap();
            assert_eq!(actual.len(), expected.len());
            for (actual, expected) in actual.into_iter().zip(expected) {
                assert_close(actual, expected, &format!("{:?}", case.p_values));
            }
        }
    }
}

#[test]
fn unpaired_sample_sizes_agree_with_statsmodels() {
    for case in cases().unpaired {
        let (a, b) = (case.a, case.b);
        assert_eq!(unpaired_sample_size(a, b, case.design), Some(case.puzzles));
        assert_eq!(unpaired_sample_size(b, a, case.design), Some(case.puzzles));
    }
    for case in cases().unpaired_detectable {
        let difference = unpaired_detectable_difference(case.puzzles, case.accuracy, case.design);
        let what = format!("{} puzzles at {}", case.puzzles, case.accuracy);
        assert_close(difference.unwrap(), case.difference, &what);
    }
}

#[test]
fn paired_sample_sizes_agree_with_the_solved_formula_and_give_the_power() {
    for case in cases().paired {
        let puzzles = paired_sample_size(case.discordant, case.difference, case.design);
        assert_eq!(puzzles, Some(case.puzzles));
        // The exact power of the test on as many puzzles: the formula is a normal approximation.
        assert_within(
            case.true_power,
            [case.design.power, case.design.power + 0.015],
            &format!("power on {} puzzles", case.puzzles),
        );
    }
    for case in cases().paired_detectable {
        let difference = paired_detectable_difference(case.puzzles, case.discordant, case.design);
        let what = format!("{} puzzles at {}", case.puzzles, case.discordant);
        assert_close(difference.unwrap(), case.difference, &what);
    }
}

#[test]
fn bootstrap_intervals_lie_between_exact_quantiles() {
    let cases = cases();
    for (seed, case) in cases.bootstrap.iter().enumerate() {
        let bootstrap = Bootstrap {
            resamples: cases.resamples,
            seed: seed as u64,
            confidence: case.confidence,
        };
        let found = bootstrap_mean(&case.values, &bootstrap).unwrap();
        check_bootstrap(case, found, cases.variance_tolerance);
        // The same from the table of two models' outcomes, where the values are its differences.
        let count =
            |wanted: f64| case.values.iter().filter(|&&value| value == wanted).count() as u64;
        let [won, lost, same] = [1.0, -1.0, 0.0].map(count);
        if won + lost + same == case.values.len() as u64 {
            let counts = PairedCounts::new(same, won, lost, 0).unwrap();
            let paired = paired_bootstrap(counts, &bootstrap).unwrap();
            check_bootstrap(case, paired, cases.variance_tolerance);
            assert_close(counts.difference(), paired.mean, "difference");
        }
    }
}

fn check_bootstrap(case: &BootstrapCase, found: BootstrapMean, variance_tolerance: f64) {
    let what = format!("{} values of mean {}", case.values.len(), case.mean);
    assert!((found.mean - case.mean).abs() < 1e-12, "{what}");
    let ratio = (found.standard_error / case.standard_error).powi(2);
    assert_within(
        ratio - 1.0,
        [-variance_tolerance, variance_tolerance],
        &what,
    );
    assert_ends_within(
        found.percentile,
        case.percentile,
        &format!("percentile, {what}"),
    );
    assert_ends_within(found.bca.unwrap(), case.bca, &format!("BCa, {what}"));
}

#[test]
fn seed_variance_agrees_with_the_analysis_of_variance_of_statsmodels() {
    for case in cases().seeds {
        let what = format!("{} seeds", case.rows.len());
        let found = seed_variance(&SeedOutcomes::new(case.rows).unwrap());
        assert_close(found.mean, case.mean, &what);
        let parts = [found.from_seeds, found.from_test_set, found.from_residual];
        for (actual, expected) in parts.into_iter().zip(case.parts) {
            assert_close(actual, expected, &what);
        }
        assert_close(found.variance(), case.parts.iter().sum(), &what);
        assert_close(
            found.degrees_of_freedom.unwrap(),
            case.degrees_of_freedom,
            &what,
        );
        let interval = found.interval(case.confidence).unwrap();
        assert_close(interval.low, case.interval[0], &what);
        assert_close(interval.high, case.interval[1], &what);
    }
}

#[test]
fn seed_bootstrap_variances_are_near_the_exact_ones() {
    let cases = cases();
    for (seed, case) in cases.seeds.into_iter().enumerate() {
        let what = format!("{} seeds", case.rows.len());
        let outcomes = SeedOutcomes::new(case.rows).unwrap();
        let bootstrap = Bootstrap {
            resamples: cases.resamples,
            seed: seed as u64,
            confidence: case.confidence,
        };
        let found = seed_bootstrap(&outcomes, &bootstrap).unwrap();
        assert_close(found.mean, case.mean, &what);
        let variances = [found.from_seeds, found.from_test_set, found.variance];
        for (actual, expected) in variances.into_iter().zip(case.bootstrap_variances) {
            let tolerance = cases.variance_tolerance;
            assert_within(actual / expected - 1.0, [-tolerance, tolerance], &what);
        }
    }
}
