//! Folders of ARC predictions.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{copy, data, npy, shared};
use hrm_predictions::{ArcCase, ArcRule, ArcScores, Scores, rankings, score_votes};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const CASE: &str = "fixtures/data/arc_scoring";

fn scores(case: &ArcCase) -> ArcScores {
    match score_votes(&case.votes().unwrap(), usize::MAX)
        .unwrap()
        .scores
    {
        Scores::Arc(scores) => scores,
        _ => unreachable!("votes score ARC tasks"),
    }
}

/// Compares everything that the reference case knows, but the order of the tasks.
fn assert_published(folder: &Path, reference: &Path) {
    let case = ArcCase::read(folder).unwrap();
    let expected = fs::read_to_string(reference.join("case.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let scores = scores(&case);
    let pass = |rule, k: u64| {
        let mut scores = scores.last().unwrap().scores.iter();
        let score = scores.find(|score| score.rule == rule && score.k as u64 == k);
        score.unwrap().value().unwrap()
    };
    for (k, percent) in expected["expected"]["hrm_pass_percent"]
        .as_object()
        .unwrap()
    {
        let found = pass(ArcRule::Hrm, k.parse().unwrap());
        assert_eq!(found * 100.0, percent.as_f64().unwrap(), "HRM {k}");
    }
    for (k, fraction) in expected["expected"]["trm_pass_fraction"]
        .as_object()
        .unwrap()
    {
        let k = k.trim_start_matches("ARC/pass@").parse().unwrap();
        assert_eq!(pass(ArcRule::Trm, k), fraction.as_f64().unwrap(), "TRM {k}");
    }
    assert_eq!(pass(ArcRule::ArcPrize, 2), 0.45);

    let votes = case.votes().unwrap();
    let found = json!(rankings(&votes.outcomes(usize::MAX).unwrap()));
    let by_test = |rankings: &Value| {
        let mut tests = rankings.as_array().unwrap().clone();
        tests.sort_by_key(|test| (test["puzzle"].to_string(), test["test"].to_string()));
        tests
    };
    for (found, expected) in by_test(&found).iter().zip(by_test(&expected["per_test"])) {
        for key in ["puzzle", "test", "n_candidates", "correct_rank"] {
            assert_eq!(found[key], expected[key]);
        }
        let places = found["ranking"].as_array().unwrap().iter();
        for (found, expected) in places.zip(expected["ranking"].as_array().unwrap()) {
            let mean_q = |place: &Value| place["mean_q"].as_f64().unwrap();
            assert!((mean_q(found) - mean_q(expected)).abs() < 1e-12);
            for key in ["count", "shape", "grid_sha256", "correct"] {
                assert_eq!(found[key], expected[key]);
            }
        }
    }
    assert_eq!(by_test(&found).len(), by_test(&expected["per_test"]).len());
    let submission = fs::read_to_string(reference.join("trm_out/submission.json")).unwrap();
    let found = score_votes(&votes, usize::MAX).unwrap().submission.unwrap();
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(parse(&found), parse(&submission));
}

/// A copy of the reference case that may be changed; with the names of the HRM builder if asked.
fn changed(reference: &Path, hrm_names: bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(reference, folder.path());
    if hrm_names {
        let names = folder.path().join("ds/identifiers.json");
        let text = fs::read_to_string(&names).unwrap();
        fs::write(&names, text.replace("|||", "_")).unwrap();
    }
    folder
}

#[test]
fn a_case_scores_as_the_published_evaluators_do_by_both_names() {
    let Some(reference) = shared(CASE) else {
        return;
    };
    assert_published(&reference, &reference);
    assert_published(changed(&reference, true).path(), &reference);
}

/// The builder's tasks first, then the raw ones, then the dataset's own test split.
#[test]
fn the_tasks_come_from_where_they_are() {
    let Some(reference) = shared(CASE) else {
        return;
    };
    let folder = changed(&reference, true);
    fs::remove_file(folder.path().join("ds/test_puzzles.json")).unwrap();
    assert_published(folder.path(), &reference);
    fs::remove_dir_all(folder.path().join("raw")).unwrap();
    assert_published(folder.path(), &reference);
    fs::remove_dir_all(folder.path().join("ds/test")).unwrap();
    let error = ArcCase::read(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("the evaluation tasks are missing: put"),
        "{error}"
    );
}

/// Rewrites the arrays in other types and shapes.
fn write_as(folder: &Path, tokens: &str, logits: &str) {
    let path = |name: &str| folder.join(name);
    for name in ["inputs.npy", "preds.npy"] {
        let bytes: Vec<u8> = data(&path(name))
            .iter()
            .flat_map(|&token| match tokens {
                "<i4" => i32::from(token).to_le_bytes().to_vec(),
                "<i8" => i64::from(token).to_le_bytes().to_vec(),
                _ => f32::from(token).to_le_bytes().to_vec(),
            })
            .collect();
        fs::write(path(name), npy(tokens, "(168, 30, 30)", &bytes)).unwrap();
    }
    let q: Vec<f32> = data(&path("q_logits.npy"))
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&bytes| f32::from_le_bytes(bytes))
        .collect();
    let bytes = q.iter().flat_map(|&q| match logits {
        "<f8" => f64::from(q).to_le_bytes().to_vec(),
        _ => q.to_be_bytes().to_vec(),
    });
    let bytes: Vec<u8> = bytes.collect();
    fs::write(path("q_logits.npy"), npy(logits, "(168, 1)", &bytes)).unwrap();
    let identifiers = data(&path("puzzle_identifiers.npy"));
    let bytes: Vec<u8> = identifiers
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|&bytes| i64::from(i32::from_le_bytes(bytes)).to_le_bytes())
        .collect();
    fs::write(path("puzzle_identifiers.npy"), npy("<i8", "(168,)", &bytes)).unwrap();
}

#[test]
fn arrays_of_other_types_mean_the_same() {
    let Some(reference) = shared(CASE) else {
        return;
    };
    for (tokens, logits) in [("<i4", "<f8"), ("<i8", ">f4"), ("<f4", "<f8")] {
        let folder = changed(&reference, false);
        write_as(folder.path(), tokens, logits);
        assert_published(folder.path(), &reference);
    }
}

#[test]
fn padding_does_not_vote() {
    let Some(reference) = shared(CASE) else {
        return;
    };
    let folder = changed(&reference, false);
    let path = |name: &str| folder.path().join(name);
    for (name, width, descr) in [
        ("inputs.npy", 900, "|u1"),
        ("preds.npy", 900, "|u1"),
        ("q_logits.npy", 4, "<f4"),
        ("puzzle_identifiers.npy", 4, "<i4"),
    ] {
        let mut bytes = data(&path(name));
        bytes.extend(vec![0; 2 * width]);
        let shape = if width == 900 { "(170, 900)" } else { "(170,)" };
        fs::write(path(name), npy(descr, shape, &bytes)).unwrap();
    }
    assert_published(folder.path(), &reference);
}

#[test]
fn the_curve_counts_the_first_augmentations() {
    let Some(reference) = shared(CASE) else {
        return;
    };
    let case = ArcCase::read(&reference).unwrap();
    let scores = scores(&case);
    let axis: Vec<usize> = scores
        .curve
        .iter()
        .map(|point| point.augmentations)
        .collect();
    assert_eq!(axis, [0, 1, 2, 5, 10, 11]);
    let votes = case.votes().unwrap();
    let Scores::Arc(few) = score_votes(&votes, 2).unwrap().scores else {
        unreachable!("votes score ARC tasks")
    };
    assert_eq!(few.curve, scores.curve[..3]);
    assert!(few.test_inputs.iter().all(|input| input.votes <= 3));
    assert!(scores.test_inputs.iter().all(|input| input.votes == 12));
}

#[test]
fn what_is_wrong_is_named() {
    let Some(reference) = shared(CASE) else {
        return;
    };
    let error = |change: &dyn Fn(&Path)| {
        let folder = changed(&reference, false);
        change(folder.path());
        let case = ArcCase::read(folder.path());
        case.and_then(|case| case.votes().map(drop))
            .unwrap_err()
            .to_string()
    };
    let write = |name: &'static str, bytes: Vec<u8>| {
        move |folder: &Path| fs::write(folder.join(name), &bytes).unwrap()
    };
    let nan: Vec<u8> = [f32::NAN.to_le_bytes().to_vec(), vec![0; 167 * 4]].concat();
    type Change<'a> = &'a dyn Fn(&Path);
    let cases: [(Change<'_>, &str); 9] = [
        (
            &|folder| fs::remove_file(folder.join("q_logits.npy")).unwrap(),
            "cannot read",
        ),
        (
            &write("preds.npy", npy("|u1", "(2, 899)", &[2; 1798])),
            "shape [2, 899], expected [predictions, 900]",
        ),
        (
            &write("preds.npy", npy("|u1", "(1, 900)", &[12; 900])),
            "element 0: token 12",
        ),
        (
            &write("preds.npy", npy("<f4", "(1, 900)", &[63; 3600])),
            "is not a number from 0 on",
        ),
        (
            &write("preds.npy", npy("|u1", "(1, 900)", &[2; 900])),
            "1 predictions, but `puzzle_identifiers.npy` has 168",
        ),
        (
            &write("q_logits.npy", npy("<f4", "(168,)", &nan)),
            "row 0: the halting logit",
        ),
        (
            &write("puzzle_identifiers.npy", npy("<i4", "(168,)", &[9; 672])),
            "row 0: identifier 151587081",
        ),
        (
            &write("ds/identifiers.json", b"[\"<blank>\", 3]".to_vec()),
            "identifiers.json`: not a JSON list",
        ),
        (
            &write("ds/test_puzzles.json", b"{\"a\": {\"train\": []}}".to_vec()),
            "test_puzzles.json`: ",
        ),
    ];
    for (change, expected) in cases {
        let error = error(change);
        assert!(
            error.contains(expected),
            "expected `{expected}` in `{error}`"
        );
    }
}
