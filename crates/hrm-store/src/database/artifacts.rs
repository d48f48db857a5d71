//! Artifacts as rows.

use sqlx::types::Json;
use sqlx::{Sqlite, Transaction};

use super::{Database, DatabaseError, integer};
use crate::rows::ArtifactRow;
use crate::store::artifact_path_in_store;
use crate::{Artifact, Key};

/// Number of the way in which artifacts are read into rows. Reading more of them raises it, so that what
/// an older program has recorded is read again.
const INDEX_VERSION: u32 = 1;

impl Database {
    /// Records an artifact, made by the stage run `produced_by` (none when it is read again from disk).
    ///
    /// Comes last, after its parameters, metrics, summaries and outcomes: see [`Database::is_indexed`].
    pub fn record_artifact(
        &self,
        artifact: &Artifact,
        produced_by: Option<i64>,
    ) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            insert(&mut transaction, artifact, produced_by).await?;
            insert_inputs(&mut transaction, artifact).await?;
            transaction.commit().await
        })
    }

    /// Whether everything about the artifact `key` is in the database. It is not after the database was
    /// deleted, when the process died between publishing the artifact and recording it, or when an older
    /// program recorded less of it.
    pub fn is_indexed(&self, key: &Key) -> Result<bool, DatabaseError> {
        self.block(
            sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM artifacts WHERE key = ?1 AND index_version >= ?2)",
            )
            .bind(key)
            .bind(INDEX_VERSION)
            .fetch_one(&self.pool),
        )
    }

    /// The row of the artifact `key`, if it was recorded.
    pub fn artifact(&self, key: &Key) -> Result<Option<ArtifactRow>, DatabaseError> {
        self.block(
            sqlx::query_as("SELECT * FROM artifacts WHERE key = ?1")
                .bind(key)
                .fetch_optional(&self.pool),
        )
    }

    /// The instances that made the inputs of the artifact `key`, in the order of their names.
    pub fn inputs_of(&self, key: &Key) -> Result<Vec<String>, DatabaseError> {
        self.block(
            sqlx::query_scalar(
                "SELECT instance FROM artifact_inputs WHERE key = ?1 ORDER BY instance",
            )
            .bind(key)
            .fetch_all(&self.pool),
        )
    }

    /// Those of these artifacts that are not recorded completely: see [`Database::is_indexed`].
    pub fn not_indexed(&self, keys: &[Key]) -> Result<Vec<Key>, DatabaseError> {
        self.block(
            sqlx::query_scalar(
                "SELECT wanted.value FROM json_each(?1) AS wanted WHERE wanted.value NOT IN
                 (SELECT key FROM artifacts WHERE index_version >= ?2)",
            )
            .bind(Json(keys))
            .bind(INDEX_VERSION)
            .fetch_all(&self.pool),
        )
    }

    /// The artifact that the instance of the workflow had last: made or found by its latest run or, if
    /// no run is known (the database was deleted), the one that was made for it last.
    pub fn last_artifact(
        &self,
        workflow: &str,
        instance: &str,
    ) -> Result<Option<ArtifactRow>, DatabaseError> {
        self.block(async {
            let of_run: Option<ArtifactRow> = sqlx::query_as(
                "SELECT artifacts.* FROM stage_runs
                 JOIN workflow_runs ON workflow_runs.id = stage_runs.run_id
                 JOIN artifacts ON artifacts.key = stage_runs.key
                 WHERE stage_runs.instance = ?2 AND workflow_runs.workflow = ?1
                       AND stage_runs.status IN ('done', 'cached')
                 ORDER BY stage_runs.id DESC LIMIT 1",
            )
            .bind(workflow)
            .bind(instance)
            .fetch_optional(&self.pool)
            .await?;
            if of_run.is_some() {
                return Ok(of_run);
            }
            sqlx::query_as(
                "SELECT * FROM artifacts WHERE workflow = ?1 AND instance = ?2
                 ORDER BY created_at DESC LIMIT 1",
            )
            .bind(workflow)
            .bind(instance)
            .fetch_optional(&self.pool)
            .await
        })
    }
}

async fn insert(
    transaction: &mut Transaction<'static, Sqlite>,
    artifact: &Artifact,
    produced_by: Option<i64>,
) -> Result<(), sqlx::Error> {
    let manifest = artifact.manifest();
    sqlx::query(
        "INSERT INTO artifacts (key, kind, workflow, instance, content_hash, bytes, path, created_at,
                                produced_by, key_parts, index_version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (key) DO UPDATE SET
             content_hash = excluded.content_hash, bytes = excluded.bytes,
             workflow = excluded.workflow, instance = excluded.instance,
             created_at = excluded.created_at, key_parts = excluded.key_parts,
             index_version = excluded.index_version,
             produced_by = coalesce(excluded.produced_by, produced_by)",
    )
    .bind(manifest.key)
    .bind(&manifest.kind)
    .bind(&manifest.workflow)
    .bind(&manifest.instance)
    .bind(&manifest.content_hash)
    .bind(integer(artifact.bytes()))
    .bind(artifact_path_in_store(&manifest.kind, &manifest.key))
    .bind(&manifest.created_at)
    .bind(produced_by)
    .bind(Json(&manifest.key_parts))
    .bind(INDEX_VERSION)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn insert_inputs(
    transaction: &mut Transaction<'static, Sqlite>,
    artifact: &Artifact,
) -> Result<(), sqlx::Error> {
    let key = artifact.key();
    sqlx::query("DELETE FROM artifact_inputs WHERE key = ?1")
        .bind(key)
        .execute(&mut **transaction)
        .await?;
    for input in &artifact.manifest().inputs {
        sqlx::query("INSERT INTO artifact_inputs (key, input_key, instance) VALUES (?1, ?2, ?3)")
            .bind(key)
            .bind(input.key)
            .bind(&input.instance)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}
