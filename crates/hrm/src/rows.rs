//! Rows of values as a table, CSV or JSON.

use crate::cli::RowFormat;
use crate::error::CliError;
use crate::output;
use hrm_store::{QueryResult, QueryValue};
use serde_json::{Map, Value};

/// Named columns and rows of as many values.
pub(crate) struct Rows {
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell(Value);

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self(Value::String(text))
    }
}

impl From<QueryValue> for Cell {
    fn from(value: QueryValue) -> Self {
        Self(match value {
            QueryValue::Null => Value::Null,
            QueryValue::Integer(number) => number.into(),
            QueryValue::Real(number) => number.into(),
            QueryValue::Text(text) => text.into(),
            QueryValue::Blob(bytes) => {
                let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                hex.concat().into()
            }
        })
    }
}

impl Cell {
    /// As in a table or a CSV field: nothing for a missing value.
    fn text(&self) -> String {
        match &self.0 {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

impl Rows {
    pub(crate) fn new(columns: Vec<String>, rows: Vec<Vec<Cell>>) -> Self {
        Self { columns, rows }
    }
}

impl From<QueryResult> for Rows {
    fn from(result: QueryResult) -> Self {
        let row = |row: Vec<QueryValue>| row.into_iter().map(Cell::from).collect();
        Self::new(result.columns, result.rows.into_iter().map(row).collect())
    }
}

/// Prints the rows to standard output.
pub(crate) fn print(rows: &Rows, format: RowFormat) -> Result<(), CliError> {
    match format {
        RowFormat::Table => output::line(&crate::table::of_rows(&rows.columns, &texts(rows))),
        RowFormat::Csv => output::line(csv(rows).trim_end_matches("\r\n")),
        RowFormat::Json => output::json(&objects(rows)),
    }
}

fn texts(rows: &Rows) -> Vec<Vec<String>> {
    let row = |row: &Vec<Cell>| row.iter().map(Cell::text).collect();
    rows.rows.iter().map(row).collect()
}

/// Where two columns have one name, the later one wins.
fn objects(rows: &Rows) -> Vec<Map<String, Value>> {
    let object = |row: &Vec<Cell>| {
        let values = row.iter().map(|cell| cell.0.clone());
        rows.columns.iter().cloned().zip(values).collect()
    };
    rows.rows.iter().map(object).collect()
}

fn csv(rows: &Rows) -> String {
    csv_text(&rows.columns, &texts(rows))
}

/// Fields under titles by RFC 4180.
pub(crate) fn csv_text(titles: &[String], rows: &[Vec<String>]) -> String {
    let line = |fields: &[String]| {
        let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
        fields.join(",") + "\r\n"
    };
    let body: String = rows.iter().map(|row| line(row)).collect();
    line(titles) + &body
}

fn csv_field(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        Rows::from(QueryResult {
            columns: vec!["a".into(), "b,c".into()],
            rows: vec![
                vec![QueryValue::Integer(1), QueryValue::Text("x \"y\"".into())],
                vec![QueryValue::Null, QueryValue::Real(0.5)],
                vec![
                    QueryValue::Blob(vec![10, 255]),
                    QueryValue::Text(String::new()),
                ],
            ],
        })
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let expected = "a,\"b,c\"\r\n1,\"x \"\"y\"\"\"\r\n,0.5\r\n0aff,\r\n";
        assert_eq!(csv(&rows()), expected);
    }

    #[test]
    fn json_keeps_types() {
        let objects = serde_json::to_value(objects(&rows())).unwrap();
        let first = serde_json::json!({ "a": 1, "b,c": "x \"y\"" });
        assert_eq!(objects[0], first);
        assert_eq!(objects[1]["a"], Value::Null);
    }
}
