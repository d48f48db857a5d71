//! Rows as a Parquet file, compressed by Snappy, which every reader knows.

use super::text;
use crate::error::CliError;
use crate::exit::Exit;
use hrm_store::{QueryResult, QueryValue};
use polars::prelude::{
    Column, DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, PolarsResult,
    Series,
};

/// The rows with a type for each column: 64-bit integers, 64-bit floats where one value is no integer,
/// and text where one value is no number. A column without any value has no type.
pub(super) fn bytes(rows: &QueryResult) -> Result<Vec<u8>, CliError> {
    written(rows).map_err(|error| {
        let message = format!("the rows cannot be written as Parquet: {error}");
        CliError::new(Exit::Usage, message).help("give every column a name of its own")
    })
}

fn written(rows: &QueryResult) -> PolarsResult<Vec<u8>> {
    let column = |(index, name): (usize, &String)| {
        let values = rows.rows.iter().filter_map(|row| row.get(index));
        column(name, &values.collect::<Vec<_>>())
    };
    let columns = rows.columns.iter().enumerate().map(column).collect();
    let mut frame = DataFrame::new(rows.rows.len(), columns)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Snappy)
        .finish(&mut frame)?;
    Ok(bytes)
}

fn column(name: &str, values: &[&QueryValue]) -> Column {
    let name = name.into();
    let present = || values.iter().filter(|value| ***value != QueryValue::Null);
    let series = if present().next().is_none() {
        Series::new_null(name, values.len())
    } else if present().all(|value| matches!(value, QueryValue::Integer(_))) {
        Series::new(name, values.iter().map(|v| integer(v)).collect::<Vec<_>>())
    } else if present().all(|value| real(value).is_some()) {
        Series::new(name, values.iter().map(|v| real(v)).collect::<Vec<_>>())
    } else {
        let text = |value: &&QueryValue| (**value != QueryValue::Null).then(|| text(value));
        Series::new(name, values.iter().map(text).collect::<Vec<_>>())
    };
    series.into_column()
}

fn integer(value: &QueryValue) -> Option<i64> {
    match value {
        QueryValue::Integer(number) => Some(*number),
        _ => None,
    }
}

fn real(value: &QueryValue) -> Option<f64> {
    match value {
        QueryValue::Integer(number) => Some(*number as f64),
        QueryValue::Real(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{ParquetReader, SerReader};
    use std::io::Cursor;

    fn rows(columns: [&str; 5]) -> QueryResult {
        let text = |text: &str| QueryValue::Text(text.to_owned());
        let (integer, real) = (QueryValue::Integer, QueryValue::Real);
        QueryResult {
            columns: columns.map(str::to_owned).to_vec(),
            rows: vec![
                vec![
                    integer(i64::MAX),
                    integer(1),
                    text("é"),
                    integer(3),
                    QueryValue::Null,
                ],
                vec![
                    QueryValue::Null,
                    real(f64::INFINITY),
                    QueryValue::Null,
                    text("x"),
                    QueryValue::Null,
                ],
            ],
        }
    }

    #[test]
    fn columns_have_the_type_that_all_their_values_have() {
        let bytes = bytes(&rows(["i", "f", "t", "mixed", "nothing"])).unwrap();
        let frame = ParquetReader::new(Cursor::new(bytes)).finish().unwrap();
        let column = |name: &str| frame.column(name).unwrap().clone();
        let integers: Vec<_> = column("i").i64().unwrap().iter().collect();
        assert_eq!(integers, [Some(i64::MAX), None]);
        let reals: Vec<_> = column("f").f64().unwrap().iter().collect();
        assert_eq!(reals, [Some(1.0), Some(f64::INFINITY)]);
        let texts = column("t").str().unwrap().clone();
        assert_eq!((texts.get(0), texts.get(1)), (Some("é"), None));
        let mixed = column("mixed").str().unwrap().clone();
        assert_eq!((mixed.get(0), mixed.get(1)), (Some("3"), Some("x")));
        assert_eq!(column("nothing").null_count(), 2);
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let error = bytes(&rows(["a", "a", "b", "c", "d"]))
            .unwrap_err()
            .to_string();
        assert!(error.contains("a name of its own"), "{error}");
    }
}
