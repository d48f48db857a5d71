//! The axes of a stage: every key of `sweep` with its values.

use crate::{
    diagnostics::Diagnostic,
    schema::{SEEDS, SWEEP},
    source::Place,
    tree::{Entry, Node, Table, Value, find, set},
    wording::Subject,
};
use hrm_config::StageKind;
use std::collections::BTreeMap;

/// One axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    /// Dotted path of the key, which is also the axis's name.
    pub(crate) label: String,
    /// Keys under `sweep` that lead to it, as written.
    pub(crate) trail: Vec<String>,
    /// Where it is written.
    pub(crate) key: Place,
    /// What it is set to; an array if all is well.
    pub(crate) node: Node,
}

impl Axis {
    /// The keys that lead to the swept value inside the stage.
    pub(crate) fn steps(&self) -> Vec<&str> {
        self.label.split('.').collect()
    }

    /// The values; none where they are not an array.
    pub(crate) fn values(&self) -> &[Node] {
        match &self.node.value {
            Value::Array(values) => values,
            _ => &[],
        }
    }
}

/// The axes of a stage in the order of the file. `"model.lr" = [..]`, `model.lr = [..]` and a
/// table `[…sweep.model]` are the same.
pub(crate) fn axes(stage: &Table) -> Vec<Axis> {
    let mut axes = Vec::new();
    if let Some(sweep) = stage
        .get(SWEEP)
        .and_then(|entry| entry.node.value.as_table())
    {
        collect(sweep, &mut Vec::new(), &mut axes);
    }
    axes
}

fn collect(table: &Table, trail: &mut Vec<String>, axes: &mut Vec<Axis>) {
    for (key, entry) in table {
        trail.push(key.clone());
        match &entry.node.value {
            Value::Table(inner) => collect(inner, trail, axes),
            _ => axes.push(Axis {
                label: trail.join("."),
                trail: trail.clone(),
                key: entry.key,
                node: entry.node.clone(),
            }),
        }
        trail.pop();
    }
}

/// Everything wrong with the axes of a stage, whatever their values mean.
pub(crate) fn check(subject: &Subject<'_>, axes: &[Axis]) -> Vec<Diagnostic> {
    let Some(sweep) = subject.table.get(SWEEP) else {
        return Vec::new();
    };
    let stage = subject.path(&[]);
    if !subject.kind.can_be_swept() {
        let message = format!(
            "`{stage}` cannot be swept: a report is about all instances of its evaluations"
        );
        return vec![
            Diagnostic::new(message)
                .at(sweep.key)
                .help("sweep the train or evaluate stage"),
        ];
    }
    if sweep.node.value.as_table().is_none() {
        let message = format!(
            "`{stage}.sweep` must be a table, not {}",
            sweep.node.value.describe()
        );
        return vec![
            Diagnostic::new(message)
                .at(sweep.node.at)
                .help("write an array of values for each key to sweep: `lr = [1e-4, 1e-3]`"),
        ];
    }
    let mut found: Vec<_> = axes
        .iter()
        .filter_map(|axis| check_axis(subject, axis))
        .collect();
    let mut labels = BTreeMap::new();
    for axis in axes {
        if let Some(first) = labels.insert(&axis.label, axis.key) {
            let message = format!("`{}` is swept twice in `{stage}`", axis.label);
            found.push(
                Diagnostic::new(message)
                    .at(axis.key)
                    .context(first, "first here"),
            );
        }
    }
    found
}

fn check_axis(subject: &Subject<'_>, axis: &Axis) -> Option<Diagnostic> {
    let label = &axis.label;
    let stage = subject.path(&[]);
    if label == SEEDS && subject.kind == StageKind::Train.into() {
        let message = "`seeds` cannot be swept, because it is an axis already";
        return Some(
            Diagnostic::new(message)
                .at(axis.key)
                .help(format!("move it up: `seeds` in `[{stage}]`")),
        );
    }
    let Value::Array(values) = &axis.node.value else {
        let message = format!(
            "the axis `{label}` of `{stage}` must be an array of values, not {}",
            axis.node.value.describe()
        );
        return Some(
            Diagnostic::new(message)
                .at(axis.node.at)
                .help("a single value needs no sweep: set it in the stage itself"),
        );
    };
    if values.is_empty() {
        let message = format!(
            "the axis `{label}` of `{stage}` has no values, so there would be nothing to run"
        );
        return Some(
            Diagnostic::new(message)
                .at(axis.node.at)
                .help("remove the axis, or give it at least one value"),
        );
    }
    if let Some(table) = values.iter().find(|value| value.value.as_table().is_some()) {
        let message = format!("the axis `{label}` of `{stage}` has a table as a value");
        let help = format!("sweep the keys of the table one by one: `\"{label}.KEY\" = [..]`");
        return Some(Diagnostic::new(message).at(table.at).help(help));
    }
    let mut seen = BTreeMap::new();
    for value in values {
        if let Some(first) = seen.insert(comparable(&value.value), value.at) {
            let message = format!("the axis `{label}` of `{stage}` has a value twice");
            return Some(
                Diagnostic::new(message)
                    .at(value.at)
                    .context(first, "first here"),
            );
        }
    }
    let plain = find(subject.table, &axis.steps())?;
    // In different layers the later one decides (see `layer`), so only one file can say both.
    (plain.key.source == axis.key.source).then(|| {
        Diagnostic::new(format!("`{label}` of `{stage}` is both set and swept"))
            .at(axis.key)
            .context(plain.key, "set here")
            .help("remove one of the two")
    })
}

/// A text that is equal for values that mean the same, such as `1` and `1.0`.
fn comparable(value: &Value) -> String {
    /// Below this every whole number is a float.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Float(number) if number.fract() == 0.0 && number.abs() < EXACT_MAX => {
            (*number as i64).to_string()
        }
        Value::Float(number) => format!("{number:?}"),
        other => other.to_json().to_string(),
    }
}

/// How many combinations the axes have, if the number fits.
pub(crate) fn combinations(axes: &[Axis]) -> Option<usize> {
    axes.iter().try_fold(1_usize, |product, axis| {
        product.checked_mul(axis.values().len())
    })
}

/// The stage's table in combination number `index`, with the swept values in place of `sweep`,
/// and the axes that have more than one value with theirs. The first axis changes slowest.
pub(crate) fn combination(
    stage: &Table,
    axes: &[Axis],
    index: usize,
) -> (Table, Vec<(String, serde_json::Value)>) {
    let mut table = stage.clone();
    table.shift_remove(SWEEP);
    let mut chosen = Vec::new();
    let mut rest = index;
    for axis in axes.iter().rev() {
        let values = axis.values();
        let Some(value) = values.get(rest % values.len().max(1)) else {
            continue;
        };
        rest /= values.len();
        set(
            &mut table,
            &axis.steps(),
            &Entry {
                key: axis.key,
                node: value.clone(),
            },
        );
        if values.len() > 1 {
            chosen.push((axis.label.clone(), value.value.to_json()));
        }
    }
    chosen.reverse();
    (table, chosen)
}
