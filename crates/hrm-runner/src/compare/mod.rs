//! Comparing evaluations: what differs, what each measured, and what the puzzles they share say.
//!
//! Two evaluations are comparable where they agree in what makes the question ([`QUESTION`]). What
//! disagrees is refused unless it is named.

mod boards;
mod cost;
mod difference;
mod difficulty;
mod pairing;
mod puzzles;
mod side;
mod warnings;

use crate::RunnerError;
use hrm_config::{ComparabilityKey, KeyDifference};
use hrm_report::{ComparisonData, Difference, DifferingKey};
use hrm_store::{Database, Store};
use serde_json::Value;
use side::Side;
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

/// Compares the evaluations that `names` mean: a stage (`evaluate.test`, an instance id; its latest
/// result), `RUN:STAGE`, or recorded predictions of another program. The first is compared with each
/// other.
///
/// # Errors
/// Where there is no such evaluation, fewer than two are named, they differ in a key that is not in
/// `across`, or the predictions of another program are not of the same puzzles.
pub fn compare(
    store: &Store,
    database: &Database,
    names: &[String],
    across: &[ComparabilityKey],
) -> Result<ComparisonData, RunnerError> {
    compare_with_boards(store, database, names, across, 0)
}

/// The same, with puzzles to draw: the first `boards` that only the first side solves, and as many that
/// only the other one does.
///
/// # Errors
/// As [`compare`], and where the artifacts that have the puzzles are gone.
pub fn compare_with_boards(
    store: &Store,
    database: &Database,
    names: &[String],
    across: &[ComparabilityKey],
    boards: usize,
) -> Result<ComparisonData, RunnerError> {
    let sides = names.iter().map(|name| Side::read(database, name));
    let sides = sides.collect::<Result<Vec<_>, _>>()?;
    let [first, others @ ..] = sides.as_slice() else {
        return Err(few());
    };
    if others.is_empty() {
        return Err(few());
    }
    for other in others {
        refuse(first, other, across)?;
    }
    let pairs = others
        .iter()
        .map(|other| pairing::pairs(store, first, other, across));
    let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
    let mut differences: Vec<Difference> = others
        .iter()
        .zip(&pairs)
        .map(|(other, pairs)| difference::between(first, other, pairs))
        .collect();
    difference::correct_for_many(&mut differences);
    if boards > 0 {
        boards::read(store, &sides, &pairs, boards, &mut differences)?;
    }
    let shared = pairing::shared_by_all(first.outcomes.len(), &pairs);
    Ok(ComparisonData {
        warnings: warnings::warnings(&sides, &differences),
        differing: differing(&sides),
        by_difficulty: difficulty::groups(&sides, &shared),
        differences,
        sides: sides.into_iter().map(|side| side.info).collect(),
    })
}

fn few() -> RunnerError {
    RunnerError::NotComparable {
        reason: "fewer than two evaluations are named".to_owned(),
        keys: Vec::new(),
    }
}

/// In what two sides differ that decides which question they answer.
fn question_differences(first: &Side, other: &Side) -> Vec<KeyDifference> {
    let mut differences = first
        .info
        .comparability
        .differences(&other.info.comparability);
    differences.retain(|difference| QUESTION.contains(&difference.key));
    differences
}

/// Refuses two sides that differ in a key that is not named.
fn refuse(first: &Side, other: &Side, across: &[ComparabilityKey]) -> Result<(), RunnerError> {
    let mut differences = question_differences(first, other);
    differences.retain(|difference| !across.contains(&difference.key));
    if differences.is_empty() {
        return Ok(());
    }
    let parts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    Err(RunnerError::NotComparable {
        reason: format!(
            "`{}` and `{}`: {}",
            first.info.name,
            other.info.name,
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
