//! Results of evaluations.

use std::collections::BTreeMap;

use serde::Deserialize;
use sqlx::types::Json;
use sqlx::{QueryBuilder, Sqlite, Transaction};

use super::keyed::by_key;
use super::{Database, DatabaseError, ROWS_PER_STATEMENT, integer};
use crate::Key;
use crate::rows::{OutcomeRow, SummaryRow};

impl Database {
    /// Records what the evaluation `key` measured, replacing what was recorded before.
    pub fn record_summaries(&self, key: &Key, rows: &[SummaryRow]) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            delete(
                &mut transaction,
                "DELETE FROM evaluation_summaries WHERE key = ?1",
                key,
            )
            .await?;
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new(
                    "INSERT INTO evaluation_summaries
                     (key, metric, segment, halting, value, numerator, denominator) ",
                )
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(*key)
                        .push_bind(row.metric.clone())
                        .push_bind(row.segment)
                        .push_bind(row.halting)
                        .push_bind(row.value)
                        .push_bind(row.numerator.map(integer))
                        .push_bind(row.denominator.map(integer));
                })
                .build()
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        })
    }

    /// Records what became of each puzzle in the evaluation `key`, replacing what was recorded before.
    pub fn record_outcomes(&self, key: &Key, rows: &[OutcomeRow]) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            delete(
                &mut transaction,
                "DELETE FROM puzzle_outcomes WHERE key = ?1",
                key,
            )
            .await?;
            for rows in rows.chunks(ROWS_PER_STATEMENT) {
                QueryBuilder::new(
                    "INSERT INTO puzzle_outcomes
                     (key, puzzle, first_exact_segment, exact_last, exact_halt, halt_segment,
                      correct_cells, counted_cells, difficulty, correct_blank_cells, blank_cells,
                      rules_kept, givens_kept, shortest_path, valid_path) ",
                )
                .push_values(rows, |mut values, row| {
                    values
                        .push_bind(*key)
                        .push_bind(row.puzzle)
                        .push_bind(row.first_exact_segment)
                        .push_bind(row.exact_last)
                        .push_bind(row.exact_halt)
                        .push_bind(row.halt_segment)
                        .push_bind(row.correct_cells)
                        .push_bind(row.counted_cells)
                        .push_bind(row.difficulty)
                        .push_bind(row.correct_blank_cells)
                        .push_bind(row.blank_cells)
                        .push_bind(row.rules_kept)
                        .push_bind(row.givens_kept)
                        .push_bind(row.shortest_path)
                        .push_bind(row.valid_path);
                })
                .build()
                .execute(&mut *transaction)
                .await?;
            }
            transaction.commit().await
        })
    }

    /// What the evaluation `key` measured, by metric, halting (fixed before adaptive) and segment.
    pub fn summaries(&self, key: &Key) -> Result<Vec<SummaryRow>, DatabaseError> {
        Ok(self.all_summaries(&[*key])?.remove(key).unwrap_or_default())
    }

    /// The same of several evaluations.
    pub fn all_summaries(
        &self,
        keys: &[Key],
    ) -> Result<BTreeMap<Key, Vec<SummaryRow>>, DatabaseError> {
        let rows = self.block(
            sqlx::query_as(
                "SELECT key, metric, segment, halting, value, numerator, denominator
                 FROM evaluation_summaries WHERE key IN (SELECT value FROM json_each(?1))
                 ORDER BY key, metric, halting DESC, segment",
            )
            .bind(Json(keys))
            .fetch_all(&self.pool),
        )?;
        Ok(by_key(rows))
    }

    /// What became of each puzzle in the evaluation `key`, by position in the split.
    ///
    /// All rows come as one JSON text: handed over row by row, tens of thousands of them take several
    /// times as long, since SQLite works on a thread of its own.
    pub fn outcomes(&self, key: &Key) -> Result<Vec<OutcomeRow>, DatabaseError> {
        let Json(rows): Json<Vec<StoredOutcome>> = self.block(
            sqlx::query_scalar(
                "SELECT json_group_array(json_array(
                            puzzle, first_exact_segment, exact_last, exact_halt, halt_segment,
                            correct_cells, counted_cells, difficulty, correct_blank_cells, blank_cells,
                            rules_kept, givens_kept, shortest_path, valid_path))
                 FROM puzzle_outcomes WHERE key = ?1",
            )
            .bind(key)
            .fetch_one(&self.pool),
        )?;
        let mut rows: Vec<OutcomeRow> = rows.into_iter().map(OutcomeRow::from).collect();
        // They lie in this order; SQLite, asked for it, would sort them once more.
        rows.sort_unstable_by_key(|row| row.puzzle);
        Ok(rows)
    }
}

/// The columns of an outcome as SQLite has them: whole numbers all, 0 and 1 for false and true.
#[derive(Deserialize)]
struct StoredOutcome(
    u32,
    Option<u32>,
    u8,
    Option<u8>,
    Option<u32>,
    u32,
    u32,
    Option<i64>,
    Option<u32>,
    Option<u32>,
    Option<u8>,
    Option<u8>,
    Option<u8>,
    Option<u8>,
);

impl From<StoredOutcome> for OutcomeRow {
    fn from(stored: StoredOutcome) -> Self {
        let truth = |number: Option<u8>| number.map(|number| number != 0);
        Self {
            puzzle: stored.0,
            first_exact_segment: stored.1,
            exact_last: stored.2 != 0,
            exact_halt: truth(stored.3),
            halt_segment: stored.4,
            correct_cells: stored.5,
            counted_cells: stored.6,
            difficulty: stored.7,
            correct_blank_cells: stored.8,
            blank_cells: stored.9,
            rules_kept: truth(stored.10),
            givens_kept: truth(stored.11),
            shortest_path: truth(stored.12),
            valid_path: truth(stored.13),
        }
    }
}

/// Runs a statement that removes what was recorded of a key.
pub(super) async fn delete(
    transaction: &mut Transaction<'static, Sqlite>,
    statement: &'static str,
    key: &Key,
) -> Result<(), sqlx::Error> {
    sqlx::query(statement)
        .bind(key)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
