//! Which keys each kind of stage, and an expectation, has, read from the schema.

use crate::{
    schema::{EXPECT, SWEEP, definition_name, schema, table_of},
    suggest::suggest,
};
use hrm_config::StageKind;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt, sync::LazyLock};

/// A table of named tables at the top of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    /// Stages of a kind.
    Stage(StageKind),
    /// Expectations.
    Expect,
}

impl Section {
    /// Whether its tables may have a `sweep`.
    pub(crate) fn can_be_swept(self) -> bool {
        !matches!(self, Self::Stage(StageKind::Report) | Self::Expect)
    }
}

impl From<StageKind> for Section {
    fn from(kind: StageKind) -> Self {
        Self::Stage(kind)
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stage(kind) => kind.fmt(f),
            Self::Expect => f.write_str(EXPECT),
        }
    }
}

/// A key of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Dotted path inside the stage.
    pub(crate) path: String,
    /// Whether it holds a table of further keys.
    pub(crate) is_table: bool,
    /// What it means, in a sentence or two.
    pub(crate) description: String,
}

impl Key {
    /// Path of the table that it is in (empty for the stage itself), and its own name.
    pub(crate) fn split(&self) -> (&str, &str) {
        self.path.rsplit_once('.').unwrap_or(("", &self.path))
    }
}

static KEYS: LazyLock<BTreeMap<Section, Vec<Key>>> = LazyLock::new(|| {
    let schema = schema();
    let empty = Map::new();
    let definitions = schema
        .get("definitions")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let keys = |section| {
        let mut keys = Vec::new();
        collect(definitions, definition_name(section), "", &mut keys);
        (section, keys)
    };
    let stages = StageKind::ALL.map(Section::Stage);
    stages
        .into_iter()
        .chain([Section::Expect])
        .map(keys)
        .collect()
});

/// All keys of a section's tables, those of inner tables included, without `sweep`.
pub(crate) fn of(section: impl Into<Section>) -> &'static [Key] {
    KEYS.get(&section.into()).map_or(&[], Vec::as_slice)
}

/// The keys of a kind of stage that stand in the stage's table itself.
pub(crate) fn top_level(kind: StageKind) -> impl Iterator<Item = &'static Key> + Clone {
    of(kind).iter().filter(|key| !key.path.contains('.'))
}

/// The key at any depth that `name` most likely stands for.
pub(crate) fn meant(section: impl Into<Section>, name: &str) -> Option<&'static Key> {
    let keys = of(section);
    let own_name = |key: &'static Key| key.split().1;
    let meant = suggest(name, keys.iter().map(own_name))?;
    keys.iter().find(|key| own_name(key) == meant)
}

fn collect(definitions: &Map<String, Value>, name: &str, prefix: &str, keys: &mut Vec<Key>) {
    let properties = definitions
        .get(name)
        .and_then(|table| table.get("properties"))
        .and_then(Value::as_object);
    for (key, property) in properties.into_iter().flatten() {
        if prefix.is_empty() && key == SWEEP {
            continue;
        }
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        let table = table_of(definitions, property);
        let description = property
            .get("description")
            .and_then(Value::as_str)
            .unwrap_or("");
        keys.push(Key {
            path: path.clone(),
            is_table: table.is_some(),
            description: description.into(),
        });
        if let Some(table) = table {
            collect(definitions, table, &path, keys);
        }
    }
}
