//! The reference page of all keys, generated from the configuration types.

use crate::schema::{REQUIRED, referred, schema, table_of};
use hrm_config::{
    CsvSource, DatasetConfig, EarlyStopping, EvaluateConfig, ExpectConfig, FolderSource,
    MazeSource, ModelConfig, ReportConfig, SudokuSource, TrainConfig,
};
use serde::de::{Deserialize, Deserializer, Error as _, Visitor, value::Error};
use serde_json::{Map, Value};
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# Workflow reference

<!-- Generated from the configuration types by `hrm schema --reference`. Do not edit. -->

A workflow is a TOML file with stages of four kinds. The table `[KIND.NAME]` makes a stage; a
stage names the stages that it takes its data from. For completion and checks in an editor, start
the file with `#:schema schema.json`.

| Key | Type | Default | Meaning |
|---|---|---|---|
";

const COMPOSITION: &str = "
**Axes.** Any stage except a report may have a table `sweep`: an array of values for each key
(`lr = [1e-4, 1e-3]`, `\"model.hidden_size\" = [64, 128]`). The stage is made once for every
combination. `seeds` of a training is an axis too. The stages that name it follow: they are made
once for each of its instances. An instance is called `train.NAME[lr=0.001,seed=1]`.

**Composition.** With `extends`, the other file comes first. Tables are merged; arrays and all
other values are replaced. A value ends a sweep over the same key in the extended file. Relative
paths belong to the file in which they are written.

**Scales.** A file may say what it does at two sizes. The tables under `[scales.small]` and
`[scales.full]` are put onto the stages and expectations of the file as `extends` does it, those of
the scale that `scale` chooses. `--set scale=full` chooses the other one.

**Overrides.** `--set KIND.NAME.KEY=VALUE` changes one stage, `--set KIND.KEY=VALUE` all stages
of a kind (where a stage is called like a key, the stage is meant). VALUE is TOML, or else a
string. Overrides come after all files and follow the same rules and checks.
";

/// A section of the page.
struct Section {
    heading: &'static str,
    definition: &'static str,
    /// The keys in the order of the type.
    keys: &'static [&'static str],
}

impl Section {
    fn new<T: for<'de> Deserialize<'de>>(heading: &'static str, definition: &'static str) -> Self {
        Self {
            heading,
            definition,
            keys: keys_of::<T>(),
        }
    }
}

/// A Markdown page with every key: type and range, default, meaning.
pub fn reference() -> String {
    let schema = schema();
    let empty = Map::new();
    let object = |key: &str| schema.get(key).and_then(Value::as_object).unwrap_or(&empty);
    let definitions = object("definitions");
    let mut page = INTRODUCTION.to_owned();
    for key in [
        "name",
        "description",
        "extends",
        "dataset",
        "train",
        "evaluate",
        "report",
        "expect",
        "scale",
        "scales",
    ] {
        let required = if key == "name" { "required" } else { "not set" };
        let kind = if object("properties").get(key).and_then(|p| p.get("type"))
            == Some(&"string".into())
        {
            "string"
        } else {
            "table"
        };
        let _ = writeln!(
            page,
            "| `{key}` | {kind} | {required} | {} |",
            description(object("properties").get(key))
        );
    }
    page.push_str(COMPOSITION);
    let sections = [
        Section::new::<DatasetConfig>("[dataset.NAME]", "DatasetConfig"),
        Section::new::<SudokuSource>("[dataset.NAME.sudoku]", "SudokuSource"),
        Section::new::<MazeSource>("[dataset.NAME.maze]", "MazeSource"),
        Section::new::<CsvSource>("[dataset.NAME.csv]", "CsvSource"),
        Section::new::<FolderSource>("[dataset.NAME.folder]", "FolderSource"),
        Section::new::<TrainConfig>("[train.NAME]", "TrainConfig"),
        Section::new::<ModelConfig>("[train.NAME.model]", "ModelConfig"),
        Section::new::<EarlyStopping>("[train.NAME.early_stopping]", "EarlyStopping"),
        Section::new::<EvaluateConfig>("[evaluate.NAME]", "EvaluateConfig"),
        Section::new::<ReportConfig>("[report.NAME]", "ReportConfig"),
        Section::new::<ExpectConfig>("[expect.NAME]", "ExpectConfig"),
    ];
    for section in &sections {
        write_section(&mut page, definitions, section);
    }
    page
}

fn write_section(page: &mut String, definitions: &Map<String, Value>, section: &Section) {
    let Some(definition) = definitions.get(section.definition) else {
        return;
    };
    let _ = writeln!(
        page,
        "\n## `{}`\n\n{}\n",
        section.heading,
        description(Some(definition))
    );
    page.push_str("| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
    let mut choices = String::new();
    for key in section.keys {
        let Some(property) = definition
            .get("properties")
            .and_then(|properties| properties.get(key))
        else {
            continue;
        };
        let default = match property.get("default") {
            Some(Value::Object(_)) => "see its table".into(),
            Some(value) => format!("`{value}`"),
            None if property.get(REQUIRED).is_some() => "required".into(),
            None => "not set".into(),
        };
        let mut meaning = description(Some(property));
        if property.get("x-display-only").is_some() {
            meaning.push_str(" *Not part of the cache key.*");
        }
        let _ = writeln!(
            page,
            "| `{key}` | {} | {default} | {meaning} |",
            type_text(definitions, property)
        );
        write_choices(&mut choices, definitions, key, property);
    }
    page.push_str(&choices);
}

/// Lists what each word of a key with a fixed set of words means.
fn write_choices(page: &mut String, definitions: &Map<String, Value>, key: &str, property: &Value) {
    let words = words(definitions, property);
    if words.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n`{key}`:\n");
    for (word, meaning) in words {
        let _ = writeln!(page, "- `\"{word}\"`: {meaning}");
    }
}

/// The words that a key (or each item of its array) takes, with their meanings.
fn words<'a>(definitions: &'a Map<String, Value>, property: &Value) -> Vec<(&'a str, String)> {
    let item = property.get("items").unwrap_or(property);
    let definition = referred(item).and_then(|name| definitions.get(name));
    let choices = definition
        .and_then(|definition| definition.get("oneOf"))
        .and_then(Value::as_array);
    let word =
        |choice: &'a Value| Some((choice.get("const")?.as_str()?, description(Some(choice))));
    choices.into_iter().flatten().filter_map(word).collect()
}

fn type_text(definitions: &Map<String, Value>, property: &Value) -> String {
    if table_of(definitions, property).is_some() {
        return "table".into();
    }
    if !words(definitions, property).is_empty() {
        return if property.get("items").is_some() {
            "array of words".into()
        } else {
            "word".into()
        };
    }
    let name = property
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or("value");
    if name == "array" {
        let item = property
            .get("items")
            .map_or_else(|| "value".into(), |items| type_text(definitions, items));
        return match property.get("minItems") {
            Some(count) => format!("array of {count}: {item}"),
            None => format!("array: {item}"),
        };
    }
    let low = bound(property, "minimum", "≥").or_else(|| bound(property, "exclusiveMinimum", ">"));
    let high = bound(property, "maximum", "≤").or_else(|| bound(property, "exclusiveMaximum", "<"));
    let bounds: Vec<_> = low.into_iter().chain(high).collect();
    if bounds.is_empty() {
        name.into()
    } else {
        format!("{name} {}", bounds.join(", "))
    }
}

fn bound(property: &Value, keyword: &str, sign: &str) -> Option<String> {
    property.get(keyword).map(|value| format!("{sign} {value}"))
}

/// The description of a schema, fit for a cell of a table.
fn description(schema: Option<&Value>) -> String {
    let text = schema
        .and_then(|schema| schema.get("description"))
        .and_then(Value::as_str)
        .unwrap_or("");
    text.replace('|', "\\|")
}

/// The keys of a struct in the order in which it declares them, which the schema does not keep.
fn keys_of<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // The probe always answers with an error; what it was asked for is what counts.
    let _ = T::deserialize(Probe { keys: &mut keys });
    keys
}

/// A deserializer that only listens for the keys it is asked for.
struct Probe<'a> {
    keys: &'a mut &'static [&'static str],
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("no value"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        keys: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        *self.keys = keys;
        Err(Error::custom("no value"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
