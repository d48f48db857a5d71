//! Past evaluations, found by a filter over configuration, scores and circumstances.

mod names;

use crate::RunnerError;
use hrm_filter::{Filter, Schema, Sql, Value};
use hrm_store::{Database, QueryResult, QueryValue};
use names::{Name, Names, names};
use std::collections::BTreeSet;

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

/// The rows of evaluations that a filter may speak of: the latest run of each, with its training.
const FROM: &str = "FROM (SELECT max(id) AS id FROM stage_runs
          WHERE kind = 'evaluate' AND status IN ('done', 'cached') GROUP BY key) AS latest
    CROSS JOIN stage_runs AS s ON s.id = latest.id
    JOIN workflow_runs AS r ON r.id = s.run_id
    JOIN artifact_inputs AS i ON i.key = s.key
    JOIN artifacts AS t ON t.key = i.input_key AND t.kind = 'train'
    WHERE true";

/// Finds evaluations.
///
/// # Errors
/// Where the filter, a column or the sorting names something that does not exist, or the filter
/// compares with a value of another type.
pub fn find(database: &Database, find: &Find<'_>) -> Result<QueryResult, RunnerError> {
    let sql = match statement(&names(database, Some(&spoken_of(find)))?, find) {
        // To say which name is meant, all of them have to be known.
        Err(RunnerError::Filter { .. }) => statement(&names(database, None)?, find)?,
        sql => sql?,
    };
    let values: Vec<QueryValue> = sql.values.into_iter().map(bound).collect();
    Ok(database.query(&sql.text, &values)?)
}

/// Every name that is asked for, whether it exists or not.
fn spoken_of<'a>(find: &Find<'a>) -> BTreeSet<&'a str> {
    let filter = find.filter.map(hrm_filter::names_of).unwrap_or_default();
    let sort = find.sort.map(|sort| sort.strip_prefix('-').unwrap_or(sort));
    let columns = find.columns.iter().map(String::as_str);
    columns.chain(filter).chain(sort).collect()
}

fn statement(names: &Names, find: &Find<'_>) -> Result<Sql, RunnerError> {
    let columns = match find.columns {
        [] => usual_columns(names),
        columns => columns.to_vec(),
    };
    let mut sql = Sql::from("SELECT ");
    for (index, column) in columns.iter().enumerate() {
        push(
            &mut sql,
            if index == 0 { "" } else { ", " },
            &known(names, column)?.sql,
        );
        sql.text += &format!(" AS \"{column}\"");
    }
    sql.text += &format!(" {FROM}");
    if let Some(filter) = find.filter {
        push(
            &mut sql,
            " AND ",
            &parse(names, filter)?.to_sql(|name| sql_of(names, name)),
        );
    }
    let (name, direction) = match find.sort {
        Some(sort) => match sort.strip_prefix('-') {
            Some(name) => (Some(name), "DESC"),
            None => (Some(sort), "ASC"),
        },
        None => (None, "DESC"),
    };
    let by = name.map(|name| known(names, name)).transpose()?;
    push(
        &mut sql,
        " ORDER BY ",
        &by.map_or_else(|| Sql::from("s.id"), |name| name.sql.clone()),
    );
    sql.text += &format!(" {direction}, s.id DESC LIMIT {}", find.limit);
    Ok(sql)
}

/// The names that filters and columns may use.
///
/// # Errors
/// Where the database cannot be read.
pub fn result_names(database: &Database) -> Result<Vec<String>, RunnerError> {
    Ok(names(database, None)?.into_keys().collect())
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
