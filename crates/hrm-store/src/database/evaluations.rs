//! Results of evaluations.

use sqlx::{QueryBuilder, Sqlite, Transaction};

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
        self.block(
            sqlx::query_as(
                "SELECT metric, segment, halting, value, numerator, denominator
                 FROM evaluation_summaries WHERE key = ?1 ORDER BY metric, halting DESC, segment",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
    }

    /// What became of each puzzle in the evaluation `key`, by position in the split.
    pub fn outcomes(&self, key: &Key) -> Result<Vec<OutcomeRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT puzzle, first_exact_segment, exact_last, exact_halt, halt_segment,
                        correct_cells, counted_cells, difficulty, correct_blank_cells, blank_cells,
                        rules_kept, givens_kept, shortest_path, valid_path
                 FROM puzzle_outcomes WHERE key = ?1 ORDER BY puzzle",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
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
