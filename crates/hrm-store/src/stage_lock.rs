//! The lock of one stage: whoever holds it may write the stage's work and publish its artifact.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::sleep;
use std::time::Duration;

use crate::file_lock::{self, FileLock};
use crate::lease::Lease;
use crate::{Key, LockHolder, Store, StoreError};

/// The held lock of the stage `kind` under `key`. Dropping it lets the next process in.
#[derive(Debug)]
pub struct StageLock {
    // Given back before the lock is.
    lease: Lease,
    lock: FileLock,
    kind: String,
    key: Key,
}

impl StageLock {
    /// Kind of the locked stage, for example `train`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Key of the locked stage.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Gives the lock up and removes its file.
    pub fn remove(self) {
        drop(self.lease);
        self.lock.remove();
    }

    /// Sets `flag` once another machine has taken the stage over, so that the work on it can stop.
    pub fn tell_loss(&self, flag: Arc<AtomicBool>) {
        self.lease.tell_loss(flag);
    }

    /// Looks whether the stage is still this process's.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.lease.check()
    }
}

/// Time between two looks at the lease of another machine.
const POLL: Duration = Duration::from_secs(1);

impl Store {
    /// Takes the lock of a stage, waiting as long as another process (or thread) holds it. `on_wait` is
    /// called once when there is something to wait for. Whoever waited should look at the artifact
    /// again: the other process may have published it.
    pub fn lock(
        &self,
        kind: &str,
        key: &Key,
        mut on_wait: impl FnMut(),
    ) -> Result<StageLock, StoreError> {
        if let Some(lock) = self.try_lock(kind, key)? {
            return Ok(lock);
        }
        on_wait();
        loop {
            let lock = FileLock::acquire(&self.stage_lock_path(kind, key))?;
            if let Some(lock) = self.with_lease(lock, kind, key)? {
                return Ok(lock);
            }
            sleep(POLL);
        }
    }

    /// Takes the lock of a stage if it is free; for callers who want to watch something else while they
    /// wait, for example Ctrl-C.
    pub fn try_lock(&self, kind: &str, key: &Key) -> Result<Option<StageLock>, StoreError> {
        match FileLock::try_acquire(&self.stage_lock_path(kind, key))? {
            Some(lock) => self.with_lease(lock, kind, key),
            None => Ok(None),
        }
    }

    /// The lock of the stage, unless another machine has its lease.
    fn with_lease(
        &self,
        lock: FileLock,
        kind: &str,
        key: &Key,
    ) -> Result<Option<StageLock>, StoreError> {
        let lease = Lease::try_take(&self.stage_lease_path(kind, key))?;
        Ok(lease.map(|lease| StageLock {
            lease,
            lock,
            kind: kind.to_owned(),
            key: *key,
        }))
    }

    /// Whether someone holds the lock of a stage.
    pub fn is_locked(&self, kind: &str, key: &Key) -> Result<bool, StoreError> {
        Ok(self.stage_lock_path(kind, key).exists() && self.try_lock(kind, key)?.is_none())
    }

    /// Who holds the lock of a stage, or held it last, if that is known.
    pub fn lock_holder(&self, kind: &str, key: &Key) -> Option<LockHolder> {
        file_lock::holder(&self.stage_lock_path(kind, key))
    }
}
