//! Scores of final predictions by rating, and of ARC votes.

use std::collections::BTreeMap;

use sqlx::QueryBuilder;
use sqlx::types::Json;

use super::evaluations::delete;
use super::keyed::by_key;
use super::{Database, DatabaseError, ROWS_PER_STATEMENT, integer};
use crate::Key;
use crate::rows::{ArcOutcomeRow, ArcScoreRow, RatingScoreRow};

impl Database {
    /// Records the scores by rating of the evaluation `key`, replacing what was recorded before.
    pub fn record_rating_scores(
        &self,
        key: &Key,
        rows: &[RatingScoreRow],
    ) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            let statement = "DELETE FROM rating_scores WHERE key = ?1";
            delete(&mut transaction, statement, key).await?;
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new(
                    "INSERT INTO rating_scores
                     (key, metric, rating_min, rating_max, numerator, denominator) ",
                )
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(*key)
                        .push_bind(row.metric.clone())
                        .push_bind(row.rating_min)
                        .push_bind(row.rating_max)
                        .push_bind(integer(row.numerator))
                        .push_bind(integer(row.denominator));
                })
                .build()
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        })
    }

    /// Records the scores of the votes and the outcome of each test input of the ARC evaluation
    /// `key`, replacing what was recorded before.
    pub fn record_arc(
        &self,
        key: &Key,
        scores: &[ArcScoreRow],
        outcomes: &[ArcOutcomeRow],
    ) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            let statement = "DELETE FROM arc_scores WHERE key = ?1";
            delete(&mut transaction, statement, key).await?;
            let statement = "DELETE FROM arc_outcomes WHERE key = ?1";
            delete(&mut transaction, statement, key).await?;
            for rows in scores.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new(
                    "INSERT INTO arc_scores
                     (key, augmentations, rule, k, numerator, denominator, tasks) ",
                )
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(*key)
                        .push_bind(row.augmentations)
                        .push_bind(row.rule.clone())
                        .push_bind(row.k)
                        .push_bind(integer(row.numerator))
                        .push_bind(integer(row.denominator))
                        .push_bind(integer(row.tasks));
                })
                .build()
                .execute(&mut *transaction)
                .await?;
            }
            for rows in outcomes.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new(
                    "INSERT INTO arc_outcomes (key, task, test_index, votes, candidates, rank) ",
                )
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(*key)
                        .push_bind(row.task.clone())
                        .push_bind(row.test_index)
                        .push_bind(row.votes)
                        .push_bind(row.candidates)
                        .push_bind(row.rank);
                })
                .build()
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        })
    }

    /// The scores by rating of the evaluation `key`, by metric and rating, unrated puzzles first.
    pub fn rating_scores(&self, key: &Key) -> Result<Vec<RatingScoreRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT metric, rating_min, rating_max, numerator, denominator
                 FROM rating_scores WHERE key = ?1 ORDER BY metric, rating_min",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
    }

    /// The scores of the votes of the ARC evaluation `key`, by number of augmentations, rule and K.
    pub fn arc_scores(&self, key: &Key) -> Result<Vec<ArcScoreRow>, DatabaseError> {
        Ok(self
            .all_arc_scores(&[*key])?
            .remove(key)
            .unwrap_or_default())
    }

    /// The same of several evaluations.
    pub fn all_arc_scores(
        &self,
        keys: &[Key],
    ) -> Result<BTreeMap<Key, Vec<ArcScoreRow>>, DatabaseError> {
        let rows = self.block(
            sqlx::query_as(
                "SELECT key, augmentations, rule, k, numerator, denominator, tasks
                 FROM arc_scores WHERE key IN (SELECT value FROM json_each(?1))
                 ORDER BY key, augmentations, rule, k",
            )
            .bind(Json(keys))
            .fetch_all(&self.pool),
        )?;
        Ok(by_key(rows))
    }

    /// What the votes of the ARC evaluation `key` say about each test input, by task.
    pub fn arc_outcomes(&self, key: &Key) -> Result<Vec<ArcOutcomeRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT task, test_index, votes, candidates, rank
                 FROM arc_outcomes WHERE key = ?1 ORDER BY task, test_index",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
    }
}
