//! The schema and the reference page that are checked in are those of the types.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use serde_json::Value;
use std::{fs, path::PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn assert_current(file: &str, expected: &str, command: &str) {
    let found = fs::read_to_string(root().join(file)).unwrap_or_default();
    assert!(
        found == expected,
        "`{file}` is not what the types say; run `{command} > {file}`"
    );
}

#[test]
fn schema_is_current() {
    assert_current(
        "workflows/schema.json",
        &hrm_workflow::schema_text(),
        "hrm schema",
    );
}

#[test]
fn reference_is_current() {
    assert_current(
        "docs/workflow-reference.md",
        &hrm_workflow::reference(),
        "hrm schema --reference",
    );
}

/// Every property of every definition that a user can write.
fn properties(schema: &Value) -> Vec<(String, String, Value)> {
    let definitions = schema["definitions"].as_object().unwrap();
    let of = |(name, definition): (&String, &Value)| {
        let properties = definition
            .get("properties")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let name = name.clone();
        properties
            .into_iter()
            .map(move |(key, property)| (name.clone(), key, property))
    };
    definitions.iter().flat_map(of).collect()
}

#[test]
fn every_key_is_documented_and_says_its_default() {
    let schema = hrm_workflow::schema();
    let reference = hrm_workflow::reference();
    for (table, key, property) in properties(&schema) {
        let text = property["description"].as_str().unwrap_or_default();
        assert!(!text.is_empty(), "`{table}.{key}` has no description");
        if key == "sweep" {
            continue;
        }
        assert!(
            reference.contains(&format!("| `{key}` |")),
            "`{table}.{key}` is not in the reference"
        );
        let required = property.get("x-required").is_some();
        assert!(
            required
                || property.get("default").is_some()
                || text.contains("Not set:")
                || is_optional(&key),
            "`{table}.{key}` does not say its default"
        );
    }
}

/// Keys without which there simply is nothing.
fn is_optional(key: &str) -> bool {
    ["sudoku", "maze", "csv", "folder", "epochs", "steps"].contains(&key)
}

#[test]
fn schema_knows_sweeps_and_display_only_keys() {
    let schema = hrm_workflow::schema();
    let train = &schema["definitions"]["TrainConfig"]["properties"];
    assert_eq!(train["checkpoint_interval"]["x-display-only"], true);
    assert_eq!(train["lr"].get("x-display-only"), None);
    let axes = &train["sweep"]["properties"];
    assert_eq!(axes["lr"]["items"]["type"], "number");
    assert_eq!(
        axes["model.hidden_size"],
        axes["model"]["properties"]["hidden_size"]
    );
    assert_eq!(axes.get("seeds"), None);
    assert_eq!(
        schema["definitions"]["ReportConfig"]["properties"].get("sweep"),
        None
    );
    assert!(
        !hrm_workflow::schema_text().contains("null"),
        "TOML has no null"
    );
}
