//! Who looked at which test split.

use std::collections::BTreeMap;

use sqlx::types::Json;

use super::keyed::by_key;
use super::{Database, DatabaseError};
use crate::Key;
use crate::rows::TestEvaluationRow;

impl Database {
    /// Records that the evaluation `key`, made at `evaluated_at`, looked at the test split of the
    /// dataset with this content hash. An evaluation that is known counts once, at its first time.
    pub fn record_test_evaluation(
        &self,
        key: &Key,
        dataset_hash: &str,
        training_hash: &str,
        evaluated_at: &str,
    ) -> Result<(), DatabaseError> {
        self.block(
            sqlx::query(
                "INSERT INTO test_evaluations (dataset_hash, key, training_hash, evaluated_at)
                 VALUES (?1, ?2, ?3, ?4) ON CONFLICT (dataset_hash, key) DO NOTHING",
            )
            .bind(dataset_hash)
            .bind(key)
            .bind(training_hash)
            .bind(evaluated_at)
            .execute(&self.pool),
        )?;
        Ok(())
    }

    /// The place of the evaluation `key` among all that looked at the same test split; none if it
    /// looked at none.
    pub fn test_evaluation(&self, key: &Key) -> Result<Option<TestEvaluationRow>, DatabaseError> {
        Ok(self.test_evaluations(&[*key])?.remove(key))
    }

    /// The same of several evaluations.
    pub fn test_evaluations(
        &self,
        keys: &[Key],
    ) -> Result<BTreeMap<Key, TestEvaluationRow>, DatabaseError> {
        let rows = self.block(
            sqlx::query_as(
                "SELECT
                     this.key AS key,
                     count(*) FILTER (WHERE (other.evaluated_at, other.key)
                                            <= (this.evaluated_at, this.key)) AS ordinal,
                     count(*) AS evaluations,
                     count(DISTINCT other.training_hash) AS trainings
                 FROM test_evaluations AS this
                 JOIN test_evaluations AS other ON other.dataset_hash = this.dataset_hash
                 WHERE this.key IN (SELECT value FROM json_each(?1)) GROUP BY this.key",
            )
            .bind(Json(keys))
            .fetch_all(&self.pool),
        )?;
        // One row of each evaluation.
        let first =
            |(key, rows): (Key, Vec<TestEvaluationRow>)| Some((key, rows.first().copied()?));
        Ok(by_key(rows).into_iter().filter_map(first).collect())
    }
}
