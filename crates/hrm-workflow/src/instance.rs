//! An instance of a stage: its id, its axes, its configuration.

use crate::{document::NamedStage, tree::Table, wording::Subject, workflow::Stage};
use hrm_config::{StageConfig, StageKind};
use serde_json::Value;

/// An axis of an instance: its name, this instance's value, and the stage that it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct ChosenValue {
    pub(crate) label: String,
    pub(crate) value: Value,
    pub(crate) owner: String,
}

/// One combination of a stage's own axes.
pub(crate) struct Combination {
    pub(crate) config: StageConfig,
    /// The stage's table with the values of the combination.
    pub(crate) table: Table,
    /// The values of the axes that have more than one.
    pub(crate) chosen: Vec<ChosenValue>,
    /// Sets of input instances; each set makes an instance.
    pub(crate) inputs: Vec<Vec<usize>>,
}

impl Combination {
    /// The seeds to train with, each of which makes an instance; none but `None` for stages
    /// without seeds.
    pub(crate) fn seeds(&self) -> Vec<Option<u64>> {
        match &self.config {
            StageConfig::Train(train) => train.seeds.iter().copied().map(Some).collect(),
            _ => vec![None],
        }
    }
}

/// An instance with what is needed to expand and check the stages that follow.
pub(crate) struct Instance<'a> {
    pub(crate) stage: Stage,
    chosen: Vec<ChosenValue>,
    named: &'a NamedStage,
    table: Table,
}

impl<'a> Instance<'a> {
    /// The instance of a combination for one set of inputs and one seed. The axes of its only
    /// input come first; `input` is `None` where a stage brings several inputs together.
    pub(crate) fn new(
        named: &'a NamedStage,
        combination: &Combination,
        inputs: &[usize],
        input: Option<&Instance<'_>>,
        seed: Option<u64>,
    ) -> Self {
        let mut own = combination.chosen.clone();
        let mut config = combination.config.clone();
        if let (StageConfig::Train(train), Some(seed)) = (&mut config, seed) {
            if train.seeds.len() > 1 {
                let owner = format!("{}.{}", named.kind, named.name);
                own.push(ChosenValue {
                    label: "seed".into(),
                    value: seed.into(),
                    owner,
                });
            }
            train.seeds = vec![seed];
        }
        let chosen = joined(
            input.map_or_else(Vec::new, |input| input.chosen.clone()),
            own,
        );
        let axes = chosen
            .iter()
            .map(|axis| (axis.label.clone(), axis.value.clone()))
            .collect();
        let stage = Stage {
            id: id(named.kind, &named.name, &chosen),
            group: id(named.kind, &named.name, &without_seed(&chosen)),
            kind: named.kind,
            name: named.name.clone(),
            axes,
            seed,
            config,
            inputs: inputs.to_vec(),
        };
        Self {
            stage,
            chosen,
            named,
            table: combination.table.clone(),
        }
    }

    /// The instance as messages talk about it.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject {
            kind: self.named.kind.into(),
            name: &self.named.name,
            key: self.named.key,
            table: &self.table,
        }
    }
}

/// Inherited axes, then own ones. Where both have one of the same name, the inherited one gets
/// the name of its stage in front.
fn joined(mut inherited: Vec<ChosenValue>, own: Vec<ChosenValue>) -> Vec<ChosenValue> {
    for axis in &mut inherited {
        if own.iter().any(|other| other.label == axis.label) {
            axis.label = format!("{}.{}", axis.owner, axis.label);
        }
    }
    inherited.extend(own);
    inherited
}

/// The axes that tell a stage from others than its repetitions with other seeds of a training.
fn without_seed(chosen: &[ChosenValue]) -> Vec<ChosenValue> {
    let is_seed = |axis: &&ChosenValue| {
        axis.label == "seed" && axis.owner.starts_with(StageKind::Train.name())
    };
    chosen
        .iter()
        .filter(|axis| !is_seed(axis))
        .cloned()
        .collect()
}

fn id(kind: StageKind, name: &str, chosen: &[ChosenValue]) -> String {
    let axes: Vec<_> = chosen
        .iter()
        .map(|axis| format!("{}={}", axis.label, axis_text(&axis.value)))
        .collect();
    if axes.is_empty() {
        format!("{kind}.{name}")
    } else {
        format!("{kind}.{name}[{}]", axes.join(","))
    }
}

/// A value as it stands in ids: strings without quotes where nothing in them can be misread.
fn axis_text(value: &Value) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    match value {
        Value::String(text) if !text.is_empty() && text.chars().all(plain) => text.clone(),
        // Not the JSON library's form, so that ids do not depend on its version.
        Value::Number(number) if number.is_f64() => {
            format!("{:?}", number.as_f64().unwrap_or(f64::NAN))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::axis_text;
    use serde_json::json;

    #[test]
    fn values_in_ids() {
        for (value, expected) in [
            (json!(1e-5), "1e-5"),
            (json!(0.0001), "0.0001"),
            (json!(1.0), "1.0"),
            (json!(1), "1"),
            (json!(u64::MAX), "18446744073709551615"),
            (json!("softmax"), "softmax"),
            (json!("data/a-1.csv"), "data/a-1.csv"),
            (json!("a,b=c]"), "\"a,b=c]\""),
            (json!(""), "\"\""),
            (json!(true), "true"),
            (json!([4, 6]), "[4,6]"),
        ] {
            assert_eq!(axis_text(&value), expected);
        }
    }
}
