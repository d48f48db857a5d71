//! How one layer of a workflow (a file, an override) is put onto those before it.

use crate::{
    schema::SWEEP,
    sweep::axes,
    tree::{Entry, Node, Table, Value, find, remove},
};
use hrm_config::StageKind;

/// Puts a workflow file onto what it extends.
pub(crate) fn merge_workflow(base: &mut Table, mut layer: Table) {
    for kind in StageKind::ALL {
        let Some(Value::Table(stages)) = layer
            .get_mut(kind.name())
            .map(|entry| &mut entry.node.value)
        else {
            continue;
        };
        let Some(Value::Table(base_stages)) =
            base.get_mut(kind.name()).map(|entry| &mut entry.node.value)
        else {
            continue;
        };
        for (name, entry) in std::mem::take(stages) {
            merge_stage(base_stages, name, entry);
        }
        layer.shift_remove(kind.name());
    }
    merge(base, layer);
}

/// Puts a stage onto the stage of the same name. A value in the layer ends an axis of the same
/// key: whoever writes later decides.
pub(crate) fn merge_stage(stages: &mut Table, name: String, layer: Entry) {
    if let (Some(Value::Table(base)), Value::Table(layer)) = (
        stages.get_mut(&name).map(|entry| &mut entry.node.value),
        &layer.node.value,
    ) {
        for axis in axes(base) {
            if find(layer, &axis.steps()).is_some() {
                let trail: Vec<_> = std::iter::once(SWEEP)
                    .chain(axis.trail.iter().map(String::as_str))
                    .collect();
                remove(base, &trail);
            }
        }
    }
    merge_entry(stages, name, layer);
}

/// Merges tables deeply; everything else is replaced, at the same position.
pub(crate) fn merge(base: &mut Table, layer: Table) {
    for (key, entry) in layer {
        merge_entry(base, key, entry);
    }
}

fn merge_entry(base: &mut Table, key: String, layer: Entry) {
    let Some(entry) = base.get_mut(&key) else {
        base.insert(key, layer);
        return;
    };
    match (&mut entry.node.value, layer.node.value) {
        (Value::Table(base), Value::Table(layer)) => merge(base, layer),
        (_, value) => {
            *entry = Entry {
                key: layer.key,
                node: Node {
                    at: layer.node.at,
                    value,
                },
            }
        }
    }
}
