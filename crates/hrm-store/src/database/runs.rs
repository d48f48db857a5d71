//! Workflow runs.

use serde_json::Value;
use sqlx::types::Json;

use super::{Database, DatabaseError};
use crate::rows::RunRow;

impl Database {
    /// The latest `limit` runs, latest first: in the order in which they began or were imported here, not by
    /// their times, which are wrong where the clock was.
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
