//! The report as a whole: from data to files.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers of tests count as production code to clippy.

mod ablations;
mod awkward;
mod comparison;
mod files;
mod fixture;
mod gallery;
mod hidden_states;
mod html;
mod inspect;
mod scores;
mod seeds;
mod verdicts;
mod warnings;

use hrm_report::{ReportData, render};

/// The page of a report.
fn page(data: &ReportData) -> String {
    String::from_utf8(render(data).unwrap().remove("index.html").unwrap()).unwrap()
}

#[track_caller]
fn assert_has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "the page lacks: {part}");
    }
}

#[track_caller]
fn assert_lacks(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(!page.contains(part), "the page has: {part}");
    }
}
