//! Past evaluations, found by a filter over configuration, scores and circumstances.

use crate::RunnerError;
use hrm_filter::{Filter, Schema, Sql, Type, Value};
use hrm_store::{Database, QueryResult, QueryValue};
use std::collections::BTreeMap;

/// Which evaluations, how sorted, and what of each.
#[derive(Debug, Clone, Default)]
pub struct Find<'a> {
    /// A filter in the language of [`hrm_filter`].
    pub filter: Option<&'a str>,
    /// Name to sort by; with a `-` before it, the largest first.
    pub sort: Option<&'a str>,
    /// Names of the columns; the usual ones where empty.
    pub columns: &'a [String],
    /// Rows at most.
    pub limit: u32,
}

/// What stands for a name in SQL.
#[derive(Debug, Clone, PartialEq)]
struct Name {
    kind: Type,
    sql: Sql,
}

type Names = BTreeMap<String, Name>;

/// The rows of evaluations that a filter may speak of: the latest run of each.
const FROM: &str = "FROM stage_runs AS s
    JOIN workflow_runs AS r ON r.id = s.run_id
    JOIN v1_evaluations AS e ON e.key = s.key
    JOIN artifacts AS t ON t.key = e.training_key
    WHERE s.id = (SELECT max(l.id) FROM stage_runs AS l
                  WHERE l.key = s.key AND l.kind = 'evaluate' AND l.status IN ('done', 'cached'))";

/// The circumstances of an evaluation.
const CIRCUMSTANCES: [(&str, Type, &str); 8] = [
    ("run", Type::Text, "s.run_id"),
    ("workflow", Type::Text, "r.workflow"),
    ("stage", Type::Text, "s.instance"),
    ("training", Type::Text, "e.training"),
    ("status", Type::Text, "r.status"),
    ("device", Type::Text, "s.device"),
    (
        "seed",
        Type::Number,
        "(json_extract(t.key_parts, '$.seed'))",
    ),
    ("started", Type::Time, "r.started_at"),
];

/// Finds evaluations.
///
/// # Errors
/// Where the filter, a column or the sorting names something that does not exist, or the filter
/// compares with a value of another type.
pub fn find(database: &Database, find: &Find<'_>) -> Result<QueryResult, RunnerError> {
    let names = names(database)?;
    let columns = match find.columns {
        [] => usual_columns(&names),
        columns => columns.to_vec(),
    };
    let mut sql = Sql::from("SELECT ");
    for (index, column) in columns.iter().enumerate() {
        push(
            &mut sql,
            if index == 0 { "" } else { ", " },
            &known(&names, column)?.sql,
        );
        sql.text += &format!(" AS \"{column}\"");
    }
    sql.text += &format!(" {FROM}");
    if let Some(filter) = find.filter {
        push(
            &mut sql,
            " AND ",
            &parse(&names, filter)?.to_sql(|name| sql_of(&names, name)),
        );
    }
    let (name, direction) = match find.sort {
        Some(sort) => match sort.strip_prefix('-') {
            Some(name) => (Some(name), "DESC"),
            None => (Some(sort), "ASC"),
        },
        None => (None, "DESC"),
    };
    let by = name.map(|name| known(&names, name)).transpose()?;
    push(
        &mut sql,
        " ORDER BY ",
        &by.map_or_else(|| Sql::from("s.id"), |name| name.sql.clone()),
    );
    sql.text += &format!(" {direction}, s.id DESC LIMIT {}", find.limit);
    let values: Vec<QueryValue> = sql.values.into_iter().map(bound).collect();
    Ok(database.query(&sql.text, &values)?)
}

/// The names that filters and columns may use.
///
/// # Errors
/// Where the database cannot be read.
pub fn result_names(database: &Database) -> Result<Vec<String>, RunnerError> {
    Ok(names(database)?.into_keys().collect())
}

fn push(sql: &mut Sql, joint: &str, more: &Sql) {
    sql.text += joint;
    sql.text += &more.text;
    sql.values.extend(more.values.iter().cloned());
}

fn parse(names: &Names, filter: &str) -> Result<Filter, RunnerError> {
    let schema: Schema = names
        .iter()
        .map(|(name, n)| (name.as_str(), n.kind))
        .collect();
    hrm_filter::parse(filter, &schema).map_err(|error| RunnerError::Filter {
        text: filter.to_owned(),
        error,
    })
}

fn sql_of(names: &Names, name: &str) -> Sql {
    // The filter was checked against the same names.
    names
        .get(name)
        .map_or_else(|| Sql::from("NULL"), |name| name.sql.clone())
}

/// Checks a column by the filter language, which knows how to suggest a name.
fn known<'a>(names: &'a Names, name: &str) -> Result<&'a Name, RunnerError> {
    match names.get(name) {
        Some(found) => Ok(found),
        None => match parse(names, &format!("{name} is null")) {
            Err(RunnerError::Filter { error, .. }) => Err(RunnerError::Filter {
                text: name.to_owned(),
                error,
            }),
            _ => Err(RunnerError::Malformed {
                what: format!("column `{name}`"),
                problem: "is no name".to_owned(),
            }),
        },
    }
}

fn usual_columns(names: &Names) -> Vec<String> {
    let scores = names
        .keys()
        .filter(|name| name.ends_with(".exact_accuracy"))
        .cloned();
    let first = ["run", "training", "stage"].map(str::to_owned);
    first
        .into_iter()
        .chain(scores)
        .chain(["started".to_owned()])
        .collect()
}

fn names(database: &Database) -> Result<Names, RunnerError> {
    let mut names = Names::new();
    for (name, kind, sql) in CIRCUMSTANCES {
        let sql = Sql::from(sql);
        names.insert(name.to_owned(), Name { kind, sql });
    }
    parameters(database, &mut names)?;
    scores(database, &mut names)?;
    Ok(names)
}

/// Keys of trainings by their path, keys of evaluations with `evaluate.` before it.
fn parameters(database: &Database, names: &mut Names) -> Result<(), RunnerError> {
    let found = database.query(
        "SELECT DISTINCT kind, parameter, json_type(value) FROM v1_parameters
         WHERE kind IN ('train', 'evaluate')",
        &[],
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
            "train" => (path.clone(), "e.training_key"),
            _ => (format!("evaluate.{path}"), "e.key"),
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
fn scores(database: &Database, names: &mut Names) -> Result<(), RunnerError> {
    let found = database.query(
        "SELECT DISTINCT json_extract(p.value, '$'), s.metric, s.halting
         FROM v1_scores AS s JOIN parameters AS p ON p.key = s.key AND p.path = 'split'",
        &[],
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
        let suffix = if halting == "adaptive" {
            ".adaptive"
        } else {
            ""
        };
        let sql = Sql {
            text: "(SELECT v.value FROM evaluation_summaries AS v
                    JOIN parameters AS p ON p.key = v.key AND p.path = 'split'
                    WHERE v.key = e.key AND json_extract(p.value, '$') = ? AND v.metric = ?
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

fn bound(value: Value) -> QueryValue {
    match value {
        Value::Integer(number) => QueryValue::Integer(number),
        Value::Real(number) => QueryValue::Real(number),
        Value::Text(text) => QueryValue::Text(text),
        Value::Boolean(truth) => QueryValue::Integer(i64::from(truth)),
        // As the database stores moments.
        Value::Time(time) => QueryValue::Text(format!("{time:.6}")),
    }
}
