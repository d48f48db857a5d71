//! The parts of a workflow that are common to all stages: its name and the names of its stages.

use crate::{
    diagnostics::Diagnostic,
    expect::{self, NamedExpectation},
    keys,
    schema::{DESCRIPTION, EXPECT, EXTENDS, NAME, SCALE, SCALES, SWEEP},
    source::Place,
    suggest,
    tree::{Entry, Table, Value},
};
use hrm_config::StageKind;
use std::collections::BTreeSet;

/// The start of the workflow's own file, which is read first.
const START: Place = Place {
    source: 0,
    start: 0,
    end: 0,
};

/// A stage before its keys are looked at.
#[derive(Debug)]
pub(crate) struct NamedStage {
    pub(crate) kind: StageKind,
    pub(crate) name: String,
    /// Where the name is written.
    pub(crate) key: Place,
    pub(crate) table: Table,
}

/// A workflow before the keys of its stages are looked at.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// In the order of the data flow, then of the file.
    pub(crate) stages: Vec<NamedStage>,
    /// In the order of the file.
    pub(crate) expectations: Vec<NamedExpectation>,
    /// Kinds of which some stage could not be read, so that references to them may seem to lead
    /// nowhere.
    pub(crate) incomplete: BTreeSet<StageKind>,
}

/// Reads the top level of a workflow, and says everything that is wrong with it.
pub(crate) fn read(workflow: &Table) -> (Document, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut document = Document::default();
    let known = [NAME, DESCRIPTION, EXTENDS, SCALE, SCALES, EXPECT]
        .into_iter()
        .chain(StageKind::ALL.map(StageKind::name));
    for (key, entry) in workflow {
        if !known.clone().any(|known| known == key) {
            let message = format!("unknown key `{key}` at the top of the workflow");
            found.push(
                Diagnostic::new(message)
                    .at(entry.key)
                    .maybe_help(suggest::help(key, known.clone(), "key")),
            );
        }
    }
    match read_name(workflow) {
        Ok(name) => document.name = name,
        Err(diagnostic) => found.push(diagnostic),
    }
    match workflow
        .get(DESCRIPTION)
        .map(|entry| (&entry.node.value, entry.node.at))
    {
        Some((Value::String(text), _)) => document.description = Some(text.clone()),
        Some((other, at)) => {
            found.push(
                Diagnostic::new(format!(
                    "`{DESCRIPTION}` must be a string, not {}",
                    other.describe()
                ))
                .at(at),
            );
        }
        None => {}
    }
    for kind in StageKind::ALL {
        if let Some(entry) = workflow.get(kind.name()) {
            let before = found.len();
            read_kind(kind, entry, &mut document.stages, &mut found);
            if found.len() > before {
                document.incomplete.insert(kind);
            }
        }
    }
    if let Some(entry) = workflow.get(EXPECT) {
        expect::named(entry, &mut document.expectations, &mut found);
    }
    if document.stages.is_empty() && found.is_empty() {
        found.push(
            Diagnostic::new("the workflow has no stages")
                .at(START)
                .help("add a dataset, for example `[dataset.NAME]`"),
        );
    }
    (document, found)
}

fn read_name(workflow: &Table) -> Result<String, Diagnostic> {
    let rule = "a name has lower-case letters, digits, `_` and `-`";
    let Some(Entry { node, .. }) = workflow.get(NAME) else {
        return Err(Diagnostic::new(format!("the workflow has no `{NAME}`"))
            .at(START)
            .help(format!(
                "add `{NAME} = \"…\"` at the top of the file; {rule}"
            )));
    };
    let Value::String(name) = &node.value else {
        return Err(Diagnostic::new(format!(
            "`{NAME}` must be a string, not {}",
            node.value.describe()
        ))
        .at(node.at));
    };
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(allowed) {
        let message = format!(
            "`{}` cannot be the name of a workflow",
            crate::tree::shortened(name)
        );
        return Err(Diagnostic::new(message)
            .at(node.at)
            .help(format!("{rule}, {NAME_BYTES_MAX} at most")));
    }
    Ok(name.clone())
}

/// Names become names of folders, which file systems limit to 255 bytes with all that is added.
const NAME_BYTES_MAX: usize = 100;

/// The message for a name that cannot be one of `what`, such as `a stage`.
pub(crate) fn check_name(name: &str, what: &str, at: Place) -> Option<Diagnostic> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let is_name = !name.is_empty() && name.len() <= NAME_BYTES_MAX && name.chars().all(allowed);
    (!is_name).then(|| {
        let message = format!(
            "`{}` cannot be the name of {what}",
            crate::tree::shortened(name)
        );
        let help = format!("a name has letters, digits, `_` and `-`, {NAME_BYTES_MAX} at most");
        Diagnostic::new(message).at(at).help(help)
    })
}

fn read_kind(
    kind: StageKind,
    entry: &Entry,
    stages: &mut Vec<NamedStage>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(table) = entry.node.value.as_table() else {
        let message = format!(
            "`{kind}` must be a table of {kind} stages, not {}",
            entry.node.value.describe()
        );
        found.push(
            Diagnostic::new(message)
                .at(entry.node.at)
                .help(format!("name each stage: `[{kind}.NAME]`")),
        );
        return;
    };
    for (name, entry) in table {
        match check_stage(kind, name, entry) {
            Ok(table) => stages.push(NamedStage {
                kind,
                name: name.clone(),
                key: entry.key,
                table: table.clone(),
            }),
            Err(diagnostic) => found.push(diagnostic),
        }
    }
}

fn check_stage<'a>(kind: StageKind, name: &str, entry: &'a Entry) -> Result<&'a Table, Diagnostic> {
    let key = keys::top_level(kind).find(|key| key.path == name);
    let Some(table) = entry.node.value.as_table() else {
        let help = match key {
            Some(_) => {
                format!("a key belongs to a stage with a name: put it under `[{kind}.NAME]`")
            }
            None => format!("write the keys of the stage under `[{kind}.{name}]`"),
        };
        let message = format!(
            "`{kind}.{name}` must be a stage, not {}",
            entry.node.value.describe()
        );
        return Err(Diagnostic::new(message).at(entry.node.at).help(help));
    };
    if let Some(diagnostic) = check_name(name, "a stage", entry.key) {
        return Err(diagnostic);
    }
    // The sources of a dataset are natural names for it, and no key of theirs is one of a dataset.
    let ambiguous = key.is_some_and(|key| !(kind == StageKind::Dataset && key.is_table));
    if ambiguous || name == SWEEP {
        let message = format!(
            "no {kind} stage can be called `{name}`, because that is a key of {kind} stages"
        );
        let inside = key.is_some_and(|key| key.is_table) || name == SWEEP;
        let help = if inside {
            format!("name the stage first: `[{kind}.NAME.{name}]`")
        } else {
            "choose another name".into()
        };
        return Err(Diagnostic::new(message).at(entry.key).help(help));
    }
    Ok(table)
}
