//! The resolved configuration of a run as a workflow file: every key, defaults included.

use crate::RunnerError;
use crate::description::RunDescription;
use serde_json::{Map, Value, json};

/// A workflow file that expands to the same stage instances as the one that was run.
pub(super) fn config_toml(description: &RunDescription) -> Result<String, RunnerError> {
    let mut text = toml::to_string(&heading(description))?;
    let mut last = None;
    for stage in &description.stages {
        // Instances of a stage differ only in what its axes say.
        if last.replace(stage.stage()) == Some(stage.stage()) {
            continue;
        }
        let written = description
            .document
            .pointer(&format!("/{}/{}", stage.kind, stage.name));
        let mut config = stage.config.clone();
        if let Some(written) = written {
            restore_axes(&mut config, written);
        }
        remove_unset(&mut config);
        let table = json!({ stage.kind.name(): { stage.name.as_str(): config } });
        text.push('\n');
        text.push_str(&toml::to_string_pretty(&table)?);
    }
    Ok(text)
}

fn heading(description: &RunDescription) -> Map<String, Value> {
    let mut heading = Map::new();
    heading.insert("name".to_owned(), json!(description.workflow));
    if let Some(text) = &description.description {
        heading.insert("description".to_owned(), json!(text));
    }
    heading
}

/// Replaces the values of one instance by the axes that the author wrote.
fn restore_axes(config: &mut Value, written: &Value) {
    if let Some(seeds) = written.get("seeds") {
        config["seeds"] = seeds.clone();
    }
    if let Some(sweep) = written.get("sweep").and_then(Value::as_object) {
        for path in sweep.keys() {
            remove(config, path);
        }
        config["sweep"] = json!(sweep);
    }
}

fn remove(config: &mut Value, path: &str) {
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer: String = parent
        .split('.')
        .filter(|part| !part.is_empty())
        .map(|part| format!("/{part}"))
        .collect();
    if let Some(Value::Object(table)) = config.pointer_mut(&pointer) {
        table.remove(key);
    }
}

/// TOML has no null.
fn remove_unset(value: &mut Value) {
    if let Value::Object(table) = value {
        table.retain(|_, value| !value.is_null());
        table.values_mut().for_each(remove_unset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::StageDescription;
    use hrm_config::StageKind;

    #[test]
    fn axes_stand_where_the_author_wrote_them() {
        let train = |lr: f64, seed: u64| StageDescription {
            id: format!("train.hrm[lr={lr},seed={seed}]"),
            group: String::new(),
            kind: StageKind::Train,
            name: "hrm".to_owned(),
            axes: vec![],
            seed: Some(seed),
            config: json!({"lr": lr, "seeds": [seed], "ema": null, "model": {"arch": "hrm", "hidden_size": 64}}),
            inputs: vec![],
        };
        let sweep = json!({"lr": [1e-3, 2e-3], "model.hidden_size": [64]});
        let description = RunDescription {
            workflow: "quickstart".to_owned(),
            description: Some("Does it \"learn\"?".to_owned()),
            scale: None,
            expectations: Vec::new(),
            document: json!({"train": {"hrm": {"seeds": [0, 1], "sweep": sweep}}}),
            stages: vec![
                train(1e-3, 0),
                train(1e-3, 1),
                train(2e-3, 0),
                train(2e-3, 1),
            ],
        };
        let text = config_toml(&description).unwrap();
        let read: toml::Table = text.parse().unwrap();
        let expected: toml::Table = r#"
            name = "quickstart"
            description = 'Does it "learn"?'
            [train.hrm]
            seeds = [0, 1]
            model = { arch = "hrm" }
            sweep = { lr = [1e-3, 2e-3], "model.hidden_size" = [64] }
        "#
        .parse()
        .unwrap();
        assert_eq!(read, expected, "{text}");
    }
}
