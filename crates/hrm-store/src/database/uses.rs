//! Which runs use which artifacts.

use super::{Database, DatabaseError};
use crate::Key;
use crate::rows::ArtifactUseRow;

impl Database {
    /// The artifacts that runs made, found or worked on, with their last use.
    pub fn artifact_uses(&self) -> Result<Vec<ArtifactUseRow>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT key, max(coalesce(finished_at, started_at)) AS used_at,
                        count(DISTINCT run_id) AS runs
                 FROM stage_runs WHERE key IS NOT NULL GROUP BY key",
            )
            .fetch_all(&self.pool),
        )
    }

    /// The workflows, each with the artifacts of its latest run that ended well and of those after it.
    pub fn latest_artifacts(&self) -> Result<Vec<(String, Key)>, DatabaseError> {
        self.block(
            sqlx::query_as(
                "SELECT DISTINCT r.workflow, s.key
                 FROM workflow_runs AS r JOIN stage_runs AS s ON s.run_id = r.id
                 WHERE s.key IS NOT NULL AND r.started_at >= coalesce(
                     (SELECT max(w.started_at) FROM workflow_runs AS w
                      WHERE w.workflow = r.workflow AND w.status IN ('done', 'cached')), '')",
            )
            .fetch_all(&self.pool),
        )
    }

    /// The artifacts of runs that go on now.
    pub fn running_artifacts(&self) -> Result<Vec<Key>, DatabaseError> {
        self.block(
            sqlx::query_scalar(
                "SELECT DISTINCT s.key FROM workflow_runs AS r JOIN stage_runs AS s ON s.run_id = r.id
                 WHERE r.status = 'running' AND s.key IS NOT NULL",
            )
            .fetch_all(&self.pool),
        )
    }

    /// What SQLite finds wrong with the file, and rows that refer to rows which are not there.
    pub fn check(&self) -> Result<Vec<String>, DatabaseError> {
        let mut problems: Vec<String> =
            self.block(sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&self.pool))?;
        problems.retain(|problem| problem != "ok");
        let dangling: Vec<(String, String)> = self.block(
            sqlx::query_as("SELECT DISTINCT \"table\", parent FROM pragma_foreign_key_check()")
                .fetch_all(&self.pool),
        )?;
        let dangling = dangling.into_iter();
        problems.extend(dangling.map(|(table, parent)| {
            format!("rows of `{table}` refer to rows of `{parent}` that are not there")
        }));
        Ok(problems)
    }
}
