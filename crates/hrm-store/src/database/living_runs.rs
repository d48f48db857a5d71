//! Which runs are alive: each holds a lock file that the system frees when its process ends.
//!
//! Without it a killed run would stay `running` for ever.

use std::fs;
use std::path::PathBuf;

use super::{Database, DatabaseError};
use crate::file_lock::{FileLock, holder};
use crate::{LockHolder, RunStatus, StageStatus, Store, StoreError};

const PREFIX: &str = "run-";
const SUFFIX: &str = ".lock";

impl Database {
    /// Tells other processes, from now on, that the run `id` is alive. Has to come before its row.
    pub(super) fn keep_alive(&self, id: &str) -> Result<(), StoreError> {
        // Free but for a moment in which another process looks whether it is.
        let lock = FileLock::acquire(&run_lock_path(&self.store, id))?;
        self.living_runs().insert(id.to_owned(), lock);
        Ok(())
    }

    /// The run `id` has ended, and its row says so.
    pub(super) fn let_go(&self, id: &str) {
        self.living_runs().remove(id);
        remove_run_lock(&self.store, id);
    }

    /// Marks the runs, and their stages, as interrupted whose processes are gone.
    pub(super) fn mark_dead_runs(&self) -> Result<(), DatabaseError> {
        let running: Vec<String> = self.block(
            sqlx::query_scalar("SELECT id FROM workflow_runs WHERE status = 'running'")
                .fetch_all(&self.pool),
        )?;
        for id in running {
            if let Some(_dead) = FileLock::try_acquire(&run_lock_path(&self.store, &id))? {
                self.mark_dead(&id)?;
                remove_run_lock(&self.store, &id);
            }
        }
        Ok(())
    }

    fn mark_dead(&self, id: &str) -> Result<(), DatabaseError> {
        self.block(async {
            let mut transaction = self.begin().await?;
            sqlx::query(
                "UPDATE workflow_runs SET status = ?2 WHERE id = ?1 AND status = 'running'",
            )
            .bind(id)
            .bind(RunStatus::Interrupted)
            .execute(&mut *transaction)
            .await?;
            sqlx::query(
                "UPDATE stage_runs SET status = ?2 WHERE run_id = ?1 AND status = 'running'",
            )
            .bind(id)
            .bind(StageStatus::Interrupted)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await
        })
    }
}

/// The other processes that have living runs in this state folder, as far as they can be told.
pub(super) fn other_holders(store: &Store) -> Vec<LockHolder> {
    let Ok(entries) = fs::read_dir(store.locks()) else {
        return Vec::new();
    };
    let mut holders: Vec<LockHolder> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .filter(|entry| matches!(FileLock::try_acquire(&entry.path()), Ok(None)))
        .filter_map(|entry| holder(&entry.path()))
        .filter(|holder| holder.pid != std::process::id())
        .collect();
    holders.sort_by(|a, b| (&a.since, a.pid).cmp(&(&b.since, b.pid)));
    holders
}

fn run_lock_path(store: &Store, id: &str) -> PathBuf {
    store.locks().join(format!("{PREFIX}{id}{SUFFIX}"))
}

/// Removes the lock file of a run that is over. No one waits for it, and its id never comes again.
fn remove_run_lock(store: &Store, id: &str) {
    let path = run_lock_path(store, id);
    if let Err(error) = fs::remove_file(&path) {
        tracing::debug!(path = %path.display(), %error, "a run's lock file could not be removed");
    }
}
