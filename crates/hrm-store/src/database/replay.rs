//! From the lines of run logs to rows. Writing a line's row twice changes nothing.

use sqlx::types::Json;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use super::{Database, DatabaseError, environments};
use crate::run_log::{LoggedRun, RunBegan, StageBegan, StageEnded};
use crate::{LogEntry, RunStatus};

impl Database {
    /// Writes the rows of what is logged of the run `id`, all or none.
    pub(super) fn write_rows(&self, id: &str, entries: &[LogEntry]) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            for entry in entries {
                write_row(&mut transaction, id, entry).await?;
            }
            transaction.commit().await
        })
    }

    /// Writes the rows of whole runs, in the order in which things happened. Runs that do not say how
    /// they ended stay `running`, until someone finds that their processes are gone.
    pub fn replay(&self, runs: &[LoggedRun]) -> Result<(), DatabaseError> {
        let mut began: Vec<&RunBegan> = runs.iter().map(|run| &run.began).collect();
        began.sort_by(|a, b| a.at.cmp(&b.at));
        let of_run = |run: &'_ LoggedRun| -> Vec<(String, LogEntry)> {
            let entries = run.entries.iter();
            entries
                .map(|entry| (run.began.run.clone(), entry.clone()))
                .collect()
        };
        let mut entries: Vec<(String, LogEntry)> = runs.iter().flat_map(of_run).collect();
        entries.sort_by(|(_, a), (_, b)| a.at().cmp(b.at()));
        self.block(async {
            let mut transaction = self.begin().await?;
            for run in began {
                insert_run(&mut transaction, run).await?;
            }
            for (id, entry) in &entries {
                write_row(&mut transaction, id, entry).await?;
            }
            transaction.commit().await
        })
    }
}

async fn write_row(
    transaction: &mut Transaction<'static, Sqlite>,
    id: &str,
    entry: &LogEntry,
) -> Result<(), sqlx::Error> {
    match entry {
        LogEntry::RunBegan(began) => insert_run(transaction, began).await,
        LogEntry::StageBegan(began) => insert_stage(transaction, id, began).await,
        LogEntry::StageEnded(ended) => end_stage(transaction, id, ended).await,
        LogEntry::RunEnded { at, status } => end_run(transaction, id, at, *status).await,
    }
}

async fn insert_run(connection: &mut SqliteConnection, run: &RunBegan) -> Result<(), sqlx::Error> {
    let environment_id = environments::insert(connection, &run.environment).await?;
    sqlx::query(
        "INSERT INTO workflow_runs (id, workflow, file, command, status, started_at,
                                    environment_id, config)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&run.run)
    .bind(&run.workflow)
    .bind(&run.file)
    .bind(&run.command)
    .bind(RunStatus::Running)
    .bind(&run.at)
    .bind(environment_id)
    .bind(Json(&run.config))
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_stage(
    connection: &mut SqliteConnection,
    run: &str,
    stage: &StageBegan,
) -> Result<(), sqlx::Error> {
    let ended = stage.status != crate::StageStatus::Running;
    sqlx::query(
        "INSERT INTO stage_runs (run_id, instance, kind, name, key, status, reason, device,
                                 started_at, finished_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (run_id, instance) DO NOTHING",
    )
    .bind(run)
    .bind(&stage.instance)
    .bind(&stage.kind)
    .bind(&stage.name)
    .bind(stage.key)
    .bind(stage.status)
    .bind(&stage.reason)
    .bind(&stage.device)
    .bind(&stage.at)
    .bind(ended.then_some(&stage.at))
    .execute(connection)
    .await?;
    Ok(())
}

async fn end_stage(
    connection: &mut SqliteConnection,
    run: &str,
    stage: &StageEnded,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE stage_runs SET status = ?3, finished_at = ?4, seconds = ?5, error = ?6,
                energy_joules = ?7
         WHERE run_id = ?1 AND instance = ?2",
    )
    .bind(run)
    .bind(&stage.instance)
    .bind(stage.status)
    .bind(&stage.at)
    .bind(stage.cost.seconds)
    .bind(&stage.error)
    .bind(stage.cost.energy_joules)
    .execute(connection)
    .await?;
    Ok(())
}

async fn end_run(
    connection: &mut SqliteConnection,
    run: &str,
    at: &str,
    status: RunStatus,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE workflow_runs SET status = ?2, finished_at = ?3 WHERE id = ?1")
        .bind(run)
        .bind(status)
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}
