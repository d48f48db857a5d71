use crate::{Connection, Result};
use std::ops::Deref;

/// When a transaction takes the lock for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionBehavior {
    /// At its first write.
    Deferred,
    /// At its start.
    Immediate,
}

/// Writes that are kept together or not at all. Dropped without [`commit`](Self::commit), none is kept.
#[derive(Debug)]
pub struct Transaction<'connection> {
    connection: &'connection Connection,
    over: bool,
}

impl Connection {
    /// Starts a transaction.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) when the lock cannot be had in time.
    pub async fn transaction_with_behavior(
        &mut self,
        behavior: TransactionBehavior,
    ) -> Result<Transaction<'_>> {
        self.0.execute_batch(match behavior {
            TransactionBehavior::Deferred => "BEGIN DEFERRED",
            TransactionBehavior::Immediate => "BEGIN IMMEDIATE",
        })?;
        Ok(Transaction {
            connection: self,
            over: false,
        })
    }
}

impl Transaction<'_> {
    /// Keeps what was written.
    ///
    /// # Errors
    ///
    /// [`Error`](crate::Error) when the file cannot be written; then nothing is kept.
    pub async fn commit(mut self) -> Result<()> {
        self.connection.0.execute_batch("COMMIT")?;
        self.over = true;
        Ok(())
    }
}

impl Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.over {
            // Fails only where SQLite has undone the transaction itself.
            let _ = self.connection.0.execute_batch("ROLLBACK");
        }
    }
}
