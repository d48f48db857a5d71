//! `hrm compare`

use crate::bench::Bench;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

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
        "no difference detected",
        "GFLOP a puzzle",
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
        text.contains("The puzzles are not the same, so nothing is tested."),
        "{text}"
    );
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
