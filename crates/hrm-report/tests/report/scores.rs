//! Scores of final predictions on the page.

use crate::{assert_has, assert_lacks, fixture, page};
use hrm_report::{EvaluationInfo, FinalScores, render};

#[test]
fn sudokus_have_their_scores_by_rating_with_intervals() {
    let page = page(&fixture::data());
    // statsmodels: proportion_confint(29, 31, method="wilson").
    assert_has(
        &page,
        &[
            "Rating",
            "100 and more",
            "unrated",
            "29/31",
            "79.3–98.2 %",
            "3,912/4,000",
        ],
    );
    assert_has(
        &page,
        &["2nd evaluation on this test split, of 2 trainings"],
    );
}

#[test]
fn the_three_scores_of_mazes_are_named_apart() {
    let mut data = fixture::data();
    data.evaluations[0].scores = FinalScores {
        overall: vec![
            fixture::metric("exact_accuracy", 10, 500),
            fixture::metric("shortest_path", 400, 500),
            fixture::metric("valid_path", 450, 500),
        ],
        ..FinalScores::default()
    };
    let page = page(&data);
    assert_has(
        &page,
        &[
            "exact accuracy (the label's own path)",
            "any shortest path",
            "any valid path",
        ],
    );
}

#[test]
fn votes_have_a_table_and_a_curve_against_augmentations() {
    let mut data = fixture::data();
    for evaluation in &mut data.evaluations {
        evaluation.scores.votes = fixture::votes();
    }
    let text = |data: &hrm_report::ReportData| {
        let files = render(data).unwrap();
        String::from_utf8(files["votes.svg"].clone()).unwrap()
    };
    let several = text(&data);
    assert_has(&several, &["hrm", "puzzles that vote on a test input"]);
    data.evaluations.truncate(1);
    let one = text(&data);
    assert_has(&one, &["pass@1", "pass@2", "pass@10", "100"]);
    let page = page(&data);
    assert_has(
        &page,
        &[
            "scores <strong>60.0 %</strong> by ARC Prize's rule on 10 tasks",
            "pass@K of the votes",
            "arc-prize",
            "60.0 %",
            "6/10",
        ],
    );
}

#[test]
fn predictions_of_another_program_need_no_training() {
    let mut data = fixture::data();
    data.trainings.clear();
    data.evaluations = vec![EvaluationInfo {
        id: "evaluate.torch".into(),
        stage: "evaluate.torch".into(),
        training: "torch".into(),
        puzzles: 500,
        predictions: Some("out/torch.csv".into()),
        scores: FinalScores {
            overall: vec![fixture::metric("exact_accuracy", 482, 500)],
            ..FinalScores::default()
        },
        ..EvaluationInfo::default()
    }];
    let page = page(&data);
    assert_has(
        &page,
        &[
            "torch solves <strong>96.4 %</strong> of 500 puzzles exactly",
            "predictions of another program",
            "out/torch.csv",
        ],
    );
    assert_lacks(&page, &[" split, "]);
}

#[test]
fn without_scores_there_is_no_section() {
    let mut data = fixture::data();
    for evaluation in &mut data.evaluations {
        evaluation.scores = FinalScores::default();
    }
    assert_lacks(&page(&data), &["id=\"scores\""]);
}
