//! Every way to a verdict, as a table.

use super::*;
use ExpectationVerdict::{Inconclusive, NotReproduced, Reproduced};
use hrm_config::Split;

fn solved(hits: usize, puzzles: usize) -> Vec<f64> {
    (0..puzzles)
        .map(|puzzle| f64::from(u8::from(puzzle < hits)))
        .collect()
}

fn key() -> Comparability {
    Comparability {
        dataset: Some("sudoku-extreme".to_owned()),
        split: Some(Split::Test),
        segments: Some(16),
        ..Comparability::default()
    }
}

/// One seed for each number of solved puzzles, of 1,000.
fn seeds(hits: &[usize]) -> Evidence {
    Evidence::of_outcomes(hits.iter().map(|&hits| solved(hits, 1000)).collect(), key())
}

fn published(edit: impl FnOnce(&mut PublishedValue)) -> PublishedValue {
    let all = hrm_published::values().unwrap();
    let hrm = all
        .iter()
        .find(|value| value.id == "hrm-fig1/sudoku-extreme/hrm");
    let mut value = hrm.unwrap().clone();
    value.comparability = key();
    edit(&mut value);
    value
}

fn check(found: Judgement, verdict: ExpectationVerdict, reason: &str) {
    assert_eq!(found.0, verdict, "{}", found.1);
    assert!(found.1.contains(reason), "{}", found.1);
}

#[test]
fn a_value_is_judged_by_the_interval_and_the_tolerance() {
    for (hits, value, tolerance, verdict, reason) in [
        (
            &[550][..],
            0.55,
            0.05,
            Reproduced,
            "51.9 % to 58.1 % lies within 50.0 % to 60.0 %",
        ),
        (
            &[550],
            0.55,
            0.02,
            Inconclusive,
            "partly within 53.0 % to 57.0 %: more seeds or puzzles",
        ),
        (
            &[550],
            0.80,
            0.02,
            NotReproduced,
            "lies outside of 78.0 % to 82.0 %",
        ),
        (
            &[550],
            0.30,
            0.02,
            NotReproduced,
            "lies outside of 28.0 % to 32.0 %",
        ),
        (&[545, 550, 555], 0.55, 0.05, Reproduced, "lies within"),
        (
            &[200, 550, 900],
            0.55,
            0.05,
            Inconclusive,
            "more seeds are needed",
        ),
        (&[0, 0], 0.0, 0.01, Reproduced, "0.0 % to 0.4 %"),
    ] {
        let claim = Claim::Near {
            value,
            tolerance,
            published: None,
        };
        check(judge(claim, Some(&seeds(hits)), 1, None), verdict, reason);
    }
}

#[test]
fn a_published_value_is_only_judged_by_what_is_comparable() {
    let full = Some(Scale::Full);
    let other_segments = published(|value| {
        value.comparability.segments = Some(8);
        value.comparability.puzzles = Some(422_786);
    });
    for (value, scale, verdict, reason) in [
        (published(|_| ()), full, Reproduced, "lies within"),
        (published(|_| ()), None, Reproduced, "lies within"),
        (
            published(|_| ()),
            Some(Scale::Small),
            Inconclusive,
            "the small scale cannot judge",
        ),
        (
            other_segments,
            full,
            Inconclusive,
            "differ: puzzles 422786 and 1000; segments 8 and 16",
        ),
    ] {
        let claim = Claim::Near {
            value: 0.55,
            tolerance: 0.05,
            published: Some(&value),
        };
        check(
            judge(claim, Some(&seeds(&[550])), 1, scale),
            verdict,
            reason,
        );
    }
}

#[test]
fn a_bound_is_judged_by_the_ends_of_the_interval() {
    for (least, verdict, reason) in [
        (0.5, Reproduced, "begins at 51.9 %"),
        (0.55, Inconclusive, "holds 55.0 %"),
        (0.6, NotReproduced, "ends at 58.1 %"),
    ] {
        let small = Some(Scale::Small);
        check(
            judge(Claim::AtLeast(least), Some(&seeds(&[550])), 1, small),
            verdict,
            reason,
        );
    }
}

#[test]
fn what_is_missing_leaves_a_claim_open() {
    let claim = Claim::AtLeast(0.5);
    check(
        judge(claim, None, 1, None),
        Inconclusive,
        "there is no result yet",
    );
    let one = seeds(&[900]);
    check(
        judge(claim, Some(&one), 3, None),
        Inconclusive,
        "1 seed of the 3",
    );
    check(
        judge(claim, Some(&seeds(&[900, 900])), 3, None),
        Inconclusive,
        "2 seeds of the 3",
    );
    let above = Claim::Above {
        name: "other",
        other: None,
    };
    check(
        judge(above, Some(&one), 1, None),
        Inconclusive,
        "no result of `other` yet",
    );
    let few = Claim::Above {
        name: "other",
        other: Some(&one),
    };
    check(
        judge(few, Some(&seeds(&[950, 950])), 2, None),
        Inconclusive,
        "1 seed of the 2",
    );
    let mut unknown = seeds(&[900]);
    unknown.estimate.interval = None;
    check(
        judge(claim, Some(&unknown), 1, None),
        Inconclusive,
        "has no interval",
    );
    let near = Claim::Near {
        value: 0.9,
        tolerance: 0.1,
        published: None,
    };
    check(
        judge(near, Some(&unknown), 1, None),
        Inconclusive,
        "has no interval",
    );
}

#[test]
fn a_difference_is_judged_on_the_same_puzzles() {
    for (ours, other, verdict, reason) in [
        // The easiest puzzles are solved first, so that 3 more are few but certain.
        (
            &[560][..],
            &[550][..],
            Reproduced,
            "the difference is +0.4 points",
        ),
        (&[550], &[560], NotReproduced, "the difference is -1"),
        (
            &[550],
            &[550],
            Inconclusive,
            "no difference from `other` detected",
        ),
        (
            &[700, 710],
            &[550, 560],
            Reproduced,
            "+12.8 points to +17.2 points",
        ),
        (&[550, 900], &[560, 570], Inconclusive, "no difference"),
    ] {
        let other = seeds(other);
        let claim = Claim::Above {
            name: "other",
            other: Some(&other),
        };
        check(judge(claim, Some(&seeds(ours)), 1, None), verdict, reason);
    }
}

#[test]
fn other_puzzles_or_seeds_are_compared_by_their_intervals() {
    let judge_against = |hits: usize, other: &Evidence| {
        let claim = Claim::Above {
            name: "other",
            other: Some(other),
        };
        judge(claim, Some(&seeds(&[hits])), 1, None)
    };
    let mut elsewhere = seeds(&[550]);
    elsewhere.comparability.dataset = Some("maze-hard".to_owned());
    check(
        judge_against(700, &elsewhere),
        Reproduced,
        "lies above that of `other`, 55.0 %",
    );
    check(
        judge_against(300, &elsewhere),
        NotReproduced,
        "lies below that of `other`",
    );
    check(
        judge_against(560, &elsewhere),
        Inconclusive,
        "overlaps that of `other`",
    );
    check(
        judge_against(700, &seeds(&[550, 551])),
        Reproduced,
        "lies above",
    );
    elsewhere.estimate.interval = None;
    check(
        judge_against(700, &elsewhere),
        Inconclusive,
        "has no interval",
    );
}

#[test]
fn a_bound_from_above_is_judged_like_one_from_below() {
    for (hits, most, verdict, reason) in [
        (&[100][..], 0.2, Reproduced, "the interval ends at 12.0 %"),
        (&[300], 0.2, NotReproduced, "the interval begins at 27.2 %"),
        (
            &[200],
            0.2,
            Inconclusive,
            "holds 20.0 %: more seeds or puzzles",
        ),
    ] {
        let found = judge(Claim::AtMost(most), Some(&seeds(hits)), 1, None);
        check(found, verdict, reason);
    }
}

#[test]
fn numbers_of_hidden_states_have_an_interval_over_seeds_alone() {
    let claim = || Claim::AtLeast(1.0);
    let one = judge(claim(), Some(&Evidence::of_states(&[2.9])), 1, None);
    check(one, Inconclusive, "no interval from one seed");
    let three = judge(
        claim(),
        Some(&Evidence::of_states(&[2.9, 3.0, 3.1])),
        1,
        None,
    );
    check(three, Reproduced, "the interval begins at 2.75");
}
