//! Published tables with this database's results beside what is comparable.

use crate::expectations::Evidence;
use crate::stored::StoredEvaluation;
use crate::{Estimate, RunDescription, RunnerError, StageDescription};
use hrm_config::{Comparability, Scale, StageKind};
use hrm_published::PublishedValue;
use hrm_store::rows::RunRow;
use hrm_store::{Database, Key};
use std::collections::{BTreeMap, BTreeSet};

/// Runs that are looked through, the latest first.
const RUNS_MAX: u32 = 10_000;

/// A published value, with ours where there is one that may be set beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedRow {
    /// The published value.
    pub published: &'static PublishedValue,
    /// Our latest result.
    pub ours: Option<OurResult>,
}

/// A result of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct OurResult {
    /// Id of the run that it is of.
    pub run: String,
    /// The evaluation, without a seed.
    pub evaluation: String,
    /// The number and its interval.
    pub estimate: Estimate,
}

/// Every published table in which a value has a result of ours that agrees with it in all that the
/// source says, from the last run of each workflow. Runs at small scale are left out.
///
/// # Errors
/// Where the database or the published values cannot be read.
pub fn published_tables(database: &Database) -> Result<Vec<PublishedRow>, RunnerError> {
    let values = hrm_published::values()?;
    let mut ours: BTreeMap<&str, OurResult> = BTreeMap::new();
    for run in last_runs(database)? {
        for (value, result) in results(database, &run, values)? {
            // Runs come latest first.
            ours.entry(value.id.as_str()).or_insert(result);
        }
    }
    let table = |value: &'static PublishedValue| (&value.source.id, &value.table);
    let with_ours = values
        .iter()
        .filter(|value| ours.contains_key(value.id.as_str()));
    let tables: BTreeSet<_> = with_ours.map(table).collect();
    let shown = values.iter().filter(|value| tables.contains(&table(value)));
    Ok(shown
        .map(|published| PublishedRow {
            published,
            ours: ours.get(published.id.as_str()).cloned(),
        })
        .collect())
}

/// The last run of each workflow, the latest first.
fn last_runs(database: &Database) -> Result<Vec<RunRow>, RunnerError> {
    let mut seen = BTreeSet::new();
    let mut runs = database.runs(RUNS_MAX)?;
    runs.retain(|run| seen.insert(run.workflow.clone()));
    Ok(runs)
}

/// The published values that results of a run may be set beside, with these results.
fn results(
    database: &Database,
    run: &RunRow,
    values: &'static [PublishedValue],
) -> Result<Vec<(&'static PublishedValue, OurResult)>, RunnerError> {
    let description = RunDescription::read(database, &run.id)?;
    if description.scale == Some(Scale::Small) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (evaluation, keys) in evaluations(database, run, &description)? {
        let stored = keys
            .first()
            .map(|key| StoredEvaluation::read(database, key));
        let Some(stored) = stored.transpose()?.flatten() else {
            continue;
        };
        // Cheap, and rules most of them out.
        let agree = values
            .iter()
            .filter(|value| agrees(value, &stored.comparability));
        for value in agree {
            if let Some(estimate) = comparable(database, &keys, value)? {
                let result = OurResult {
                    run: run.id.clone(),
                    evaluation: evaluation.to_owned(),
                    estimate,
                };
                found.push((value, result));
            }
        }
    }
    Ok(found)
}

/// The keys of a run's finished evaluations, those of all seeds together.
fn evaluations<'a>(
    database: &Database,
    run: &RunRow,
    description: &'a RunDescription,
) -> Result<BTreeMap<&'a str, Vec<Key>>, RunnerError> {
    let rows = database.stages_of(&run.id)?.into_iter();
    let keys: BTreeMap<String, Key> = rows
        .filter_map(|row| Some((row.instance, row.key?)))
        .collect();
    let mut groups: BTreeMap<&str, Vec<Key>> = BTreeMap::new();
    let stages = description.stages.iter();
    for stage in stages.filter(|stage| stage.kind == StageKind::Evaluate) {
        if let Some(key) = keys.get(&stage.id) {
            groups.entry(group(stage)).or_default().push(*key);
        }
    }
    Ok(groups)
}

fn group(stage: &StageDescription) -> &str {
    if stage.group.is_empty() {
        &stage.id
    } else {
        &stage.group
    }
}

/// Our number for a published value, where the two may be compared.
fn comparable(
    database: &Database,
    keys: &[Key],
    value: &PublishedValue,
) -> Result<Option<Estimate>, RunnerError> {
    let Some(measure) = value.measure else {
        return Ok(None);
    };
    let evidence = Evidence::read(database, keys, measure)?;
    let evidence = evidence.filter(|evidence| agrees(value, &evidence.comparability));
    Ok(evidence.map(|evidence| evidence.estimate))
}

fn agrees(value: &PublishedValue, ours: &Comparability) -> bool {
    value.comparability.differences(ours).is_empty()
}

#[cfg(test)]
mod tests;
