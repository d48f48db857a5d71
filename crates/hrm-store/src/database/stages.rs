//! Stages of runs.

use super::{Database, DatabaseError};
use crate::Key;
use crate::rows::{StageCost, StageDuration, StageRunRow};

/// How many past durations an estimate looks at.
const HISTORY: u32 = 20;

impl Database {
    /// Number of the row of an instance of a run, if it is there.
    pub(super) fn stage_row(
        &self,
        run_id: &str,
        instance: &str,
    ) -> Result<Option<i64>, DatabaseError> {
        self.block(
            sqlx::query_scalar("SELECT id FROM stage_runs WHERE run_id = ?1 AND instance = ?2")
                .bind(run_id)
                .bind(instance)
                .fetch_optional(&self.pool),
        )
    }

    /// Number of the row of the stage run that made the artifact `key` last, if it is known.
    pub fn producer(&self, key: &Key) -> Result<Option<i64>, DatabaseError> {
        self.block(
            sqlx::query_scalar(
                "SELECT id FROM stage_runs WHERE key = ?1 AND status = 'done'
                 ORDER BY id DESC LIMIT 1",
            )
            .bind(key)
            .fetch_optional(&self.pool),
        )
    }

    /// The artifacts that runs made or found and that were never read into the database: kind and key.
    pub fn unindexed(&self) -> Result<Vec<(String, Key)>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT DISTINCT kind, key FROM stage_runs
                 WHERE key IS NOT NULL AND key NOT IN (SELECT key FROM artifacts)",
            )
            .fetch_all(&self.pool),
        )
    }

    /// The stages of the run with the full id `run_id`, in the order of their start.
    pub fn stages_of(&self, run_id: &str) -> Result<Vec<StageRunRow>, DatabaseError> {
        self.block(
            sqlx::query_as("SELECT * FROM stage_runs WHERE run_id = ?1 ORDER BY id")
                .bind(run_id)
                .fetch_all(&self.pool),
        )
    }

    /// How long the stage `name` of `kind` took when it was done, in any workflow; latest first, a few.
    pub fn stage_history(
        &self,
        kind: &str,
        name: &str,
    ) -> Result<Vec<StageDuration>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT instance, key, device, seconds FROM stage_runs
                 WHERE kind = ?1 AND name = ?2 AND status = 'done'
                       AND seconds IS NOT NULL AND key IS NOT NULL
                 ORDER BY id DESC LIMIT ?3",
            )
            .bind(kind)
            .bind(name)
            .bind(HISTORY)
            .fetch_all(&self.pool),
        )
    }

    /// Key of the latest finished stage of `kind` that is named `name` or has it as its instance id.
    pub fn latest_key(&self, kind: &str, name: &str) -> Result<Option<Key>, DatabaseError> {
        self.block(
            sqlx::query_scalar(
                "SELECT key FROM stage_runs
                 WHERE kind = ?1 AND (instance = ?2 OR name = ?2 OR kind || '.' || name = ?2)
                       AND status IN ('done', 'cached') AND key IS NOT NULL
                 ORDER BY id DESC LIMIT 1",
            )
            .bind(kind)
            .bind(name)
            .fetch_optional(&self.pool),
        )
    }

    /// What the work behind the artifact with this key cost: that of the stage run that finished it and of
    /// the interrupted ones that it went on from. Runs that were killed left no time. There is no energy
    /// where one of them does not know it. `None` where no run is known.
    pub fn cost_of(&self, key: &Key) -> Result<Option<StageCost>, DatabaseError> {
        let cost: Option<StageCost> = self.block(
            sqlx::query_as(
                "SELECT SUM(seconds) AS seconds,
                        CASE WHEN COUNT(*) = COUNT(energy_joules) THEN SUM(energy_joules) END
                        AS energy_joules
                 FROM stage_runs
                 WHERE key = ?1 AND status IN ('done', 'interrupted') AND seconds IS NOT NULL
                       AND id > COALESCE((SELECT id FROM stage_runs WHERE key = ?1 AND status = 'done'
                                          ORDER BY id DESC LIMIT 1 OFFSET 1), 0)
                 HAVING COUNT(*) > 0",
            )
            .bind(key)
            .fetch_optional(&self.pool),
        )?;
        Ok(cost)
    }
}
