//! Faults of the machine and of its users while a workflow runs or between two runs. A run that meets one
//! ends with the right result or with a message and a documented exit code; the next run, undisturbed, ends
//! with the bytes and rows of a workflow that nothing ever disturbed.
//!
//! `HRM_FAULT_SECONDS=60 cargo test --release --workspace --test cli faults` holds the database locked for a
//! minute; by default it is a moment. What needs mounting is skipped where that is refused.
#![cfg(unix)]

mod artifacts;
mod clock;
mod database;
mod disk;
mod together;

use crate::bench::{Bench, assert_healed};
use std::collections::BTreeMap;
use std::process::Output;
use std::sync::LazyLock;

/// Everything that a workflow is run for.
struct Results {
    /// Artifacts, without reports: those show when they were made.
    artifacts: BTreeMap<String, Vec<u8>>,
    /// What the database says of them.
    rows: Vec<String>,
}

/// The results of the workflow that nothing disturbed.
static UNDISTURBED: LazyLock<Results> = LazyLock::new(|| {
    let bench = Bench::new();
    bench.run(&[]);
    Results {
        artifacts: crate::bench::artifacts(&bench.state()),
        rows: rows(&bench),
    }
});

const QUERIES: [&str; 4] = [
    "SELECT * FROM v1_scores ORDER BY key, metric, halting, segment",
    "SELECT * FROM v1_metrics ORDER BY key, metric, step",
    "SELECT * FROM v1_puzzles ORDER BY key, puzzle",
    "SELECT * FROM v1_parameters ORDER BY key, parameter",
];

fn rows(bench: &Bench) -> Vec<String> {
    let rows = |query: &&str| bench.stdout(&["query", query, "--format", "csv"]);
    QUERIES.iter().map(rows).collect()
}

/// Runs the workflow again, and looks whether everything is as if nothing had been.
fn heal(bench: &Bench, fault: &str) {
    bench.run(&[]);
    assert_healed(bench, &UNDISTURBED.artifacts, fault);
    for (query, (healed, undisturbed)) in QUERIES
        .iter()
        .zip(rows(bench).iter().zip(&UNDISTURBED.rows))
    {
        assert_eq!(healed, undisturbed, "{fault}: {query}");
    }
    assert!(
        bench.path().join("reports/tiny/index.html").is_file(),
        "{fault}"
    );
}

/// `hrm run` under a fault.
fn run(bench: &Bench) -> Output {
    bench.hrm(&["run", "tiny.toml"]).output().unwrap()
}

/// Whether a run succeeded. If not, it has ended with a documented code and a message that has one of
/// `messages`, and did not crash.
fn succeeded(output: &Output, fault: &str, messages: &[&str]) -> bool {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!stderr.contains("panicked"), "{fault}: {stderr}");
    if output.status.success() {
        return true;
    }
    let code = output.status.code();
    assert!(matches!(code, Some(1 | 4)), "{fault}: {code:?}: {stderr}");
    let told = messages.iter().any(|message| stderr.contains(message));
    assert!(told, "{fault}: {stderr}");
    false
}
