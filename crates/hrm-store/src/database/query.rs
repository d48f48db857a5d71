//! Queries that users write.

use serde::Serialize;
use sqlx::sqlite::SqliteRow;
use sqlx::{
    AssertSqlSafe, Column, Executor, Row, SqlSafeStr, Statement, TypeInfo, Value, ValueRef,
};

use super::statement::check_reading;
use super::{Database, DatabaseError};

/// What a query gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryResult {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows of as many values.
    pub rows: Vec<Vec<QueryValue>>,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum QueryValue {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// A column of one of the views that queries are written against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViewColumn {
    /// Name of the view.
    pub view: String,
    /// Name of the column.
    pub column: String,
}

impl Database {
    /// Runs one reading statement with `values` bound to its placeholders. Meant for a database opened
    /// by [`Database::open_readonly`], which refuses to write whatever the statement says.
    ///
    /// # Errors
    /// Where the text is no single reading statement, or SQLite refuses it.
    pub fn query(&self, sql: &str, values: &[QueryValue]) -> Result<QueryResult, DatabaseError> {
        check_reading(sql).map_err(|reason| DatabaseError::Statement { reason })?;
        let work = async {
            let statement = self.pool.prepare(AssertSqlSafe(sql).into_sql_str()).await?;
            let columns = statement.columns().iter();
            let columns = columns.map(|column| column.name().to_owned()).collect();
            let query = values
                .iter()
                .fold(statement.query(), |query, value| match value {
                    QueryValue::Null => query.bind(None::<i64>),
                    QueryValue::Integer(number) => query.bind(number),
                    QueryValue::Real(number) => query.bind(number),
                    QueryValue::Text(text) => query.bind(text),
                    QueryValue::Blob(bytes) => query.bind(bytes),
                });
            let rows = query.fetch_all(&self.pool).await?;
            Ok((columns, rows))
        };
        let (columns, rows) = self.block(work).map_err(statement_error)?;
        let rows = rows.iter().map(values_of).collect::<Result<_, _>>();
        let rows = rows.map_err(|source| DatabaseError::of(source, &self.store))?;
        Ok(QueryResult { columns, rows })
    }

    /// The columns of every view, in the order of their definition.
    pub fn views(&self) -> Result<Vec<ViewColumn>, DatabaseError> {
        let rows: Vec<(String, String)> = self.block(
            sqlx::query_as(
                "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
                 WHERE m.type = 'view' ORDER BY m.rowid, c.cid",
            )
            .fetch_all(&self.pool),
        )?;
        let column = |(view, column)| ViewColumn { view, column };
        Ok(rows.into_iter().map(column).collect())
    }
}

fn values_of(row: &SqliteRow) -> Result<Vec<QueryValue>, sqlx::Error> {
    (0..row.len()).map(|index| value(row, index)).collect()
}

fn value(row: &SqliteRow, index: usize) -> Result<QueryValue, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(QueryValue::Null);
    }
    let owned = ValueRef::to_owned(&raw);
    let kind = owned.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" | "BOOLEAN" => QueryValue::Integer(owned.try_decode_unchecked()?),
        "REAL" => QueryValue::Real(owned.try_decode_unchecked()?),
        "BLOB" => QueryValue::Blob(owned.try_decode_unchecked()?),
        _ => QueryValue::Text(owned.try_decode_unchecked()?),
    })
}

/// What SQLite says of a statement is about the user's text, not about the database.
fn statement_error(error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Query {
            source: sqlx::Error::Database(source),
            ..
        } => DatabaseError::Statement {
            reason: source.message().to_owned(),
        },
        other => other,
    }
}
