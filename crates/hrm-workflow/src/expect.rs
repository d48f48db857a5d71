//! `[expect.NAME]`: what a workflow claims of its results.

use crate::{
    deserialize::typed,
    diagnostics::Diagnostic,
    document::{Document, check_name},
    keys::Section,
    schema::EXPECT,
    source::Place,
    suggest,
    tree::{Entry, Table, shortened},
    wording::Subject,
    workflow::{Expectation, Stage},
};
use hrm_config::{ExpectConfig, StageKind};
use hrm_published::PublishedValue;
use std::collections::BTreeSet;

/// Instances that a message lists.
const LISTED_MAX: usize = 8;

/// An expectation before its keys are looked at.
#[derive(Debug)]
pub(crate) struct NamedExpectation {
    pub(crate) name: String,
    /// Where the name is written.
    pub(crate) key: Place,
    pub(crate) table: Table,
}

/// Reads the names of the expectations, and says what is wrong with them.
pub(crate) fn named(
    entry: &Entry,
    expectations: &mut Vec<NamedExpectation>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(table) = entry.node.value.as_table() else {
        let message = format!(
            "`{EXPECT}` must be a table of expectations, not {}",
            entry.node.value.describe()
        );
        found.push(
            Diagnostic::new(message)
                .at(entry.node.at)
                .help(format!("name each expectation: `[{EXPECT}.NAME]`")),
        );
        return;
    };
    for (name, entry) in table {
        match (
            entry.node.value.as_table(),
            check_name(name, "an expectation", entry.key),
        ) {
            (Some(table), None) => expectations.push(NamedExpectation {
                name: name.clone(),
                key: entry.key,
                table: table.clone(),
            }),
            (_, Some(diagnostic)) => found.push(diagnostic),
            (None, None) => {
                let message = format!(
                    "`{EXPECT}.{name}` must be an expectation, not {}",
                    entry.node.value.describe()
                );
                found.push(
                    Diagnostic::new(message)
                        .at(entry.node.at)
                        .help(format!("write its keys under `[{EXPECT}.{name}]`")),
                );
            }
        }
    }
}

/// Reads the expectations. References are only followed where every stage is right, since a stage
/// that is not has no instances.
pub(crate) fn read(
    document: &Document,
    stages: &[Stage],
    stages_are_right: bool,
) -> (Vec<Expectation>, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut expectations = Vec::new();
    for named in &document.expectations {
        let subject = Subject {
            kind: Section::Expect,
            name: &named.name,
            key: named.key,
            table: &named.table,
        };
        let config: ExpectConfig = match typed(&named.table, named.key) {
            Ok(config) => config,
            Err(faults) => {
                found.extend(faults.iter().map(|fault| subject.fault(fault)));
                continue;
            }
        };
        found.extend(
            config
                .check()
                .iter()
                .map(|problem| subject.problem(problem)),
        );
        found.extend(
            config
                .published
                .as_deref()
                .and_then(|id| published(id, &subject)),
        );
        if !stages_are_right {
            continue;
        }
        let of = |key: &str, name: Option<&str>| match name {
            None => Ok(Vec::new()),
            Some(name) => {
                let at = subject.locate(key).unwrap_or(subject.key);
                instances(stages, name, at).map_err(|diagnostic| vec![diagnostic])
            }
        };
        let evaluations = of("evaluation", Some(&config.evaluation));
        let above = of("above", config.above.as_deref());
        match (evaluations, above) {
            (Ok(evaluations), Ok(above)) => expectations.push(Expectation {
                name: named.name.clone(),
                config,
                evaluations,
                above,
            }),
            (evaluations, above) => {
                let wrong = [evaluations.err(), above.err()];
                found.extend(wrong.into_iter().flatten().flatten());
            }
        }
    }
    (expectations, found)
}

/// The instances that `name` means: those of a stage, or of one combination of its axes.
fn instances(stages: &[Stage], name: &str, at: Place) -> Result<Vec<usize>, Diagnostic> {
    let evaluations = || {
        let all = stages.iter().enumerate();
        all.filter(|(_, stage)| stage.kind == StageKind::Evaluate)
    };
    let where_is = |accepts: &dyn Fn(&Stage) -> bool| -> Vec<usize> {
        let accepted = evaluations().filter(|(_, stage)| accepts(stage));
        accepted.map(|(index, _)| index).collect()
    };
    let group = where_is(&|stage| stage.group_name() == name);
    if !group.is_empty() {
        return Ok(group);
    }
    let of_stage = where_is(&|stage| stage.name == name);
    let groups: BTreeSet<&str> = of_stage
        .iter()
        .map(|&index| stages[index].group_name())
        .collect();
    match groups.len() {
        1 => Ok(of_stage),
        0 => {
            let names = evaluations().map(|(_, stage)| stage.group_name());
            let names: BTreeSet<&str> = names.collect();
            let name = shortened(name);
            let message = format!("there is no evaluation `{name}`");
            Err(Diagnostic::new(message).at(at).maybe_help(suggest::help(
                &name,
                names,
                "evaluation",
            )))
        }
        _ => {
            let message =
                format!("`{name}` has several instances, and an expectation is about one");
            let mut names: Vec<_> = groups.iter().map(|name| format!("`{name}`")).collect();
            if names.len() > LISTED_MAX {
                names.truncate(LISTED_MAX);
                names.push("…".to_owned());
            }
            Err(Diagnostic::new(message)
                .at(at)
                .help(format!("name one of {}", names.join(", "))))
        }
    }
}

/// What is wrong with the id of a published value.
fn published(id: &str, subject: &Subject<'_>) -> Option<Diagnostic> {
    let at = subject.locate("published").unwrap_or(subject.key);
    let values = match hrm_published::values() {
        Ok(values) => values,
        Err(error) => return Some(Diagnostic::new(error.to_string()).at(at)),
    };
    match values.iter().find(|value| value.id == id) {
        Some(value) if value.is_published_only() => {
            let message = format!("`{id}` can only be quoted, not measured here");
            Some(
                Diagnostic::new(message)
                    .at(at)
                    .help("choose a value of HRM, TRM or a Transformer"),
            )
        }
        Some(_) => None,
        None => {
            let close = suggest::suggest(id, values.iter().map(|value| value.id.as_str()));
            let beginning = || same_beginning(id, values);
            let help = close
                .map(|close| format!("did you mean `{close}`?"))
                .or_else(beginning)
                .unwrap_or_else(|| "`hrm tables --published` lists them".to_owned());
            let message = format!("there is no published value `{}`", shortened(id));
            Some(Diagnostic::new(message).at(at).help(help))
        }
    }
}

/// The values of the same table and benchmark.
fn same_beginning(id: &str, values: &[PublishedValue]) -> Option<String> {
    let (beginning, _) = id.rsplit_once('/')?;
    let beginning = format!("{beginning}/");
    let ids = values.iter().map(|value| &value.id);
    let of_table = ids
        .filter(|known| known.starts_with(&beginning))
        .take(LISTED_MAX);
    let names: Vec<_> = of_table.map(|id| format!("`{id}`")).collect();
    (!names.is_empty()).then(|| format!("there are {}", names.join(", ")))
}
