//! Against values of independent implementations: statsmodels
//! (`proportion_confint(method="wilson")`) and SciPy (`scipy.stats.t`).

#![allow(clippy::expect_used)] // Helpers of tests count as production code to clippy.

use hrm_stats::{Interval, mean, median, sample_sd, t_interval, wilson};
use proptest::prelude::*;

fn assert_close(actual: f64, expected: f64, what: &str) {
    let tolerance = 1e-9 * expected.abs().max(1.0);
    assert!(
        (actual - expected).abs() <= tolerance,
        "{what}: {actual} is not {expected}"
    );
}

fn assert_interval(actual: Option<Interval>, (low, high): (f64, f64), what: &str) {
    let actual = actual.expect(what);
    assert_close(actual.low, low, what);
    assert_close(actual.high, high, what);
}

#[test]
fn wilson_agrees_with_statsmodels() {
    for (successes, trials, confidence, expected) in [
        (0, 10, 0.95, (0.0, 0.2775327998628892)),
        (10, 10, 0.95, (0.7224672001371107, 1.0)),
        (482, 500, 0.95, (0.9438156730319722, 0.9771089390197072)),
        (1, 3, 0.95, (0.06149194472039621, 0.7923403991979522)),
        (50, 100, 0.99, (0.37527962504483986, 0.6247203749551602)),
        (450, 500, 0.9, (0.8757336141785858, 0.9199608141175407)),
        (
            999_999,
            1_000_000,
            0.95,
            (0.9999943350881957, 0.9999998234754233),
        ),
        (0, 1, 0.95, (0.0, 0.7934506856227626)),
        (1, 1, 0.95, (0.20654931437723745, 1.0)),
    ] {
        let what = format!("{successes} of {trials} at {confidence}");
        assert_interval(wilson(successes, trials, confidence), expected, &what);
    }
}

#[test]
fn mean_sd_t_interval_and_median_agree_with_scipy() {
    #[rustfmt::skip]
    let cases = [
        (vec![0.958, 0.964], 0.95, 0.961, 0.004242640687119289, (0.9228813857914758, 0.9991186142085241), 0.961),
        (vec![0.9, 0.93, 0.95], 0.95, 0.9266666666666667, 0.025166114784235805, (0.8641505718729091, 0.9891827614604244), 0.93),
        (vec![1.0, 2.0, 3.0, 4.0, 5.5], 0.99, 3.1, 1.746424919657298, (-0.4959130476804763, 6.6959130476804765), 3.0),
        (vec![0.964, 0.97, 0.95, 0.981, 0.944], 0.9, 0.9618, 0.014973309587395846, (0.9475245834000737, 0.976075416599926), 0.964),
        (vec![0.5, 0.5, 0.5], 0.95, 0.5, 0.0, (0.5, 0.5), 0.5),
    ];
    for (values, confidence, expected_mean, sd, interval, middle) in cases {
        let what = format!("{values:?}");
        assert_close(mean(&values).unwrap(), expected_mean, &what);
        assert_close(sample_sd(&values).unwrap(), sd, &what);
        assert_interval(t_interval(&values, confidence), interval, &what);
        assert_close(median(&values).unwrap(), middle, &what);
    }
}

/// With n values of mean 0 and s/√n = 1 the upper end of the interval is the quantile itself.
#[test]
fn the_t_quantile_agrees_with_scipy() {
    for (degrees, confidence, quantile) in [
        (1, 0.95, 12.706204736174694),
        (2, 0.95, 4.302652729749462),
        (4, 0.95, 2.7764451051977934),
        (9, 0.99, 3.249835541592126),
        (30, 0.9, 1.697260886593957),
        (1000, 0.95, 1.9623390808264083),
        (5, 0.2, 0.2671808657041451),
    ] {
        let n = degrees + 1;
        let mut values = vec![0.0; n];
        values[0] = 1.0;
        values[1] = -1.0;
        let unit = sample_sd(&values).unwrap() / (n as f64).sqrt();
        let upper = t_interval(&values, confidence).unwrap().high;
        assert_close(
            upper / unit,
            quantile,
            &format!("{degrees} degrees of freedom"),
        );
    }
}

#[test]
fn what_is_not_defined_is_none() {
    assert_eq!(wilson(0, 0, 0.95), None);
    assert_eq!(wilson(3, 2, 0.95), None);
    for confidence in [0.0, 1.0, -0.5, f64::NAN] {
        assert_eq!(wilson(1, 2, confidence), None);
        assert_eq!(t_interval(&[1.0, 2.0], confidence), None);
    }
    assert_eq!((mean(&[]), median(&[]), sample_sd(&[])), (None, None, None));
    assert_eq!((sample_sd(&[1.0]), t_interval(&[1.0], 0.95)), (None, None));
    for bad in [f64::NAN, f64::INFINITY] {
        let values = [1.0, bad, 2.0];
        assert_eq!((mean(&values), median(&values)), (None, None));
        assert_eq!(
            (sample_sd(&values), t_interval(&values, 0.95)),
            (None, None)
        );
    }
}

#[test]
fn median_does_not_depend_on_order() {
    assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    assert_eq!(median(&[7.0]), Some(7.0));
}

proptest! {
    #[test]
    fn wilson_holds_the_proportion_and_narrows_with_trials(trials in 1u64..5000, share in 0.0f64..=1.0) {
        let successes = (trials as f64 * share) as u64;
        let interval = wilson(successes, trials, 0.95).unwrap();
        prop_assert!(interval.contains(successes as f64 / trials as f64));
        prop_assert!(0.0 <= interval.low && interval.high <= 1.0);
        let tenfold = wilson(successes * 10, trials * 10, 0.95).unwrap();
        prop_assert!(tenfold.width() < interval.width());
    }
}
