//! Workflow runs.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use sqlx::types::Json;

use super::{Database, DatabaseError, environments, now};
use crate::rows::{NewRun, RunRow};
use crate::{Key, RunStatus};

/// Hexadecimal digits of a run's id: short enough to type, long enough for millions of runs.
pub(super) const RUN_ID_DIGITS: usize = 12;

impl Database {
    /// Records a run that begins now; returns its id. It counts as alive until [`Database::finish_run`],
    /// or until this `Database` is dropped or its process ends.
    pub fn insert_run(&self, run: &NewRun<'_>) -> Result<String, DatabaseError> {
        let id = new_run_id();
        self.keep_alive(&id)?;
        self.block(async {
            let mut transaction = self.begin().await?;
            let environment_id = environments::insert(&mut transaction, run.environment).await?;
            sqlx::query(
                "INSERT INTO workflow_runs (id, workflow, file, command, status, started_at,
                                            environment_id, config)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )
            .bind(&id)
            .bind(run.workflow)
            .bind(run.file)
            .bind(run.command)
            .bind(RunStatus::Running)
            .bind(now())
            .bind(environment_id)
            .bind(Json(run.config))
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        })?;
        Ok(id)
    }

    /// Records how a run ended, now.
    pub fn finish_run(&self, id: &str, status: RunStatus) -> Result<(), DatabaseError> {
        self.block(
            sqlx::query("UPDATE workflow_runs SET status = ?2, finished_at = ?3 WHERE id = ?1")
                .bind(id)
                .bind(status)
                .bind(now())
                .execute(&self.pool),
        )?;
        self.let_go(id);
        Ok(())
    }

    /// The latest `limit` runs, latest first: in the order in which they began, not by their times, which
    /// are wrong where the clock was.
    pub fn runs(&self, limit: u32) -> Result<Vec<RunRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT id, workflow, file, command, status, started_at, finished_at, environment_id
                 FROM workflow_runs ORDER BY rowid DESC LIMIT ?1",
            )
            .bind(limit)
            .fetch_all(&self.pool),
        )
    }

    /// The latest run of a workflow.
    pub fn last_run_of(&self, workflow: &str) -> Result<Option<RunRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT id, workflow, file, command, status, started_at, finished_at, environment_id
                 FROM workflow_runs WHERE workflow = ?1 ORDER BY rowid DESC LIMIT 1",
            )
            .bind(workflow)
            .fetch_optional(&self.pool),
        )
    }

    /// The resolved workflow of the run with the full id `id`.
    pub fn run_config(&self, id: &str) -> Result<Value, DatabaseError> {
        let config: Option<Json<Value>> = self.block(
            sqlx::query_scalar("SELECT config FROM workflow_runs WHERE id = ?1")
                .bind(id)
                .fetch_optional(&self.pool),
        )?;
        config
            .map(|Json(config)| config)
            .ok_or_else(|| DatabaseError::UnknownRun {
                wanted: id.to_owned(),
            })
    }
}

/// A new run's id: a hash of time, process and a counter, so that runs that start at once differ.
fn new_run_id() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let time_ns = jiff::Timestamp::now().as_nanosecond();
    let source = format!("{time_ns} {} {count}", std::process::id());
    let mut id = Key::of(source.as_bytes()).to_string();
    id.truncate(RUN_ID_DIGITS);
    id
}
