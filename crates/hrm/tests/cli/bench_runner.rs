//! `hrm bench runner`

use crate::bench::Bench;
use predicates::str::contains;

#[test]
fn bringing_a_pipeline_up_to_date_is_measured() {
    let bench = Bench::new();
    let measured = bench.json(&["bench", "runner", "rerun", "--json"]);
    let measures = measured["measures"].as_array().unwrap();
    let names: Vec<_> = measures.iter().map(|measure| &measure["name"]).collect();
    assert_eq!(names, ["unchanged", "changed"]);
    for measure in measures {
        let seconds = |name: &str| measure[name].as_f64().unwrap();
        assert!(seconds("seconds") > 0.0, "{measure}");
        assert!(
            seconds("slowest_seconds") >= seconds("seconds"),
            "{measure}"
        );
    }
}

#[test]
fn a_measure_that_does_not_exist_is_told_with_those_that_do() {
    let bench = Bench::new();
    let assert = bench.hrm(&["bench", "runner", "speed"]).assert().code(2);
    assert
        .stderr(contains("there is no measure `speed`"))
        .stderr(contains("use overhead, rerun, plan, jobs"));
}
