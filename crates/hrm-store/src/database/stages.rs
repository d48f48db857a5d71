//! Stages of runs.

use super::{Database, DatabaseError, now};
use crate::rows::{NewStageRun, StageCost, StageDuration, StageRunRow};
use crate::{Key, StageStatus};

/// How many past durations an estimate looks at.
const HISTORY: u32 = 20;

impl Database {
    /// Records a stage that begins now, or that needed no work; returns the number of its row.
    pub fn start_stage(&self, stage: &NewStageRun<'_>) -> Result<i64, DatabaseError> {
        let now = now();
        let ended = stage.status != StageStatus::Running;
        let inserted = self.block(
            sqlx::query(
                "INSERT INTO stage_runs (run_id, instance, kind, name, key, status, reason, device,
                                         started_at, finished_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )
            .bind(stage.run_id)
            .bind(stage.instance)
            .bind(stage.kind)
            .bind(stage.name)
            .bind(stage.key)
            .bind(stage.status)
            .bind(stage.reason)
            .bind(stage.device)
            .bind(&now)
            .bind(ended.then_some(&now))
            .execute(&self.pool),
        )?;
        Ok(inserted.last_insert_rowid())
    }

    /// Records how a stage ended, now: after work that cost this, and with what error.
    pub fn finish_stage(
        &self,
        id: i64,
        status: StageStatus,
        cost: StageCost,
        error: Option<&str>,
    ) -> Result<(), DatabaseError> {
        self.block(
            sqlx::query(
                "UPDATE stage_runs SET status = ?2, finished_at = ?3, seconds = ?4, error = ?5,
                        energy_joules = ?6
                 WHERE id = ?1",
            )
            .bind(id)
            .bind(status)
            .bind(now())
            .bind(cost.seconds)
            .bind(error)
            .bind(cost.energy_joules)
            .execute(&self.pool),
        )?;
        Ok(())
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
