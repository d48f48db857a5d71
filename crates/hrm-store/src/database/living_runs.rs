//! Which runs are alive: each holds a lock file that the system frees when its process ends.
//!
//! Without it a killed run would stay `running` for ever.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::recording::LivingRun;
use super::{Database, DatabaseError};
use crate::file_lock::{FileLock, holder};
use crate::run_log::{RunBegan, RunLog};
use crate::{LockHolder, RunStatus, StageStatus, Store, StoreError};

const PREFIX: &str = "run-";
const SUFFIX: &str = ".lock";

impl Database {
    /// Tells other processes, from now on, that a run is alive, and makes its log. Comes before its row.
    pub(super) fn keep_alive(&self, began: &RunBegan) -> Result<(), StoreError> {
        // Free but for a moment in which another process looks whether it is.
        let lock = FileLock::acquire(&run_lock_path(&self.store, &began.run))?;
        let log = RunLog::create(&self.store, began)?;
        let run = LivingRun::new(lock, log);
        self.living_runs().insert(began.run.clone(), run);
        Ok(())
    }

    /// The run `id` has ended, and its row says so.
    pub(super) fn let_go(&self, id: &str) {
        if let Some(run) = self.living_runs().remove(id) {
            run.lock.remove();
        }
    }

    /// Removes what there is of a run that has no row.
    pub(super) fn forget(&self, id: &str) {
        let folder = self.store.run_path(id);
        if let Err(error) = fs::remove_dir_all(&folder) {
            tracing::debug!(path = %folder.display(), %error, "a run's folder could not be removed");
        }
        self.let_go(id);
    }

    /// Reads from their logs what the database lacks of the runs whose processes are gone, also of those
    /// that it does not know, and marks as interrupted those that did not end. Runs of earlier versions,
    /// which have rows only, get a log.
    pub fn settle_dead_runs(&self) -> Result<(), DatabaseError> {
        let logged: BTreeSet<String> = self.store.logged_runs()?.into_iter().collect();
        let settled: BTreeSet<String> = self.settled_runs()?.into_iter().collect();
        let mut perhaps_dead: BTreeSet<String> = locked_runs(&self.store).collect();
        perhaps_dead.extend(self.running_runs()?);
        perhaps_dead.extend(logged.difference(&settled).cloned());
        for id in perhaps_dead {
            if let Some(dead) = FileLock::try_acquire(&run_lock_path(&self.store, &id))? {
                self.replay(self.store.logged_run(&id)?.as_slice())?;
                self.mark_dead(&id)?;
                dead.remove();
            }
        }
        let mut unlogged = settled.difference(&logged);
        unlogged.try_for_each(|id| self.write_log_of(id))
    }

    fn settled_runs(&self) -> Result<Vec<String>, DatabaseError> {
        self.block(
            sqlx::query_scalar("SELECT id FROM workflow_runs WHERE status <> 'running'")
                .fetch_all(&self.pool),
        )
    }

    fn running_runs(&self) -> Result<Vec<String>, DatabaseError> {
        self.block(
            sqlx::query_scalar("SELECT id FROM workflow_runs WHERE status = 'running'")
                .fetch_all(&self.pool),
        )
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

impl Store {
    /// Whether the process of a run lives.
    pub(crate) fn is_alive(&self, run: &str) -> Result<bool, StoreError> {
        let path = run_lock_path(self, run);
        Ok(path.exists() && FileLock::try_acquire(&path)?.is_none())
    }
}

/// The other processes that have living runs in this state folder, as far as they can be told.
pub(super) fn other_holders(store: &Store) -> Vec<LockHolder> {
    let mut holders: Vec<LockHolder> = locked_runs(store)
        .map(|id| run_lock_path(store, &id))
        .filter(|path| matches!(FileLock::try_acquire(path), Ok(None)))
        .filter_map(|path| holder(&path))
        .filter(|holder| holder.pid != std::process::id())
        .collect();
    holders.sort_by(|a, b| (&a.since, a.pid).cmp(&(&b.since, b.pid)));
    holders
}

/// Ids of the runs that have a lock file: those that live, and those that died.
fn locked_runs(store: &Store) -> impl Iterator<Item = String> {
    let entries = fs::read_dir(store.locks()).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let id = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
        Some(id.to_owned())
    })
}

fn run_lock_path(store: &Store, id: &str) -> PathBuf {
    store.locks().join(format!("{PREFIX}{id}{SUFFIX}"))
}
