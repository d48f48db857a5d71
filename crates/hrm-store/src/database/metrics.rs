//! Curves of trainings.

use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::{Database, DatabaseError, ROWS_PER_STATEMENT, integer};
use crate::Key;
use crate::rows::{MetricRangeRow, MetricRow};

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

    /// The curve `name` of the training `key` by step, with one row for each of `ranges` ranges of steps
    /// of equal width in which there are points: a long curve as a plot can show it, without reading
    /// every point. Zero ranges count as one.
    pub fn metric_ranges(
        &self,
        key: &Key,
        name: &str,
        ranges: u32,
    ) -> Result<Vec<MetricRangeRow>, DatabaseError> {
        self.block(
            sqlx::query_as(METRIC_RANGES)
                .bind(key)
                .bind(name)
                .bind(ranges.max(1))
                .fetch_all(&self.pool),
        )
    }
}

/// The last step is found in the index. Values outside the bounds are infinite, and NaN is NULL. One
/// curve at a time: over several, grouping takes twice as long.
const METRIC_RANGES: &str = "SELECT MAX(step) AS step, COUNT(*) AS points, COUNT(value) AS finite,
            AVG(value) AS mean, MIN(value) AS low, MAX(value) AS high
     FROM (SELECT step,
                  (step - 1) / MAX(1, (SELECT (MAX(step) + ?3 - 1) / ?3 FROM metrics
                                       WHERE key = ?1 AND name = ?2)) AS range,
                  CASE WHEN value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308
                       THEN value END AS value
           FROM metrics WHERE key = ?1 AND name = ?2)
     GROUP BY range ORDER BY range";
