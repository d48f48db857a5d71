//! What workflows claim of their results, and what the stored rows say about it. Verdicts are never
//! stored: they follow from rows.

mod evidence;
mod judge;

pub(crate) use evidence::Evidence;
pub(crate) use judge::difference;

use crate::RunnerError;
use crate::description::{ExpectationDescription, RunDescription};
use hrm_config::ExpectConfig;
use hrm_published::PublishedValue;
use hrm_report::{ExpectationInfo, number};
use hrm_store::{Database, Key};
use judge::{Claim, judge};
use std::collections::BTreeMap;

/// The expectations of a run with their verdicts, in the order of its workflow.
///
/// # Errors
/// Where the run or its rows cannot be read.
pub fn expectations(database: &Database, run: &str) -> Result<Vec<ExpectationInfo>, RunnerError> {
    let description = RunDescription::read(database, run)?;
    let stages = database.stages_of(run)?.into_iter();
    let keys = stages
        .filter_map(|row| Some((row.instance, row.key?)))
        .collect();
    judge_all(database, &description, &keys, |_| true)
}

/// Judges the expectations of which `wanted` accepts every evaluation. `keys` has the keys of the
/// evaluations by instance, as far as there are results.
pub(crate) fn judge_all(
    database: &Database,
    description: &RunDescription,
    keys: &BTreeMap<String, Key>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<ExpectationInfo>, RunnerError> {
    let is_wanted = |expectation: &&ExpectationDescription| {
        let mut instances = expectation.evaluations.iter().chain(&expectation.above);
        instances.all(|instance| wanted(instance))
    };
    let all = description.expectations.iter().filter(is_wanted);
    all.map(|expectation| judge_one(database, description, keys, expectation))
        .collect()
}

fn judge_one(
    database: &Database,
    description: &RunDescription,
    keys: &BTreeMap<String, Key>,
    expectation: &ExpectationDescription,
) -> Result<ExpectationInfo, RunnerError> {
    let config = &expectation.config;
    let read = |instances: &[String]| {
        let keys: Vec<Key> = instances
            .iter()
            .filter_map(|id| keys.get(id).copied())
            .collect();
        Evidence::read(database, &keys, config.metric)
    };
    let evidence = read(&expectation.evaluations)?;
    let other = read(&expectation.above)?;
    let published = published(config)?;
    let (verdict, reason) = match claim(config, published, other.as_ref()) {
        Some(claim) => judge(
            claim,
            evidence.as_ref(),
            config.min_seeds,
            description.scale,
        ),
        None => {
            return Err(RunnerError::Malformed {
                what: format!("the stored expectation `{}`", expectation.name),
                problem: "it claims nothing that is known".to_owned(),
            });
        }
    };
    Ok(ExpectationInfo {
        name: expectation.name.clone(),
        evaluation: config.evaluation.clone(),
        metric: config.metric.to_string(),
        claim: claim_text(config, published),
        ours: evidence.map(|evidence| evidence.estimate),
        scale: description.scale.map(|scale| scale.name().to_owned()),
        verdict,
        reason,
    })
}

fn claim<'a>(
    config: &'a ExpectConfig,
    published: Option<&'a PublishedValue>,
    other: Option<&'a Evidence>,
) -> Option<Claim<'a>> {
    if let Some(name) = &config.above {
        return Some(Claim::Above { name, other });
    }
    if let Some(least) = config.at_least {
        return Some(Claim::AtLeast(least));
    }
    if let Some(most) = config.at_most {
        return Some(Claim::AtMost(most));
    }
    let value = config
        .value
        .or(published.map(|published| published.value))?;
    Some(Claim::Near {
        value,
        tolerance: config.tolerance?,
        published,
    })
}

/// `55.0 % ± 2.0 points (hrm, Figure 1)`, `at least 50.0 %` or ``above `test[segments=1]` ``.
fn claim_text(config: &ExpectConfig, published: Option<&PublishedValue>) -> String {
    let share = config.metric.is_share();
    if let Some(name) = &config.above {
        return format!("above `{name}`");
    }
    if let Some(least) = config.at_least {
        return format!("at least {}", number(least, share));
    }
    if let Some(most) = config.at_most {
        return format!("at most {}", number(most, share));
    }
    let value = config.value.or(published.map(|published| published.value));
    let value = value.map_or_else(String::new, |value| number(value, share));
    let tolerance = match config.tolerance {
        Some(tolerance) if share => format!(" ± {:.1} points", 100.0 * tolerance),
        Some(tolerance) => format!(" ± {tolerance:.2}"),
        None => String::new(),
    };
    let source = published.map_or_else(String::new, |published| {
        format!(" ({}, {})", published.source.id, published.table)
    });
    format!("{value}{tolerance}{source}")
}

fn published(config: &ExpectConfig) -> Result<Option<&'static PublishedValue>, RunnerError> {
    let Some(id) = &config.published else {
        return Ok(None);
    };
    let values = hrm_published::values()?;
    Ok(values.iter().find(|value| value.id == *id))
}
