//! The names that filters and columns may use, with what stands for them in SQL.
//!
//! `s` is there the row of the evaluation's stage run, `r` that of its workflow run and `t` that of the
//! training's artifact.

use crate::RunnerError;
use hrm_config::Metric;
use hrm_filter::{Sql, Type, Value};
use hrm_store::{Database, QueryValue};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What stands for a name in SQL.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    pub(super) kind: Type,
    pub(super) sql: Sql,
}

pub(super) type Names = BTreeMap<String, Name>;

/// What stands before the keys of evaluations.
const EVALUATE: &str = "evaluate.";

/// What stands behind a metric with learned halting.
const ADAPTIVE: &str = ".adaptive";

/// The circumstances of an evaluation.
const CIRCUMSTANCES: [(&str, Type, &str); 8] = [
    ("run", Type::Text, "s.run_id"),
    ("workflow", Type::Text, "r.workflow"),
    ("stage", Type::Text, "s.instance"),
    ("training", Type::Text, "t.instance"),
    ("status", Type::Text, "r.status"),
    ("device", Type::Text, "s.device"),
    (
        "seed",
        Type::Number,
        "(json_extract(t.key_parts, '$.seed'))",
    ),
    ("started", Type::Time, "r.started_at"),
];

/// The names that exist: all, or of parameters and scores those that are `wanted`, which is quicker.
pub(super) fn names(
    database: &Database,
    wanted: Option<&BTreeSet<&str>>,
) -> Result<Names, RunnerError> {
    let mut names = Names::new();
    for (name, kind, sql) in CIRCUMSTANCES {
        let sql = Sql::from(sql);
        names.insert(name.to_owned(), Name { kind, sql });
    }
    parameters(database, wanted, &mut names)?;
    scores(database, wanted, &mut names)?;
    Ok(names)
}

/// Texts as a value that `json_each` takes apart.
fn json_list<'a>(texts: impl Iterator<Item = &'a str>) -> QueryValue {
    QueryValue::Text(Json::from_iter(texts).to_string())
}

/// Keys of trainings by their path, keys of evaluations with `evaluate.` before it.
fn parameters(
    database: &Database,
    wanted: Option<&BTreeSet<&str>>,
    names: &mut Names,
) -> Result<(), RunnerError> {
    let (from, values) = match wanted {
        None => ("parameters AS p", Vec::new()),
        Some(wanted) => {
            let paths = wanted.iter().copied();
            let paths = paths.map(|name| name.strip_prefix(EVALUATE).unwrap_or(name));
            (
                "json_each(?) AS w CROSS JOIN parameters AS p ON p.path = w.value",
                vec![json_list(paths)],
            )
        }
    };
    let found = database.query(
        &format!(
            "SELECT DISTINCT a.kind, p.path, json_type(p.value)
             FROM {from} CROSS JOIN artifacts AS a ON a.key = p.key
             WHERE a.kind IN ('train', 'evaluate')"
        ),
        &values,
    )?;
    for row in found.rows {
        let [
            QueryValue::Text(kind),
            QueryValue::Text(path),
            QueryValue::Text(json),
        ] = row.as_slice()
        else {
            continue;
        };
        let (name, key) = match kind.as_str() {
            "train" => (path.clone(), "t.key"),
            _ => (format!("{EVALUATE}{path}"), "s.key"),
        };
        let kind = match json.as_str() {
            "integer" | "real" => Type::Number,
            "text" => Type::Text,
            "true" | "false" => Type::Boolean,
            // Lists and tables have no place in a comparison.
            _ => continue,
        };
        let sql = Sql {
            text: format!(
                "(SELECT json_extract(p.value, '$') FROM parameters AS p WHERE p.key = {key} AND p.path = ?)"
            ),
            values: vec![Value::Text(path.clone())],
        };
        names.entry(name).or_insert(Name { kind, sql });
    }
    Ok(())
}

/// Scores as `SPLIT.METRIC`, after the last segment, and `SPLIT.METRIC.adaptive` with learned halting.
fn scores(
    database: &Database,
    wanted: Option<&BTreeSet<&str>>,
    names: &mut Names,
) -> Result<(), RunnerError> {
    let (metrics, of_metric, values) = match wanted {
        None => ("", "", Vec::new()),
        Some(wanted) => {
            let wanted = wanted.iter().copied();
            let metrics = wanted.filter_map(metric_of);
            // A part of the usual columns.
            let accuracy = Metric::ExactAccuracy.name();
            (
                "CROSS JOIN json_each(?) AS w",
                "AND s.metric = w.value",
                vec![json_list(metrics.chain([accuracy]))],
            )
        }
    };
    let found = database.query(
        &format!(
            "SELECT DISTINCT json_extract(p.value, '$'), s.metric, s.halting
             FROM parameters AS p {metrics}
             CROSS JOIN evaluation_summaries AS s ON s.key = p.key {of_metric}
             WHERE p.path = 'split'"
        ),
        &values,
    )?;
    for row in found.rows {
        let [
            QueryValue::Text(split),
            QueryValue::Text(metric),
            QueryValue::Text(halting),
        ] = row.as_slice()
        else {
            continue;
        };
        let suffix = if halting == "adaptive" { ADAPTIVE } else { "" };
        let sql = Sql {
            text: "(SELECT v.value FROM evaluation_summaries AS v
                    JOIN parameters AS p ON p.key = v.key AND p.path = 'split'
                    WHERE v.key = s.key AND json_extract(p.value, '$') = ? AND v.metric = ?
                          AND v.halting = ? ORDER BY v.segment DESC LIMIT 1)"
                .to_owned(),
            values: [split, metric, halting]
                .map(|text| Value::Text(text.clone()))
                .to_vec(),
        };
        let kind = Type::Number;
        names.insert(format!("{split}.{metric}{suffix}"), Name { kind, sql });
    }
    Ok(())
}

/// The metric of a score's name: what stands between the split and `.adaptive`.
fn metric_of(name: &str) -> Option<&str> {
    let (_, metric) = name.split_once('.')?;
    Some(metric.strip_suffix(ADAPTIVE).unwrap_or(metric))
}

#[cfg(test)]
mod tests {
    use super::metric_of;

    #[test]
    fn metrics_may_have_points_in_their_names() {
        for (name, metric) in [
            ("test.exact_accuracy", Some("exact_accuracy")),
            ("test.exact_accuracy.adaptive", Some("exact_accuracy")),
            (
                "test.participation_ratio.z_h",
                Some("participation_ratio.z_h"),
            ),
            ("seed", None),
        ] {
            assert_eq!(metric_of(name), metric);
        }
    }
}
