//! The published values against the facts they were taken from, where these are there.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

use hrm_config::Measure;
use hrm_published::values;
use std::path::Path;

/// Words for what has no measure here.
const QUOTED_ONLY: [&str; 14] = [
    "accuracy",
    "cost",
    "cost_per_task",
    "delta_pass@1",
    "delta_pass@2",
    "difficulty",
    "leaderboard_accuracy",
    "participation_ratio_ratio",
    "pass@1",
    "pass@2",
    "pass@64",
    "ratio",
    "runtime",
    "spearman_rho",
];

#[test]
fn every_metric_has_a_name_of_ours_or_can_only_be_quoted() {
    for value in values().unwrap() {
        let is_measure = value.metric.parse::<Measure>().is_ok();
        let is_quoted = QUOTED_ONLY.contains(&value.metric.as_str());
        assert!(is_measure != is_quoted, "{}: {}", value.id, value.metric);
        assert!(is_measure || value.is_published_only(), "{}", value.id);
    }
}

#[test]
fn systems_that_cannot_be_run_here_are_only_quoted() {
    for value in values().unwrap() {
        let name = value.method.to_lowercase();
        let others = [
            "deepseek", "claude", "o3-mini", "gemini", "grok", "urm 7m", "eqr", "ptrm", "shrek",
        ];
        if others.iter().any(|other| name.contains(other)) {
            assert!(value.is_published_only(), "{}", value.id);
        }
    }
    let measurable = values()
        .unwrap()
        .iter()
        .filter(|value| !value.is_published_only());
    assert!(measurable.count() > 40);
}

/// In the order of the facts: the same numbers, and whether each was seen.
#[test]
fn all_facts_are_there_with_equal_numbers() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/paper_values.toml");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let facts: toml::Table = toml::from_str(&text).unwrap();
    let facts = facts["result"].as_array().unwrap();
    let values = values().unwrap();
    assert_eq!(facts.len(), 263);
    assert_eq!(values.len(), facts.len());
    for (value, fact) in values.iter().zip(facts) {
        let value_of = &fact["value"];
        let number = value_of
            .as_float()
            .or(value_of.as_integer().map(|n| n as f64))
            .unwrap();
        let expected = match fact["unit"].as_str().unwrap() {
            "%" | "pp" => number / 100.0,
            unit => {
                assert_eq!(value.unit.as_deref(), Some(unit), "{}", value.id);
                number
            }
        };
        assert!((value.value - expected).abs() < 1e-12, "{}", value.id);
        assert_eq!(Some(value.seen), fact["verified"].as_bool(), "{}", value.id);
        let sd = fact.get("std").and_then(toml::Value::as_float);
        assert_eq!(
            value.sd.map(|sd| (sd * 1e4).round()),
            sd.map(|sd| (sd * 1e2).round())
        );
        let solved = fact.get("solved").and_then(toml::Value::as_integer);
        if let (Some(solved), Some(puzzles)) = (solved, value.comparability.puzzles) {
            assert!(
                (solved as f64 / puzzles as f64 - value.value).abs() < 1e-5,
                "{}",
                value.id
            );
        }
    }
}
