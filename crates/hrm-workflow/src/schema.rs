//! The JSON Schema of a workflow file, generated from the configuration types.

use crate::keys::Section;
use hrm_config::{
    DatasetConfig, EvaluateConfig, ExpectConfig, ReportConfig, Scale, StageKind, TrainConfig,
};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// Keys of the top level that are not kinds of stage.
pub(crate) const NAME: &str = "name";
pub(crate) const DESCRIPTION: &str = "description";
pub(crate) const EXTENDS: &str = "extends";
/// The scale that is chosen, and the tables of all scales.
pub(crate) const SCALE: &str = "scale";
pub(crate) const SCALES: &str = "scales";
/// The tables of what the workflow claims.
pub(crate) const EXPECT: &str = "expect";
/// The table of axes in a stage.
pub(crate) const SWEEP: &str = "sweep";

/// JSON Schema (draft 7, which TOML editors understand) of a workflow file. Keys that never
/// change a result are marked `x-display-only`.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft07().for_deserialize().into_generator();
    let mut properties = Map::new();
    let names = "A name has letters, digits, `_` and `-`.";
    properties.insert(
        NAME.into(),
        json!({"type": "string", "pattern": "^[a-z0-9_-]+$",
            "description": "Name of the workflow and of its folder of reports: lower-case letters, digits, `_` and `-`."}),
    );
    properties.insert(
        DESCRIPTION.into(),
        json!({"type": "string", "description": "What question the workflow answers."}),
    );
    properties.insert(
        EXTENDS.into(),
        json!({"type": "string", "description": "Another workflow file, relative to this one, whose contents come first. Tables are merged; other values here replace those there."}),
    );
    let mut definitions = Map::new();
    for kind in StageKind::ALL {
        let reference = stage_reference(&mut generator, kind);
        let description = format!("Stages of kind {kind}, by name. {names}");
        let stages = json!({"type": "object", "description": description,
            "patternProperties": {"^[A-Za-z0-9_-]+$": reference}, "additionalProperties": false});
        properties.insert(kind.name().into(), stages);
    }
    let expectation = generator.subschema_for::<ExpectConfig>();
    let expectations = json!({"type": "object", "description": format!("What the workflow claims, by name. {names}"),
        "patternProperties": {"^[A-Za-z0-9_-]+$": expectation}, "additionalProperties": false});
    properties.insert(EXPECT.into(), expectations);
    insert_scales(&mut properties);
    definitions.append(&mut generator.take_definitions(true));
    definitions.values_mut().for_each(tidy);
    definitions.values_mut().for_each(mark_required);
    for kind in StageKind::ALL {
        complete_stage(&mut definitions, kind);
    }
    let mut root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "hrm workflow",
        "type": "object",
        "anyOf": [{"required": [NAME]}, {"required": [EXTENDS]}],
        "additionalProperties": false,
    });
    if let Some(root) = root.as_object_mut() {
        root.insert("properties".into(), properties.into());
        root.insert("definitions".into(), definitions.into());
    }
    sorted(root)
}

/// Adds the choice of a scale, and the tables of scales with the stages and expectations that are in
/// `properties`.
fn insert_scales(properties: &mut Map<String, Value>) {
    let in_scale = StageKind::ALL
        .map(StageKind::name)
        .into_iter()
        .chain([EXPECT]);
    let in_scale: Map<String, Value> = in_scale
        .filter_map(|key| Some((key.to_owned(), properties.get(key)?.clone())))
        .collect();
    let scale = json!({"type": "object", "properties": in_scale, "additionalProperties": false});
    let scales: Map<String, Value> = Scale::ALL
        .iter()
        .map(|name| (name.name().to_owned(), scale.clone()))
        .collect();
    properties.insert(
        SCALE.into(),
        json!({"type": "string", "enum": Scale::ALL.map(Scale::name),
            "description": "The size at which the workflow runs; `--set scale=full` chooses another one. Reports show it, and no small-scale number is judged by a published one."}),
    );
    properties.insert(
        SCALES.into(),
        json!({"type": "object", "properties": scales, "additionalProperties": false,
            "description": "What each scale changes: `[scales.small.train.NAME]` is put onto `[train.NAME]`."}),
    );
}

/// [`schema`] as text, with sorted keys and a final newline.
pub fn schema_text() -> String {
    // Values of strings and numbers only: writing them cannot fail.
    let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    format!("{text}\n")
}

/// Name of a section's configuration among the definitions.
pub(crate) const fn definition_name(section: Section) -> &'static str {
    match section {
        Section::Stage(StageKind::Dataset) => "DatasetConfig",
        Section::Stage(StageKind::Train) => "TrainConfig",
        Section::Stage(StageKind::Evaluate) => "EvaluateConfig",
        Section::Stage(StageKind::Report) => "ReportConfig",
        Section::Expect => "ExpectConfig",
    }
}

fn stage_reference(generator: &mut SchemaGenerator, kind: StageKind) -> schemars::Schema {
    match kind {
        StageKind::Dataset => generator.subschema_for::<DatasetConfig>(),
        StageKind::Train => generator.subschema_for::<TrainConfig>(),
        StageKind::Evaluate => generator.subschema_for::<EvaluateConfig>(),
        StageKind::Report => generator.subschema_for::<ReportConfig>(),
    }
}

/// Takes out what TOML does not have (null) and what says nothing to a reader (formats).
fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            object.remove("format");
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            if let Some(Value::Object(default)) = object.get_mut("default") {
                default.retain(|_, value| !value.is_null());
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".into(), only);
                }
            }
            if let Some(Value::Array(mut choices)) = object.remove("anyOf") {
                choices.retain(|choice| *choice != json!({"type": "null"}));
                let keyword = if choices.len() == 1 { "allOf" } else { "anyOf" };
                object.insert(keyword.into(), choices.into());
            }
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            object.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

/// Marks required keys instead of demanding them: in one file a key may be missing, because an
/// extended file or the sweep has it.
fn mark_required(definition: &mut Value) {
    let Some(Value::Array(required)) = definition
        .as_object_mut()
        .and_then(|object| object.remove("required"))
    else {
        return;
    };
    for key in required.iter().filter_map(Value::as_str) {
        let property = definition
            .get_mut("properties")
            .and_then(|properties| properties.get_mut(key));
        if let Some(property) = property.and_then(Value::as_object_mut) {
            property.insert(REQUIRED.into(), true.into());
        }
    }
}

/// Marks a key without a default.
pub(crate) const REQUIRED: &str = "x-required";

/// Adds what the type of the configuration does not say: the sweep, and the marks.
fn complete_stage(definitions: &mut Map<String, Value>, kind: StageKind) {
    let name = definition_name(Section::Stage(kind));
    let sweep = (kind != StageKind::Report).then(|| sweep_schema(definitions, kind, name));
    let Some(Value::Object(properties)) = definitions
        .get_mut(name)
        .and_then(|stage| stage.get_mut("properties"))
    else {
        return;
    };
    for key in kind.display_only() {
        // Seeds are an axis: each of them is part of its own training's key.
        let mark = if *key == SEEDS {
            "x-axis"
        } else {
            "x-display-only"
        };
        if let Some(property) = properties.get_mut(*key).and_then(Value::as_object_mut) {
            property.insert(mark.into(), true.into());
        }
    }
    if let Some(sweep) = sweep {
        properties.insert(SWEEP.into(), sweep);
    }
}

/// The key of the seed axis.
pub(crate) const SEEDS: &str = "seeds";

/// Schema of a stage's `sweep`: every key that holds a value takes an array of such values,
/// under its dotted path or in nested tables.
fn sweep_schema(definitions: &Map<String, Value>, kind: StageKind, name: &str) -> Value {
    let mut schema = nested_axes(definitions, name);
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove(SEEDS);
        let mut dotted = Vec::new();
        flatten(properties, "", &mut dotted);
        properties.extend(dotted);
    }
    schema["description"] =
        format!("Axes of a grid: a {kind} stage is made for every combination of the values.")
            .into();
    schema
}

fn nested_axes(definitions: &Map<String, Value>, name: &str) -> Value {
    let empty = Map::new();
    let properties = definitions
        .get(name)
        .and_then(|d| d.get("properties"))
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let axes: Map<String, Value> = properties
        .iter()
        .map(|(key, property)| {
            let axis = match table_of(definitions, property) {
                Some(table) => nested_axes(definitions, table),
                None => {
                    let mut item = property.clone();
                    if let Some(item) = item.as_object_mut() {
                        item.remove("default");
                        item.remove("description");
                        item.remove(REQUIRED);
                    }
                    json!({"type": "array", "minItems": 1, "items": item})
                }
            };
            (key.clone(), axis)
        })
        .collect();
    json!({"type": "object", "properties": axes, "additionalProperties": false})
}

/// Lists the axes of nested tables under their dotted paths.
fn flatten(properties: &Map<String, Value>, prefix: &str, into: &mut Vec<(String, Value)>) {
    for (key, axis) in properties {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match axis.get("properties").and_then(Value::as_object) {
            Some(inner) => flatten(inner, &path, into),
            None if !prefix.is_empty() => into.push((path, axis.clone())),
            None => {}
        }
    }
}

/// Name of the definition that a property's schema refers to, if any.
pub(crate) fn referred(property: &Value) -> Option<&str> {
    let reference = property
        .get("$ref")
        .or_else(|| property.get("allOf")?.get(0)?.get("$ref"))?;
    reference.as_str()?.strip_prefix("#/definitions/")
}

/// Name of the definition of the table that a property holds, if it holds one.
pub(crate) fn table_of<'a>(
    definitions: &Map<String, Value>,
    property: &'a Value,
) -> Option<&'a str> {
    let name = referred(property)?;
    definitions.get(name)?.get("properties").map(|_| name)
}

/// The same value with the keys of all objects in alphabetical order, whatever order the JSON
/// library was built to keep.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(object) => {
            let mut entries: Vec<_> = object.into_iter().collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries
                .into_iter()
                .map(|(key, value)| (key, sorted(value)))
                .collect()
        }
        other => other,
    }
}
