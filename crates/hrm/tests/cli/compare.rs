//! `hrm compare`

use crate::bench::Bench;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::fs;

const FIRST: &str = "evaluate.test[seed=0]";
const SECOND: &str = "evaluate.test[seed=1]";

#[test]
fn two_trainings_are_compared_on_the_puzzles_they_share() {
    let bench = Bench::new();
    bench.run(&[]);
    let comparison = bench.json(&["compare", FIRST, SECOND, "--json"]);
    let keys: Vec<&str> = comparison["differing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["seed"]);
    let paired = &comparison["differences"][0]["paired"];
    let only = |side: &str| paired[side].as_array().unwrap().len() as u64;
    let (both, neither) = (
        paired["both"].as_u64().unwrap(),
        paired["neither"].as_u64().unwrap(),
    );
    assert_eq!(both + neither + only("only_a") + only("only_b"), 12);
    let [first, second] = [0, 1].map(|side| comparison["sides"][side]["exact"].as_u64().unwrap());
    assert_eq!(
        (first, second),
        (both + only("only_a"), both + only("only_b"))
    );
    assert_eq!(
        comparison["differences"][0]["verdict"],
        "no_difference_detected"
    );

    let text = bench.stdout(&["compare", FIRST, SECOND]);
    for part in [
        "what differs",
        "exact McNemar p = ",
        "No difference detected between evaluate.test[seed=0] and evaluate.test[seed=1] on 12 puzzles",
        "A solved, B failed: ",
        "blank cell accuracy",
        "training time",
        "MFLOP",
        "note: A is the 1st of 2 evaluations on this test split, of 2 trainings.",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let run = bench.json(&["runs", "--json"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let named = format!("{run}:{SECOND}");
    let again = bench.json(&["compare", FIRST, &named, "--json"]);
    assert_eq!(again["differences"][0]["paired"], *paired);
}

#[test]
fn different_questions_are_not_compared_unless_it_is_said() {
    let bench = Bench::new();
    bench.edit(
        "[report.main]",
        "[evaluate.longer]\ntrain = \"hrm\"\nsegments = 4\n\n[evaluate.seen]\ntrain = \"hrm\"\nsplit = \"train\"\npuzzles = 12\n\n[report.main]",
    );
    bench.run(&[]);
    let longer = "evaluate.longer[seed=0]";
    let assert = bench.hrm(&["compare", FIRST, longer]).assert().code(2);
    assert
        .stderr(contains("not comparable").and(contains("segments 2 and 4")))
        .stderr(contains("--across segments"));
    let comparison = bench.json(&["compare", FIRST, longer, "--across", "segments", "--json"]);
    assert!(comparison["differences"][0]["paired"].is_object());

    let seen = "evaluate.seen[seed=0]";
    let assert = bench.hrm(&["compare", FIRST, seen]).assert().code(2);
    assert.stderr(contains("split test and train"));
    let text = bench.stdout(&["compare", FIRST, seen, "--across", "split"]);
    assert!(
        text.contains("share no puzzle, so nothing is tested.")
            && text.contains(
                "note: A and B answer different questions, compared because it was asked for: split"
            ),
        "{text}"
    );
}

/// A CSV file with predictions for the test puzzles of `tiny.toml`, in another order than theirs: right
/// where `is_right` says so of the place in the file.
fn predictions(bench: &Bench, is_right: impl Fn(usize) -> bool) -> Vec<String> {
    bench.stdout(&[
        "data",
        "export",
        "dataset.sudoku",
        "--format",
        "csv",
        "--out",
        "puzzles",
    ]);
    let text = fs::read_to_string(bench.path().join("puzzles/test.csv")).unwrap();
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let (question, answer) = (column("question"), column("answer"));
    let row = |(place, line): (usize, &str)| {
        let cells: Vec<&str> = line.split(',').collect();
        let prediction = if is_right(place) { cells[answer] } else { "" };
        format!("{},{},{prediction}", cells[question], cells[answer])
    };
    lines.rev().enumerate().map(row).collect()
}

fn record(bench: &Bench, name: &str, rows: &[String]) {
    let file = format!("{name}.csv");
    bench.write(
        &file,
        &format!("question,answer,prediction\n{}\n", rows.join("\n")),
    );
    bench.stdout(&[
        "score",
        "sudoku",
        "--predictions",
        &file,
        "--record",
        "--name",
        name,
    ]);
    // What was recorded does not depend on the file any more.
    fs::remove_file(bench.path().join(file)).unwrap();
}

#[test]
fn predictions_of_another_program_are_paired_by_the_puzzles_themselves() {
    let bench = Bench::new();
    bench.run(&[]);
    let mut rows = predictions(&bench, |place| place < 5);
    record(&bench, "torch", &rows);
    let comparison = bench.json(&["compare", FIRST, "evaluate.torch", "--json"]);
    let paired = &comparison["differences"][0]["paired"];
    assert_eq!(paired["puzzles"], 12);
    // Numbers are those of the first side, of which the file has the last ones first.
    let query = "SELECT puzzle FROM v1_puzzles WHERE stage = 'evaluate.test[seed=0]' AND exact_last = 0 AND puzzle > 6";
    let only_torch = bench.json(&["query", query, "--format", "json"]);
    let expected: Vec<&serde_json::Value> = only_torch
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["puzzle"])
        .collect();
    let found: Vec<&serde_json::Value> = paired["only_b"].as_array().unwrap().iter().collect();
    assert!(!found.is_empty());
    assert_eq!(found, expected);
    let text = bench.stdout(&["compare", "evaluate.torch", SECOND]);
    assert!(
        text.contains("another program")
            && text.contains("note: A is made of predictions of another program"),
        "{text}"
    );

    rows.pop();
    record(&bench, "fewer", &rows);
    let arguments = ["compare", FIRST, "evaluate.fewer"];
    bench
        .hrm(&arguments)
        .assert()
        .code(2)
        .stderr(contains("puzzles 12 and 11").and(contains("--across puzzles")));
    let across = bench.json(&[&arguments[..], &["--across", "puzzles", "--json"]].concat());
    assert_eq!(across["differences"][0]["paired"]["puzzles"], 11);

    // As many rows, but one of them twice.
    rows.push(rows[0].clone());
    record(&bench, "twice", &rows);
    let assert = bench
        .hrm(&["compare", FIRST, "evaluate.twice"])
        .assert()
        .code(2);
    assert.stderr(
        contains("has 12 puzzles and `evaluate.twice` 12, of which 10 can be paired")
            .and(contains("--across puzzles")),
    );

    record(
        &bench,
        "others",
        &["1234341.2143432.,1234341221434321,".to_owned()],
    );
    let assert = bench
        .hrm(&["compare", FIRST, "evaluate.others", "--across", "puzzles"])
        .assert()
        .code(2);
    assert.stderr(contains("of which none can be paired"));
}

#[test]
fn a_comparison_is_a_page_that_needs_nothing_else() {
    let bench = Bench::new();
    bench.run(&[]);
    record(&bench, "torch", &predictions(&bench, |place| place < 5));
    let arguments = [
        "compare",
        FIRST,
        SECOND,
        "evaluate.torch",
        "--html",
        "comparison.html",
    ];
    assert_eq!(bench.stdout(&arguments), "comparison.html\n");
    let page = fs::read_to_string(bench.path().join("comparison.html")).unwrap();
    for part in [
        "No difference detected between evaluate.test[seed=0] and evaluate.test[seed=1] on 12 puzzles",
        "B is the 2nd evaluation on this test split",
        "<th scope=\"row\">seed</th>",
        "C against A, on 12 shared puzzles",
        "C solved, A failed: ",
        "4×4 Sudoku 7",
        "aria-label=\"Exact accuracy by difficulty\"",
        "hrm compare",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for source in ["<script", " src=", "url(", "@import", "<link"] {
        assert!(!page.contains(source), "{source}");
    }
    bench
        .hrm(&[&arguments[..], &["--json"]].concat())
        .assert()
        .code(2);
    // Without the artifacts that have the puzzles, there is the same page without drawings.
    fs::remove_dir_all(bench.path().join(".hrm/artifacts")).unwrap();
    bench.stdout(&["compare", FIRST, SECOND, "--html", "comparison.html"]);
}

#[test]
fn what_is_no_evaluation_is_named() {
    let bench = Bench::new();
    bench.run(&[]);
    let assert = bench
        .hrm(&["compare", FIRST, "evaluate.none"])
        .assert()
        .code(2);
    assert.stderr(contains("there is no finished evaluation `evaluate.none`"));
    bench.hrm(&["compare", FIRST]).assert().code(2);
    let assert = bench
        .hrm(&["compare", FIRST, SECOND, "--across", "luck"])
        .assert()
        .code(2);
    assert.stderr(contains(
        "use dataset, split, puzzles, training_examples, segments, votes, selection",
    ));
}

#[test]
fn an_untrained_model_has_cost_no_training() {
    let bench = Bench::new();
    let untrained =
        "[evaluate.untrained]\ntrain = \"hrm\"\ncheckpoint = \"initial\"\n\n[report.main]";
    bench.edit("[report.main]", untrained);
    bench.run(&["evaluate.test[seed=0]", "evaluate.untrained[seed=0]"]);
    let sides = [FIRST, "evaluate.untrained[seed=0]"];
    bench
        .hrm(&["compare", sides[0], sides[1]])
        .assert()
        .code(2)
        .stderr(contains("selection last checkpoint and untrained model"));
    let arguments = [
        "compare",
        sides[0],
        sides[1],
        "--across",
        "selection",
        "--json",
    ];
    let comparison = bench.json(&arguments);
    let cost = |side: usize| &comparison["sides"][side]["cost"];
    assert!(cost(0)["training_flops"].is_f64());
    assert!(cost(1)["training_flops"].is_null() && cost(1)["training_seconds"].is_null());
    assert_eq!(cost(0)["puzzle_flops"], cost(1)["puzzle_flops"]);
}
