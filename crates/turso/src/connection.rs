//! Connections.

use crate::{Result, Row, Rows};
use rusqlite::Params;
use std::time::Duration;

/// A connection to a database.
#[derive(Debug)]
pub struct Connection(pub(crate) rusqlite::Connection);

impl Connection {
    /// Runs a statement that answers nothing; the number of rows that it changed.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) with what SQLite says.
    pub async fn execute(&self, sql: impl AsRef<str>, params: impl Params) -> Result<u64> {
        let changed = self.0.prepare(sql.as_ref())?.execute(params)?;
        Ok(changed as u64)
    }

    /// Runs a statement and reads its answer.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) with what SQLite says.
    pub async fn query(&self, sql: impl AsRef<str>, params: impl Params) -> Result<Rows> {
        let mut statement = self.0.prepare(sql.as_ref())?;
        Rows::read(statement.query(params)?)
    }

    /// Runs `PRAGMA pragma` and gives each row of its answer to `row`.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) with what SQLite says, or that of `row`.
    pub async fn pragma_query(
        &self,
        pragma: &str,
        mut row: impl FnMut(&Row) -> Result<()>,
    ) -> Result<()> {
        let mut statement = self.0.prepare(&format!("PRAGMA {pragma}"))?;
        let mut rows = Rows::read(statement.query(())?)?;
        while let Some(next) = rows.next().await? {
            row(&next)?;
        }
        Ok(())
    }

    /// How long a call waits for a lock that another connection holds.
    ///
    /// # Errors
    ///
    /// None.
    pub fn busy_timeout(&self, duration: Duration) -> Result<()> {
        Ok(self.0.busy_timeout(duration)?)
    }
}
