//! `hrm score`, and what it records.

use crate::bench::Bench;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const ROWS: &str = "\
question,answer,prediction,rating
1234341.2143432.,1234341221434321,1234341221434321,0
1234341.2143432.,1234341221434321,1234341221434322,12
";

fn case() -> Option<PathBuf> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures/data/arc_scoring");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: `{}` is not present", folder.display());
    None
}

#[test]
fn an_arc_case_gives_both_published_results_and_the_rankings() {
    let Some(case) = case() else { return };
    let bench = Bench::new();
    let case_text = case.to_string_lossy();
    let json = bench.json(&["score", "arc", "--case", &case_text, "--json"]);
    let expected = fs::read_to_string(case.join("case.json")).unwrap();
    let expected: Value = serde_json::from_str(&expected).unwrap();
    for name in ["hrm_pass_percent", "trm_pass_fraction"] {
        assert_eq!(json[name], expected["expected"][name]);
    }
    assert_eq!(json["arc_prize"], 0.45);
    assert_eq!(json["per_test"].as_array().unwrap().len(), 14);
    assert_eq!(json["predictions"], 168);

    let trm = bench.json(&[
        "score",
        "arc",
        "--case",
        &case_text,
        "--rule",
        "trm",
        "--augmentations",
        "1",
        "--json",
    ]);
    assert_eq!(trm["augmentations"], 1);
    assert!(trm["hrm_pass_percent"].is_null() && trm["scores"].as_array().unwrap().len() == 6);
    let text = bench.stdout(&["score", "arc", "--case", &case_text, "--rule", "arc-prize"]);
    assert!(
        text.contains("45.0 %  4.50 of 10") && !text.contains("hrm"),
        "{text}"
    );
    assert!(
        !bench.path().join(".hrm").exists(),
        "nothing is recorded unless asked"
    );
}

#[test]
fn an_arc_case_can_be_recorded_and_reported() {
    let Some(case) = case() else { return };
    let bench = Bench::new();
    let arguments = [
        "score",
        "arc",
        "--case",
        &case.to_string_lossy(),
        "--record",
        "--name",
        "pytorch",
    ];
    for _ in 0..2 {
        bench
            .hrm(&arguments)
            .assert()
            .success()
            .stderr(contains("recorded as run"));
    }
    let runs = bench.json(&["runs", "--json"]);
    assert_eq!(runs.as_array().unwrap().len(), 2);
    assert_eq!(runs[0]["workflow"], "pytorch");
    let show = bench.json(&["show", "latest", "--json"]);
    assert_eq!(
        show["stages"][0]["status"], "cached",
        "the same predictions are one artifact"
    );
    let scores = show["results"][0]["arc"].as_array().unwrap();
    let prize = scores
        .iter()
        .find(|score| score["rule"] == "arc-prize")
        .unwrap();
    assert_eq!((&prize["solved"], &prize["total"]), (&9.into(), &20.into()));
    assert!(show["config"]["stages"][0]["config"]["blake3"]["preds.npy"].is_string());
    let text = bench.stdout(&["show", "latest"]);
    assert!(
        text.contains("pass@2 of 10 tasks: arc-prize 45.0 %, hrm 40.0 %, trm 45.0 %"),
        "{text}"
    );
    bench.stdout(&["report", "latest"]);
    let page = fs::read_to_string(bench.path().join("reports/pytorch/index.html")).unwrap();
    assert!(
        page.contains("pass@K of the votes") && page.contains("Predictions of another program")
    );
    assert!(bench.path().join("reports/pytorch/votes.svg").exists());
}

#[test]
fn tables_of_predictions_are_scored_and_recorded() {
    let bench = Bench::new();
    bench.write("torch.csv", ROWS);
    let text = bench.stdout(&["score", "sudoku", "--predictions", "torch.csv"]);
    for part in [
        "2 of 2 puzzles answered",
        "blank cell accuracy",
        "givens kept",
        "rating 10 to 29",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json = bench.json(&[
        "score",
        "sudoku",
        "--predictions",
        "torch.csv",
        "--json",
        "--record",
    ]);
    assert_eq!(json["scores"]["exact_accuracy"]["count"], 1);
    assert_eq!(json["scores"]["valid"]["total"], 2);
    assert!(json["scores"]["exact_accuracy"]["wilson_95"][0].is_f64());
    assert!(json["scores"]["cell_accuracy"]["wilson_95"].is_null());
    assert_eq!(json["by_rating"][1]["rating_min"], 10);

    let show = bench.stdout(&["show", "latest"]);
    for part in [
        "evaluate.torch: 1 of 2 puzzles exactly right",
        "valid 50.0 %",
    ] {
        assert!(show.contains(part), "{part}: {show}");
    }
    bench.stdout(&["report", "latest"]);
    let page = fs::read_to_string(bench.path().join("reports/torch/index.html")).unwrap();
    assert!(page.contains("10–29"));
    bench
        .hrm(&["score", "evaluation", "evaluate.torch"])
        .assert()
        .failure()
        .stderr(contains("scored from their own files"));
}

#[test]
fn malformed_predictions_exit_with_2_and_record_nothing() {
    let bench = Bench::new();
    bench.write(
        "bad.csv",
        &ROWS.replace("1234341221434322", "12343412214343"),
    );
    bench.write("maze.csv", "question,answer,prediction\nS  G,SooG,SooG\n");
    let cases: [(&[&str], &str); 5] = [
        (
            &["score", "sudoku", "--predictions", "bad.csv", "--record"],
            "`bad.csv`, line 3, column `prediction`",
        ),
        (
            &["score", "maze", "--predictions", "maze.csv", "--record"],
            "column `answer`",
        ),
        (
            &["score", "sudoku", "--predictions", "none.csv", "--record"],
            "cannot read `none.csv`",
        ),
        (&["score", "arc", "--case", ".", "--record"], "inputs.npy"),
        (
            &["score", "arc", "--case", ".", "--rule", "best"],
            "use `hrm`, `trm` or `arc-prize`",
        ),
    ];
    for (arguments, message) in cases {
        let assert = bench.hrm(arguments).assert().code(2);
        assert.stdout(is_empty()).stderr(contains(message));
    }
    assert!(!bench.path().join(".hrm").exists());
    let name = [
        "score",
        "sudoku",
        "--predictions",
        "bad.csv",
        "--record",
        "--name",
        "../up",
    ];
    bench
        .hrm(&name)
        .assert()
        .code(2)
        .stderr(contains("use letters, digits"));
}

#[test]
fn an_evaluation_is_scored_again_without_its_model() {
    let bench = Bench::new();
    bench.run(&[]);
    let show = bench.json(&["show", "latest", "--json"]);
    let result = &show["results"][1];
    for training in fs::read_dir(bench.path().join(".hrm/artifacts/train")).unwrap() {
        fs::remove_dir_all(training.unwrap().path()).unwrap();
    }
    let json = bench.json(&["score", "evaluation", "evaluate.test[seed=1]", "--json"]);
    assert_eq!(
        json["scores"]["exact_accuracy"]["count"],
        result["exact"]["hits"]
    );
    let recorded = result["scores"].as_array().unwrap();
    let metrics: Vec<&str> = recorded
        .iter()
        .map(|score| score["metric"].as_str().unwrap())
        .collect();
    let of_sudoku = ["blank_cell_accuracy", "rules_kept", "givens_kept", "valid"];
    assert_eq!(
        metrics,
        [
            &["exact_accuracy", "cell_accuracy", "q_halt_accuracy"],
            &of_sudoku[..]
        ]
        .concat()
    );
    for score in recorded
        .iter()
        .filter(|score| score["metric"] != "q_halt_accuracy")
    {
        let again = &json["scores"][score["metric"].as_str().unwrap()];
        assert_eq!(again["count"], score["count"]["hits"], "{score}");
        assert_eq!(again["total"], score["count"]["total"], "{score}");
    }
    bench
        .hrm(&["score", "evaluation", "evaluate.none"])
        .assert()
        .code(2)
        .stderr(contains("no finished evaluation `evaluate.none`").and(contains("evaluate.test")));
}

#[test]
fn looks_at_a_test_split_are_counted_once_each() {
    let bench = Bench::new();
    bench.run(&[]);
    let places = || {
        let show = bench.json(&["show", "latest", "--json"]);
        let results = show["results"].as_array().unwrap().clone();
        let place = |result: &Value| {
            let place = &result["test_evaluation"];
            ["ordinal", "evaluations", "trainings"].map(|key| place[key].as_u64().unwrap())
        };
        results.iter().map(place).collect::<Vec<_>>()
    };
    assert_eq!(places(), [[1, 2, 2], [2, 2, 2]]);
    // Cached ones do not count again, a new one does.
    let assert = bench.hrm(&["run", "tiny.toml"]).assert().success();
    assert.stdout(contains(
        "1st of 2 evaluations on this test split, of 2 trainings",
    ));
    bench.run(&["--set", "evaluate.test.segments=3", "test"]);
    assert_eq!(places(), [[3, 4, 2], [4, 4, 2]]);
    // Validation is what choices are made by.
    bench.run(&["--set", "evaluate.test.split=\"validation\"", "test"]);
    let show = bench.json(&["show", "latest", "--json"]);
    assert!(show["results"][0]["test_evaluation"].is_null());
}

#[test]
fn metrics_that_the_puzzles_cannot_have_are_refused() {
    let bench = Bench::new();
    let set = [
        "check",
        "tiny.toml",
        "--set",
        "evaluate.test.metrics=[\"valid_path\"]",
    ];
    let message = contains("`valid_path` is not defined").and(contains("`givens_kept`"));
    bench.hrm(&set).assert().code(3).stderr(message);
    bench.run(&[
        "--set",
        "evaluate.test.metrics=[\"valid\", \"exact_accuracy\"]",
        "test",
    ]);
    let show = bench.json(&["show", "latest", "--json"]);
    let scores = show["results"][0]["scores"].as_array().unwrap();
    let metrics: Vec<_> = scores
        .iter()
        .map(|score| score["metric"].as_str().unwrap())
        .collect();
    assert_eq!(metrics, ["exact_accuracy", "valid"]);
}
