//! Comparing evaluations: what differs, what each measured, and what the puzzles they share say.
//!
//! Two evaluations are comparable where they agree in dataset, split, number of puzzles and
//! inference segments ([`ComparabilityKey`]). What disagrees is refused unless it is named.

mod difference;
mod difficulty;
mod side;

pub use difference::{Difference, Verdict};
pub use difficulty::DifficultyGroup;
pub use side::Side;

use crate::RunnerError;
use hrm_store::{Database, Store};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What two evaluations must agree in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparabilityKey {
    /// Content of the dataset.
    Dataset,
    /// Split of the dataset.
    Split,
    /// Puzzles evaluated.
    Puzzles,
    /// Supervision segments at inference.
    Segments,
}

impl ComparabilityKey {
    /// All keys.
    pub const ALL: [Self; 4] = [Self::Dataset, Self::Split, Self::Puzzles, Self::Segments];

    /// The name in messages and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dataset => "dataset",
            Self::Split => "split",
            Self::Puzzles => "puzzles",
            Self::Segments => "segments",
        }
    }
}

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
    let differs = |key: &ComparabilityKey| {
        !across.contains(key) && first.comparability(*key) != other.comparability(*key)
    };
    let keys: Vec<ComparabilityKey> = ComparabilityKey::ALL.into_iter().filter(differs).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let part = |key: &ComparabilityKey| {
        let (a, b) = (first.comparability(*key), other.comparability(*key));
        format!("{} {a} and {b}", key.name())
    };
    let parts: Vec<String> = keys.iter().map(part).collect();
    Err(RunnerError::NotComparable {
        reason: format!(
            "`{}` and `{}`: {}",
            first.name,
            other.name,
            parts.join("; ")
        ),
        keys: keys.iter().map(|key| key.name()).collect(),
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
