//! Rows of values as a table, CSV, JSON or Parquet.

mod parquet;

use crate::cli::{RowArgs, RowFormat};
use crate::error::CliError;
use crate::output;
use hrm_store::{QueryResult, QueryValue};
use serde_json::{Map, Value};

/// Prints the rows, or writes them to a file.
pub(crate) fn write(rows: &QueryResult, args: &RowArgs) -> Result<(), CliError> {
    output::put(args.out.as_deref(), &bytes(rows, args.format)?)
}

/// The rows as a text that ends in a line break, or as a Parquet file.
pub(crate) fn bytes(rows: &QueryResult, format: RowFormat) -> Result<Vec<u8>, CliError> {
    let text = match format {
        RowFormat::Table => crate::table::of_rows(&rows.columns, &texts(rows)),
        RowFormat::Csv => csv_text(&rows.columns, &texts(rows))
            .trim_end_matches("\r\n")
            .to_owned(),
        RowFormat::Json => output::json_text(&objects(rows))?,
        RowFormat::Parquet => return parquet::bytes(rows),
    };
    Ok((text + "\n").into_bytes())
}

/// As in a table or a CSV field: nothing for a missing value.
fn text(value: &QueryValue) -> String {
    match value {
        QueryValue::Null => String::new(),
        QueryValue::Text(text) => text.clone(),
        // JSON has no infinity.
        QueryValue::Real(number) if !number.is_finite() => number.to_string(),
        QueryValue::Integer(_) | QueryValue::Real(_) => json(value).to_string(),
        QueryValue::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

fn json(value: &QueryValue) -> Value {
    match value {
        QueryValue::Null => Value::Null,
        QueryValue::Integer(number) => (*number).into(),
        QueryValue::Real(number) => (*number).into(),
        QueryValue::Text(_) | QueryValue::Blob(_) => text(value).into(),
    }
}

fn texts(rows: &QueryResult) -> Vec<Vec<String>> {
    let row = |row: &Vec<QueryValue>| row.iter().map(text).collect();
    rows.rows.iter().map(row).collect()
}

/// Where two columns have one name, the later one wins.
fn objects(rows: &QueryResult) -> Vec<Map<String, Value>> {
    let object = |row: &Vec<QueryValue>| {
        let values = row.iter().map(json);
        rows.columns.iter().cloned().zip(values).collect()
    };
    rows.rows.iter().map(object).collect()
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

    fn rows() -> QueryResult {
        QueryResult {
            columns: vec!["a".into(), "b,c".into()],
            rows: vec![
                vec![QueryValue::Integer(1), QueryValue::Text("x \"y\"".into())],
                vec![QueryValue::Null, QueryValue::Real(0.5)],
                vec![
                    QueryValue::Blob(vec![10, 255]),
                    QueryValue::Text(String::new()),
                ],
                vec![QueryValue::Null, QueryValue::Real(f64::INFINITY)],
            ],
        }
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let csv = String::from_utf8(bytes(&rows(), RowFormat::Csv).unwrap()).unwrap();
        let expected = "a,\"b,c\"\r\n1,\"x \"\"y\"\"\"\r\n,0.5\r\n0aff,\r\n,inf\n";
        assert_eq!(csv, expected);
    }

    #[test]
    fn json_keeps_types() {
        let objects = serde_json::to_value(objects(&rows())).unwrap();
        let first = serde_json::json!({ "a": 1, "b,c": "x \"y\"" });
        assert_eq!(objects[0], first);
        assert_eq!(objects[1]["a"], Value::Null);
        assert_eq!(objects[3]["b,c"], Value::Null);
    }
}
