//! Curves of trainings.

use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::{Database, DatabaseError, ROWS_PER_STATEMENT, integer};
use crate::Key;
use crate::rows::MetricRow;

impl Database {
    /// Records points of the curves of the training `key`; a point that is there already is replaced.
    pub fn record_metrics(&self, key: &Key, rows: &[MetricRow]) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new("INSERT INTO metrics (key, name, step, value) ")
                    .push_values(rows, |mut values, row| {
                        values
                            .push_bind(*key)
                            .push_bind(row.name.clone())
                            .push_bind(integer(row.step))
                            .push_bind(row.value);
                    })
                    .push(" ON CONFLICT (key, name, step) DO UPDATE SET value = excluded.value")
                    .build()
                    .execute(&mut *transaction)
                    .await?;
            }
            transaction.commit().await
        })
    }

    /// Removes the points of the training `key` after `step`: it goes on from a checkpoint made there.
    pub fn delete_metrics_after(&self, key: &Key, step: u64) -> Result<(), DatabaseError> {
        self.block(
            sqlx::query("DELETE FROM metrics WHERE key = ?1 AND step > ?2")
                .bind(key)
                .bind(integer(step))
                .execute(&self.pool),
        )?;
        Ok(())
    }

    /// The curves `names` of the training `key` (all of them if `names` is empty), by name and step.
    pub fn metrics(&self, key: &Key, names: &[&str]) -> Result<Vec<MetricRow>, DatabaseError> {
        let query = match names {
            [] => sqlx::query_as(
                "SELECT name, step, value FROM metrics WHERE key = ?1 ORDER BY name, step",
            ),
            _ => sqlx::query_as(
                "SELECT name, step, value FROM metrics
                 WHERE key = ?1 AND name IN (SELECT value FROM json_each(?2)) ORDER BY name, step",
            ),
        };
        self.block(query.bind(key).bind(Json(names)).fetch_all(&self.pool))
    }
}
