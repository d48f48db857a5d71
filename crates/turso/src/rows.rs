//! What a query answers.

use crate::{Error, Result};
use rusqlite::types::{FromSql, FromSqlError, Value, ValueRef};
use std::collections::VecDeque;

/// The rows of an answer, all of them read.
#[derive(Debug)]
pub struct Rows(VecDeque<Row>);

impl Rows {
    pub(crate) fn read(mut rows: rusqlite::Rows<'_>) -> Result<Self> {
        let mut read = VecDeque::new();
        while let Some(row) = rows.next()? {
            read.push_back(Row::read(row)?);
        }
        Ok(Self(read))
    }

    /// The next row, or `None` after the last.
    ///
    /// # Errors
    ///
    /// None: the rows are there already.
    pub async fn next(&mut self) -> Result<Option<Row>> {
        Ok(self.0.pop_front())
    }
}

/// One row.
#[derive(Debug)]
pub struct Row(Vec<Value>);

impl Row {
    pub(crate) fn read(row: &rusqlite::Row<'_>) -> Result<Self> {
        let columns = row.as_ref().column_count();
        let values = (0..columns).map(|column| row.get(column));
        Ok(Self(values.collect::<rusqlite::Result<_>>()?))
    }

    /// The value in column `index`, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Error::Error`] where there is no such column, or its value is of another type.
    pub fn get<T: FromSql>(&self, index: usize) -> Result<T> {
        let value = self
            .0
            .get(index)
            .ok_or_else(|| Error::Error(format!("a row has no column {index}")))?;
        T::column_result(ValueRef::from(value))
            .map_err(|error: FromSqlError| Error::Error(format!("column {index}: {error}")))
    }
}
