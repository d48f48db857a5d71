//! What the hidden states of an evaluation's probed puzzles did.

use sqlx::QueryBuilder;

use super::evaluations::delete;
use super::{Database, DatabaseError, ROWS_PER_STATEMENT, integer};
use crate::Key;
use crate::rows::{ParticipationRow, ResidualRow};

impl Database {
    /// Records what the hidden states did in the evaluation `key`, replacing what was recorded before.
    pub fn record_hidden_states(
        &self,
        key: &Key,
        residuals: &[ResidualRow],
        participation: &[ParticipationRow],
    ) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            let statement = "DELETE FROM state_residuals WHERE key = ?1";
            delete(&mut transaction, statement, key).await?;
            let statement = "DELETE FROM participation_ratios WHERE key = ?1";
            delete(&mut transaction, statement, key).await?;
            for rows in residuals.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new(
                    "INSERT INTO state_residuals (key, step, state, segment, value) ",
                )
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(*key)
                        .push_bind(row.step)
                        .push_bind(row.state.clone())
                        .push_bind(row.segment)
                        .push_bind(row.value);
                })
                .build()
                .execute(&mut *transaction)
                .await?;
            }
            for rows in participation.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new("INSERT INTO participation_ratios (key, state, puzzles, value) ")
                    .push_values(rows, |mut values, row| {
                        values
                            .push_bind(*key)
                            .push_bind(row.state.clone())
                            .push_bind(integer(row.puzzles))
                            .push_bind(row.value);
                    })
                    .build()
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await
        })
    }

    /// The residuals of the evaluation `key` in the order of the updates.
    pub fn residuals(&self, key: &Key) -> Result<Vec<ResidualRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT step, state, segment, value FROM state_residuals WHERE key = ?1 ORDER BY step",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
    }

    /// The participation ratios of the evaluation `key` by state and number of puzzles.
    pub fn participation_ratios(&self, key: &Key) -> Result<Vec<ParticipationRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT state, puzzles, value FROM participation_ratios
                 WHERE key = ?1 ORDER BY state, puzzles",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
    }
}
