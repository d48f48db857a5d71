//! `scale` and `[scales.NAME]`: one workflow at several sizes.

use crate::{
    diagnostics::Diagnostic,
    layer::{merge, merge_workflow},
    schema::{EXPECT, SCALE, SCALES},
    suggest,
    tree::{Entry, Table, Value},
};
use hrm_config::{Scale, StageKind};

/// Puts the tables of the chosen scale onto the workflow. What overrides say of scales comes before
/// that, and is taken out of them; everything else in them comes after.
///
/// # Errors
///
/// A scale that there is not, scales without a choice, and what does not belong under a scale.
pub(crate) fn apply(
    workflow: &mut Table,
    overrides: &mut [Table],
) -> Result<Option<Scale>, Vec<Diagnostic>> {
    for layer in overrides {
        for key in [SCALE, SCALES] {
            if let Some(entry) = layer.shift_remove(key) {
                merge(workflow, Table::from_iter([(key.to_owned(), entry)]));
            }
        }
    }
    let scales = workflow.shift_remove(SCALES);
    let found: Vec<_> = scales.iter().flat_map(check).collect();
    if !found.is_empty() {
        return Err(found);
    }
    let chosen = chosen(workflow, scales.as_ref()).map_err(|diagnostic| vec![diagnostic])?;
    if let (Some(scale), Some(mut scales)) = (chosen, scales)
        && let Value::Table(tables) = &mut scales.node.value
        && let Some(Entry { node, .. }) = tables.shift_remove(scale.name())
        && let Value::Table(layer) = node.value
    {
        merge_workflow(workflow, layer);
    }
    Ok(chosen)
}

fn chosen(workflow: &Table, scales: Option<&Entry>) -> Result<Option<Scale>, Diagnostic> {
    let names = Scale::ALL.map(Scale::name);
    let Some(Entry { node, .. }) = workflow.get(SCALE) else {
        return match scales {
            None => Ok(None),
            Some(scales) => Err(Diagnostic::new("the workflow has scales and chooses none")
                .at(scales.key)
                .help(format!("add `{SCALE} = \"small\"` at the top of the file"))),
        };
    };
    let Value::String(name) = &node.value else {
        let message = format!("`{SCALE}` must be a string, not {}", node.value.describe());
        return Err(Diagnostic::new(message).at(node.at));
    };
    match Scale::ALL.into_iter().find(|scale| scale.name() == name) {
        Some(scale) => Ok(Some(scale)),
        None => {
            let name = crate::tree::shortened(name);
            Err(Diagnostic::new(format!("there is no scale `{name}`"))
                .at(node.at)
                .maybe_help(suggest::help(&name, names, "scale")))
        }
    }
}

/// What is wrong with the tables of the scales, whatever stands in their stages.
fn check(scales: &Entry) -> Vec<Diagnostic> {
    let Some(tables) = scales.node.value.as_table() else {
        let message = format!(
            "`{SCALES}` must be a table, not {}",
            scales.node.value.describe()
        );
        return vec![Diagnostic::new(message).at(scales.node.at).help(format!(
            "write the keys of a scale under `[{SCALES}.small.KIND.NAME]`"
        ))];
    };
    tables
        .iter()
        .flat_map(|(name, entry)| check_scale(name, entry))
        .collect()
}

fn check_scale(name: &str, entry: &Entry) -> Vec<Diagnostic> {
    let names = Scale::ALL.map(Scale::name);
    if !names.contains(&name) {
        let name = crate::tree::shortened(name);
        return vec![
            Diagnostic::new(format!("there is no scale `{name}`"))
                .at(entry.key)
                .maybe_help(suggest::help(&name, names, "scale")),
        ];
    }
    let Some(layer) = entry.node.value.as_table() else {
        let message = format!(
            "`{SCALES}.{name}` must be a table, not {}",
            entry.node.value.describe()
        );
        return vec![Diagnostic::new(message).at(entry.node.at)];
    };
    let known = || {
        StageKind::ALL
            .map(StageKind::name)
            .into_iter()
            .chain([EXPECT])
    };
    let unknown = layer
        .iter()
        .filter(|(key, _)| !known().any(|known| known == key.as_str()));
    unknown
        .map(|(key, entry)| {
            let key = crate::tree::shortened(key);
            Diagnostic::new(format!("`{SCALES}.{name}` cannot have `{key}`"))
                .at(entry.key)
                .help("a scale changes stages (`dataset`, `train`, `evaluate`, `report`) and `expect`")
        })
        .collect()
}
