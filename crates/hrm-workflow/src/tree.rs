//! A TOML document in which every key and value knows its place.

use crate::{
    diagnostics::Diagnostic,
    source::{Place, Sources},
};
use indexmap::IndexMap;
use toml::de::{DeTable, DeValue};

/// A table in the order of the file.
pub(crate) type Table = IndexMap<String, Entry>;

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where the key is written.
    pub(crate) key: Place,
    /// The value.
    pub(crate) node: Node,
}

/// A value and where it is written.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where the value is written.
    pub(crate) at: Place,
    /// The value.
    pub(crate) value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    String(String),
    /// Wider than TOML's 64 bits, because seeds use all of u64.
    Integer(i128),
    Float(f64),
    Boolean(bool),
    Datetime(String),
    Array(Vec<Node>),
    Table(Table),
}

/// Parses a document.
///
/// # Errors
///
/// All syntax errors.
pub(crate) fn parse(sources: &Sources, source: usize) -> Result<Table, Vec<Diagnostic>> {
    let text = sources
        .get(source)
        .map_or("", |source| source.text.as_str());
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table(document.get_ref(), source));
    }
    let mut found: Vec<_> = errors
        .iter()
        .map(|error| syntax(error, text, source))
        .collect();
    found.sort_by_key(Diagnostic::place);
    Err(found)
}

/// The message for a syntax error: the parser's, or a plainer one for what happens most.
fn syntax(error: &toml::de::Error, text: &str, source: usize) -> Diagnostic {
    let span = error.span().unwrap_or(0..0);
    let marked = text.get(span.clone()).unwrap_or("").trim();
    let place = Place {
        source,
        start: span.start,
        end: span.end,
    };
    let message = |words: &str| Diagnostic::new(format!("invalid TOML: {words}")).at(place);
    match error.message() {
        "string values must be quoted, expected literal string" if marked.is_empty() => {
            message("a value is missing").help("remove the line to leave the key at its default")
        }
        "string values must be quoted, expected literal string" => {
            message("a string must be in quotes").help(format!("write `\"{}\"`", shortened(marked)))
        }
        "duplicate key" => message(&format!("`{}` is there twice", shortened(marked)))
            .help("remove one of the two, or merge the tables"),
        other if other.starts_with("invalid basic string, expected") => {
            message("the string is not closed").help("end it with the quotes it starts with")
        }
        other => message(other),
    }
}

fn table(from: &DeTable<'_>, source: usize) -> Table {
    let mut entries: Vec<_> = from.iter().collect();
    // The parser sorts by name; what counts here is the order of the file.
    entries.sort_by_key(|(key, _)| key.span().start);
    let entry = |(key, value): (
        &toml::Spanned<std::borrow::Cow<'_, str>>,
        &toml::Spanned<DeValue<'_>>,
    )| {
        let span = key.span();
        let place = Place {
            source,
            start: span.start,
            end: span.end,
        };
        (
            key.get_ref().to_string(),
            Entry {
                key: place,
                node: node(value, source),
            },
        )
    };
    entries.into_iter().map(entry).collect()
}

fn node(from: &toml::Spanned<DeValue<'_>>, source: usize) -> Node {
    let span = from.span();
    let value = match from.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(integer) => integer_value(integer.as_str(), integer.radix()),
        // The parser has checked the form, and too large a number is infinite.
        DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(datetime) => Value::Datetime(datetime.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| node(item, source)).collect())
        }
        DeValue::Table(inner) => Value::Table(table(inner, source)),
    };
    Node {
        at: Place {
            source,
            start: span.start,
            end: span.end,
        },
        value,
    }
}

fn integer_value(text: &str, radix: u32) -> Value {
    // Longer than 128 bits: far outside of what any key takes, so that its sign is enough.
    let too_large = if text.starts_with('-') {
        i128::MIN
    } else {
        i128::MAX
    };
    Value::Integer(i128::from_str_radix(text, radix).unwrap_or(too_large))
}

impl Value {
    /// The table, if it is one.
    pub(crate) fn as_table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// What kind of value it is, with the value where it is short: ``the string `x` ``.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::String(text) => format!("the string `{}`", shortened(text)),
            Self::Integer(number) => format!("the integer `{number}`"),
            Self::Float(number) => format!("the float `{number:?}`"),
            Self::Boolean(truth) => format!("the boolean `{truth}`"),
            Self::Datetime(datetime) => format!("the date or time `{datetime}`"),
            Self::Array(_) => "an array".into(),
            Self::Table(_) => "a table".into(),
        }
    }

    /// The same value as JSON. Integers outside of 64 bits become floats; NaN and infinities,
    /// which no key accepts, become null.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Self::String(text) | Self::Datetime(text) => text.as_str().into(),
            Self::Integer(number) => match (u64::try_from(*number), i64::try_from(*number)) {
                (Ok(number), _) => number.into(),
                (_, Ok(number)) => number.into(),
                _ => (*number as f64).into(),
            },
            Self::Float(number) => (*number).into(),
            Self::Boolean(truth) => (*truth).into(),
            Self::Array(items) => items.iter().map(|item| item.value.to_json()).collect(),
            Self::Table(table) => to_json(table),
        }
    }
}

/// A table as a JSON object.
pub(crate) fn to_json(table: &Table) -> serde_json::Value {
    table
        .iter()
        .map(|(key, entry)| (key.clone(), entry.node.value.to_json()))
        .collect()
}

/// At most 40 characters of a text, on one line.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(40)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The entry at a path of keys, if every step exists.
pub(crate) fn find<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Entry> {
    let (first, rest) = path.split_first()?;
    let entry = table.get(*first)?;
    if rest.is_empty() {
        Some(entry)
    } else {
        find(entry.node.value.as_table()?, rest)
    }
}

/// Sets the value at a path of keys. Tables on the way are made where they are missing; anything
/// else in the way is replaced.
pub(crate) fn set(table: &mut Table, path: &[&str], entry: &Entry) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.insert((*first).to_owned(), entry.clone());
        return;
    }
    let empty = || Node {
        at: entry.key,
        value: Value::Table(Table::new()),
    };
    let step = table.entry((*first).to_owned()).or_insert_with(|| Entry {
        key: entry.key,
        node: empty(),
    });
    if step.node.value.as_table().is_none() {
        step.node = empty();
    }
    if let Value::Table(inner) = &mut step.node.value {
        set(inner, rest, entry);
    }
}

/// Removes the value at a path of keys, and tables that become empty by it.
pub(crate) fn remove(table: &mut Table, path: &[&str]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    if rest.is_empty() {
        return table.shift_remove(*first).is_some();
    }
    let Some(Entry {
        node: Node {
            value: Value::Table(inner),
            ..
        },
        ..
    }) = table.get_mut(*first)
    else {
        return false;
    };
    let removed = remove(inner, rest);
    if removed && inner.is_empty() {
        table.shift_remove(*first);
    }
    removed
}
