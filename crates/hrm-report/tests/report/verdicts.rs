//! Verdicts stand first, and say why.

use crate::fixture::data;
use crate::{assert_has, assert_lacks, page};
use hrm_report::{Estimate, ExpectationInfo, ExpectationVerdict, ReportData};

fn expectation(verdict: ExpectationVerdict, ours: Option<Estimate>) -> ExpectationInfo {
    ExpectationInfo {
        name: "hrm-solves".into(),
        evaluation: "test".into(),
        metric: "exact_accuracy".into(),
        claim: "at least 90.0 %".into(),
        ours,
        scale: Some("small".into()),
        verdict,
        reason: "the interval <begins> at 91.0 %".into(),
    }
}

fn with(expectations: Vec<ExpectationInfo>) -> String {
    page(&ReportData {
        scale: Some("small".into()),
        expectations,
        ..data()
    })
}

#[test]
fn verdicts_stand_before_the_results() {
    let ours = Estimate {
        value: 0.952,
        interval: Some([0.91, 0.98]),
        seeds: 2,
        puzzles: 500,
        is_share: true,
    };
    let html = with(vec![
        expectation(ExpectationVerdict::Reproduced, Some(ours)),
        expectation(ExpectationVerdict::Inconclusive, None),
    ]);
    let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(place("REPRODUCED") < place("INCONCLUSIVE"));
    assert!(place("INCONCLUSIVE") < place("id=\"results\""));
    assert_has(
        &html,
        &[
            "95.2 % (91.0–98.0)",
            "2 seeds, small scale",
            "the interval &lt;begins&gt; at 91.0 %",
            "Workflow quickstart, small scale",
            "cannot be set beside published ones",
        ],
    );
}

#[test]
fn a_workflow_that_expects_nothing_has_no_verdicts() {
    let html = with(Vec::new());
    assert_lacks(&html, &["id=\"verdicts\"", "href=\"#verdicts\""]);
}
