//! Expectations, scales and `hrm tables`.

use crate::bench::{Bench, events};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::fs;

/// A claim that always holds, and one that depends on the scale.
const EXPECTATIONS: &str = r#"
[evaluate.more]
train = "hrm"
segments = 4
batch_size = 8

[expect.counted]
evaluation = "test"
at_least = 0.0
min_seeds = 2

[expect.solved]
evaluation = "test"
at_least = 1.0

[expect.seeds]
evaluation = "more"
above = "test"
min_seeds = 3

[scales.full.train.hrm]
steps = 4

[report.main]
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.edit("name = \"tiny\"", "name = \"tiny\"\nscale = \"small\"");
    bench.edit("[report.main]", EXPECTATIONS);
    bench
}

#[test]
fn what_is_not_reproduced_ends_with_5_and_stands_first_in_the_report() {
    let bench = bench();
    let assert = bench.hrm(&["run", "tiny.toml"]).assert().code(5);
    assert.stderr(
        contains("counted: REPRODUCED: at least 0.0 %")
            .and(contains("solved: NOT REPRODUCED: at least 100.0 %"))
            .and(contains("seeds: INCONCLUSIVE: above `test`"))
            .and(contains("2 seeds of the 3 that are asked for")),
    );
    let page = fs::read_to_string(bench.path().join("reports/tiny/index.html")).unwrap();
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(place("NOT REPRODUCED") < place("id=\"results\""));
    assert!(page.contains("small scale") && page.contains("cannot be set beside"));

    // Cached, it is judged again, and says the same.
    let assert = bench.hrm(&["run", "tiny.toml", "--json"]).assert().code(5);
    let events = events(&String::from_utf8_lossy(&assert.get_output().stdout));
    let judged = events.iter().filter(|event| event["event"] == "judged");
    let verdicts: Vec<&str> = judged
        .map(|event| event["expectation"]["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["reproduced", "not_reproduced", "inconclusive"]);

    // Stages that nothing is claimed of are judged by nothing.
    bench
        .hrm(&["run", "tiny.toml", "train.hrm"])
        .assert()
        .success();
}

#[test]
fn tables_print_every_form() {
    let bench = bench();
    bench
        .hrm(&["tables", "tiny.toml"])
        .assert()
        .code(2)
        .stderr(contains("was never run"));
    bench
        .hrm(&["run", "tiny.toml", "--set", "scale=full"])
        .assert()
        .code(5);
    let text = bench.stdout(&["tables", "tiny.toml"]);
    assert!(
        text.contains("NOT REPRODUCED") && text.contains("full"),
        "{text}"
    );
    let csv = bench.stdout(&["tables", "tiny.toml", "--format", "csv"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "cell,expected,ours,seeds,scale,verdict,why");
    assert!(lines[1].starts_with("counted,at least 0.0 %,"), "{csv}");
    assert_eq!(lines.len(), 4);
    bench.stdout(&[
        "tables",
        "tiny.toml",
        "--format",
        "latex",
        "--out",
        "table.tex",
    ]);
    let latex = fs::read_to_string(bench.path().join("table.tex")).unwrap();
    assert!(latex.contains("at least 0.0 \\%"), "{latex}");
    let markdown = bench.stdout(&["tables", "tiny.toml", "--format", "markdown"]);
    assert!(markdown.starts_with("| cell | expected |"), "{markdown}");
}

#[test]
fn published_values_are_listed_and_what_is_not_comparable_is_not_set_beside_them() {
    let bench = bench();
    let list = bench.stdout(&["tables", "--published", "--format", "csv"]);
    assert_eq!(list.lines().count(), 1 + 263);
    assert!(
        list.contains("hrm-fig1/maze-hard/hrm,\"hrm, Figure 1\",HRM,exact_accuracy,74.5 %,yes,")
    );
    bench.hrm(&["run", "tiny.toml"]).assert().code(5);
    let assert = bench.hrm(&["tables"]).assert().success();
    assert.stderr(contains(
        "no result here is comparable with a published value",
    ));
}
