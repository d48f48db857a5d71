//! `hrm bench report`, in small.

use crate::bench::Bench;

#[test]
fn a_report_of_long_curves_is_measured() {
    let bench = Bench::new();
    let arguments = ["bench", "report", "--seeds", "1", "--steps", "5001"];
    let measured = bench.json(&[&arguments[..], &["--json"]].concat());
    let report = &measured["report"];
    assert_eq!(report["trainings"], 4);
    let number = |name: &str| report[name].as_f64().unwrap();
    assert!(number("gather_seconds") > 0.0 && number("render_seconds") > 0.0);
    assert!(number("page_bytes") > 100_000.0);
    assert!(number("bytes") > number("page_bytes"));
    // What is drawn is bounded: four trainings with two curves of 600 points at most, in CSV.
    assert!(number("bytes") < 3e6, "{report}");
}
