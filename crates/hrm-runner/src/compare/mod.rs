//! Comparing evaluations: what differs, what each measured, and what the puzzles they share say.
//!
//! Two evaluations are comparable where they agree in what makes the question ([`QUESTION`]). What
//! disagrees is refused unless it is named.

mod difference;
mod difficulty;
mod side;

pub use difference::{Difference, Verdict};
pub use difficulty::DifficultyGroup;
pub use side::Side;

use crate::RunnerError;
use hrm_config::{ComparabilityKey, KeyDifference};
use hrm_store::{Database, Store};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What two evaluations must agree in to answer one question. The architecture is not among it: that
/// is what is compared.
pub const QUESTION: [ComparabilityKey; 7] = [
    ComparabilityKey::Dataset,
    ComparabilityKey::Split,
    ComparabilityKey::Puzzles,
    ComparabilityKey::TrainingExamples,
    ComparabilityKey::Segments,
    ComparabilityKey::Votes,
    ComparabilityKey::Selection,
];

/// A key of the configuration with its value on each side; none where a side does not have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferingKey {
    /// Path of the key; keys of the evaluation have `evaluate.` before them.
    pub key: String,
    /// Values, in the order of the sides.
    pub values: Vec<Option<Value>>,
}

/// Evaluations side by side; the first is what the others are compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The evaluations.
    pub sides: Vec<Side>,
    /// Keys of which not all sides have the same value.
    pub differing: Vec<DifferingKey>,
    /// Each further side against the first.
    pub differences: Vec<Difference>,
    /// Exact accuracy by difficulty, where the puzzles have one and are the same on all sides.
    pub by_difficulty: Vec<DifficultyGroup>,
}

/// Compares the evaluations that `names` mean: a stage (`evaluate.test`, an instance id; its latest
/// result), or `RUN:STAGE`. Keys in `across` may differ.
///
/// # Errors
/// Where there is no such evaluation, fewer than two are named, or they differ in a key that is not
/// in `across`.
pub fn compare(
    store: &Store,
    database: &Database,
    names: &[String],
    across: &[ComparabilityKey],
) -> Result<Comparison, RunnerError> {
    let sides = names.iter().map(|name| Side::read(store, database, name));
    let sides = sides.collect::<Result<Vec<_>, _>>()?;
    let [first, others @ ..] = sides.as_slice() else {
        return Err(RunnerError::NotComparable {
            reason: "fewer than two evaluations are named".to_owned(),
            keys: Vec::new(),
        });
    };
    for other in others {
        refuse(first, other, across)?;
    }
    let mut differences: Vec<Difference> = others
        .iter()
        .map(|other| Difference::between(first, other))
        .collect();
    difference::correct_for_many(&mut differences);
    Ok(Comparison {
        differing: differing(&sides),
        by_difficulty: difficulty::groups(&sides),
        differences,
        sides,
    })
}

/// Refuses two sides that differ in a key that is not named.
fn refuse(first: &Side, other: &Side, across: &[ComparabilityKey]) -> Result<(), RunnerError> {
    let is_refused = |difference: &KeyDifference| {
        QUESTION.contains(&difference.key) && !across.contains(&difference.key)
    };
    let mut differences = first.comparability.differences(&other.comparability);
    differences.retain(is_refused);
    if differences.is_empty() {
        return Ok(());
    }
    let parts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    Err(RunnerError::NotComparable {
        reason: format!(
            "`{}` and `{}`: {}",
            first.name,
            other.name,
            parts.join("; ")
        ),
        keys: differences
            .iter()
            .map(|difference| difference.key.name())
            .collect(),
    })
}

fn differing(sides: &[Side]) -> Vec<DifferingKey> {
    let mut values: BTreeMap<&String, Vec<Option<Value>>> = BTreeMap::new();
    for (index, side) in sides.iter().enumerate() {
        for (key, value) in &side.configuration {
            let row = values.entry(key).or_insert_with(|| vec![None; sides.len()]);
            row[index] = Some(value.clone());
        }
    }
    let differs = |row: &[Option<Value>]| row.iter().any(|value| *value != row[0]);
    let rows = values.into_iter().filter(|(_, row)| differs(row));
    rows.map(|(key, values)| DifferingKey {
        key: key.clone(),
        values,
    })
    .collect()
}
