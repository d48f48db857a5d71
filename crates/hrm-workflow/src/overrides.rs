//! `--set KEY=VALUE`.
//!
//! `KIND.STAGE.KEY` sets a key of one stage, `KIND.KEY` of all stages of a kind; where a stage
//! is called like a key, the stage is meant. The value is TOML, or else a string.

use crate::{
    diagnostics::Diagnostic,
    keys,
    layer::{merge, merge_stage},
    schema::{EXTENDS, SWEEP},
    source::{Place, Sources},
    suggest,
    tree::{Entry, Node, Table, Value, parse},
};
use hrm_config::StageKind;

/// What an override is called in messages.
const LABEL: &str = "--set";
/// Equals signs at which the value is looked for: more than one only if a quoted key has one.
const SPLITS_MAX: usize = 8;

/// Puts an override onto a workflow.
///
/// # Errors
///
/// The override names a stage that there is not.
pub(crate) fn apply(workflow: &mut Table, mut layer: Table) -> Result<(), Diagnostic> {
    if let Some(extends) = layer.get(EXTENDS) {
        return Err(Diagnostic::new(format!(
            "`{EXTENDS}` cannot be set from outside of the file"
        ))
        .at(extends.key));
    }
    for kind in StageKind::ALL {
        if let Some(Entry {
            node: Node {
                value: Value::Table(_),
                ..
            },
            ..
        }) = layer.get(kind.name())
            && let Some(Entry {
                node:
                    Node {
                        value: Value::Table(keys),
                        ..
                    },
                key,
            }) = layer.shift_remove(kind.name())
        {
            apply_to_kind(workflow, kind, keys, key)?;
        }
    }
    merge(workflow, layer);
    Ok(())
}

fn apply_to_kind(
    workflow: &mut Table,
    kind: StageKind,
    layer: Table,
    at: Place,
) -> Result<(), Diagnostic> {
    let Some(Value::Table(stages)) = workflow
        .get_mut(kind.name())
        .map(|entry| &mut entry.node.value)
    else {
        return Err(Diagnostic::new(format!("the workflow has no {kind} stage")).at(at));
    };
    for (name, entry) in layer {
        if stages.contains_key(&name) {
            merge_stage(stages, name, entry);
        } else if name == SWEEP || keys::top_level(kind).any(|key| key.path == name) {
            let of_all = Table::from_iter([(name, entry)]);
            let stage_names: Vec<_> = stages.keys().cloned().collect();
            for stage in stage_names {
                let node = Node {
                    at,
                    value: Value::Table(of_all.clone()),
                };
                merge_stage(stages, stage, Entry { key: at, node });
            }
        } else {
            return Err(unknown(stages, kind, &name, entry.key));
        }
    }
    Ok(())
}

fn unknown(stages: &Table, kind: StageKind, name: &str, at: Place) -> Diagnostic {
    let message = format!("`{name}` is neither a {kind} stage nor a key of {kind} stages");
    let stage_names = stages.keys().map(String::as_str);
    let known = stage_names
        .clone()
        .chain(keys::top_level(kind).map(|key| key.path.as_str()));
    let help = match (suggest::suggest(name, known), keys::meant(kind, name)) {
        (Some(meant), _) => Some(format!("did you mean `{kind}.{meant}`?")),
        (None, Some(inner)) => Some(format!("did you mean `{kind}.{}`?", inner.path)),
        (None, None) => suggest::help(name, stage_names, "stage"),
    };
    Diagnostic::new(message).at(at).maybe_help(help)
}

/// Parses an override to the table that a file with this line would have.
///
/// # Errors
///
/// The override cannot be read.
pub(crate) fn read(sources: &mut Sources, text: &str) -> Result<Table, Diagnostic> {
    let source = sources.add(LABEL.into(), text.into());
    if !text.contains('\n')
        && let Ok(table) = parse(sources, source)
        && !table.is_empty()
        && text.contains('=')
    {
        return Ok(table);
    }
    for (equals, _) in text.match_indices('=').take(SPLITS_MAX) {
        let (key, value) = (
            text.get(..equals).unwrap_or(""),
            text.get(equals + 1..).unwrap_or(""),
        );
        if let Some(mut table) = read_key(key, source) {
            let at = Place {
                source,
                start: equals + 1,
                end: text.len(),
            };
            put(
                &mut table,
                &Node {
                    at,
                    value: Value::String(value.trim().into()),
                },
            );
            return Ok(table);
        }
    }
    let everything = Place {
        source,
        start: 0,
        end: text.len(),
    };
    Err(Diagnostic::new("an override has the form `KEY=VALUE`")
        .at(everything)
        .help("for example `--set train.lr=1e-4`, or `--set train.NAME.lr=1e-4` for one stage"))
}

/// Nested tables for a dotted key, with places as if `key` began the text of `source`.
fn read_key(key: &str, source: usize) -> Option<Table> {
    let mut scratch = Sources::default();
    let at = scratch.add(String::new(), format!("{key}=0"));
    let mut table = parse(&scratch, at)
        .ok()
        .filter(|table| table.len() == 1 && !key.contains('\n'))?;
    move_to(&mut table, source);
    Some(table)
}

fn move_to(table: &mut Table, source: usize) {
    for entry in table.values_mut() {
        entry.key.source = source;
        entry.node.at.source = source;
        if let Value::Table(inner) = &mut entry.node.value {
            move_to(inner, source);
        }
    }
}

/// Replaces the innermost value of nested tables with one key each.
fn put(table: &mut Table, node: &Node) {
    for entry in table.values_mut() {
        match &mut entry.node.value {
            Value::Table(inner) => put(inner, node),
            _ => entry.node = node.clone(),
        }
    }
}
