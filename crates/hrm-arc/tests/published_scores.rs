//! Votes and scores against those of the published evaluators.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{npy, shared, text};
use hrm_arc::dataset::PuzzleNames;
use hrm_arc::scoring::{Outcomes, Prediction, Rule, Votes};
use hrm_arc::tokens::{SEQ_LEN, Tokens};
use hrm_arc::{Convention, Task, grid_hash, parse_tasks};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The predictions of the golden case.
struct Case {
    folder: PathBuf,
    inputs: Vec<u8>,
    outputs: Vec<u8>,
    identifiers: Vec<u8>,
    q_logits: Vec<u8>,
    names: PuzzleNames,
}

impl Case {
    fn read(folder: &Path, convention: Convention) -> Self {
        let separator = convention.separator();
        let names = text(folder.join("ds/identifiers.json")).replace("|||", separator);
        let array = |name: &str| npy(folder.join(name));
        Self {
            inputs: array("inputs.npy"),
            outputs: array("preds.npy"),
            identifiers: array("puzzle_identifiers.npy"),
            q_logits: array("q_logits.npy"),
            names: PuzzleNames::from_json(convention, &names).unwrap(),
            folder: folder.to_owned(),
        }
    }

    fn rows(&self) -> usize {
        self.inputs.len() / SEQ_LEN
    }

    fn prediction(&self, row: usize) -> Prediction<'_> {
        let word = |bytes: &[u8]| <[u8; 4]>::try_from(&bytes[4 * row..][..4]).unwrap();
        let identifier = i32::from_le_bytes(word(&self.identifiers)) as usize;
        Prediction {
            row,
            puzzle: self.names.puzzle(identifier).unwrap(),
            input: tokens(&self.inputs, row),
            output: tokens(&self.outputs, row),
            q_halt_logit: f32::from_le_bytes(word(&self.q_logits)).into(),
        }
    }

    fn votes<'t>(&self, tasks: &'t [Task], rows: impl Iterator<Item = usize>) -> Votes<'t> {
        let mut votes = Votes::new(tasks).unwrap();
        rows.for_each(|row| votes.add(&self.prediction(row)).unwrap());
        votes
    }

    fn tasks(&self) -> Vec<Task> {
        parse_tasks(&text(self.folder.join("ds/test_puzzles.json"))).unwrap()
    }
}

fn tokens(array: &[u8], row: usize) -> &Tokens {
    array[SEQ_LEN * row..][..SEQ_LEN].try_into().unwrap()
}

fn assert_published(outcomes: &Outcomes<'_>, folder: &Path) {
    let case: Value = serde_json::from_str(&text(folder.join("case.json"))).unwrap();
    for (k, percent) in case["expected"]["hrm_pass_percent"].as_object().unwrap() {
        let score = outcomes.pass_at(k.parse().unwrap(), Rule::Hrm);
        assert_eq!(
            score.value().unwrap() * 100.0,
            percent.as_f64().unwrap(),
            "HRM, {k}"
        );
    }
    for (name, fraction) in case["expected"]["trm_pass_fraction"].as_object().unwrap() {
        let k = name.trim_start_matches("ARC/pass@").parse().unwrap();
        let score = outcomes.pass_at(k, Rule::Trm);
        assert_eq!(
            score.value().unwrap(),
            fraction.as_f64().unwrap(),
            "TRM, {name}"
        );
    }
    assert_eq!(outcomes.arc_prize().value(), Some(0.45));
    let per_test = case["per_test"].as_array().unwrap();
    assert_eq!(outcomes.iter().count(), per_test.len());
    for expected in per_test {
        let (task, test) = (&expected["puzzle"], &expected["test"]);
        let outcome = outcomes
            .iter()
            .find(|outcome| *task == outcome.task && *test == outcome.test_index as u64);
        let outcome = outcome.unwrap();
        assert_eq!(
            outcome.rank.map(|rank| rank as u64),
            expected["correct_rank"].as_u64()
        );
        let ranking = expected["ranking"].as_array().unwrap();
        assert_eq!(outcome.candidates.len(), ranking.len());
        for (place, (candidate, expected)) in outcome.candidates.iter().zip(ranking).enumerate() {
            assert_eq!(candidate.votes as u64, expected["count"]);
            let mean_q = expected["mean_q"].as_f64().unwrap();
            assert!(
                (candidate.mean_q - mean_q).abs() < 1e-12,
                "{task} {test} {place}"
            );
            let shape = serde_json::json!([candidate.grid.rows(), candidate.grid.cols()]);
            assert_eq!(shape, expected["shape"]);
            assert_eq!(
                grid_hash(candidate.grid).to_string(),
                expected["grid_sha256"]
            );
            assert_eq!(outcome.rank == Some(place + 1), expected["correct"]);
        }
    }
}

#[test]
fn rankings_scores_and_submission_are_the_published_ones() {
    let Some(folder) = shared("fixtures/data/arc_scoring") else {
        return;
    };
    for convention in [Convention::Hrm, Convention::Trm] {
        let case = Case::read(&folder, convention);
        let tasks = case.tasks();
        let votes = case.votes(&tasks, 0..case.rows());
        let outcomes = votes.outcomes(usize::MAX).unwrap();
        assert_published(&outcomes, &folder);
        let submission = text(folder.join("trm_out/submission.json"));
        assert_eq!(outcomes.submission_json(), submission);
    }
}

#[test]
fn the_order_of_arrival_does_not_matter() {
    let Some(folder) = shared("fixtures/data/arc_scoring") else {
        return;
    };
    let case = Case::read(&folder, Convention::Trm);
    let tasks = case.tasks();
    let mut votes = case.votes(&tasks, (0..case.rows()).rev().step_by(2));
    let others = case.votes(&tasks, (0..case.rows() - 1).rev().step_by(2));
    votes.merge(others).unwrap();
    assert_published(&votes.outcomes(usize::MAX).unwrap(), &folder);
}
