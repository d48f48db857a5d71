//! The environments of runs, each kept once.

use sqlx::SqliteConnection;

use super::{Database, DatabaseError, integer};
use crate::Key;
use crate::rows::EnvironmentRow;

impl Database {
    /// The environment with the given id.
    pub fn environment(&self, id: &str) -> Result<Option<EnvironmentRow>, DatabaseError> {
        self.block(
            sqlx::query_as("SELECT * FROM environments WHERE id = ?1")
                .bind(id)
                .fetch_optional(&self.pool),
        )
    }
}

/// Records an environment unless it is there already; returns its id.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    environment: &EnvironmentRow,
) -> Result<String, sqlx::Error> {
    let content =
        serde_json::to_vec(environment).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let id = Key::of(&content).to_string();
    sqlx::query(
        "INSERT INTO environments (id, host, os, arch, cpu, cores, memory_bytes, device, hrm_version,
                                   burn_version, git_commit, git_dirty, git_branch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(&id)
    .bind(&environment.host)
    .bind(&environment.os)
    .bind(&environment.arch)
    .bind(&environment.cpu)
    .bind(environment.cores)
    .bind(integer(environment.memory_bytes))
    .bind(&environment.device)
    .bind(&environment.hrm_version)
    .bind(&environment.burn_version)
    .bind(&environment.git_commit)
    .bind(environment.git_dirty)
    .bind(&environment.git_branch)
    .execute(connection)
    .await?;
    Ok(id)
}
