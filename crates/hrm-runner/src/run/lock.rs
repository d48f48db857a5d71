//! Taking a stage's lock without becoming deaf to Ctrl-C.

use super::Run;
use crate::{Event, RunnerError};
use hrm_store::{Key, StageLock};
use std::thread::sleep;
use std::time::Duration;

/// Time between two attempts.
const POLL: Duration = Duration::from_millis(100);

impl Run<'_> {
    /// Takes the lock of the stage instance `i`, waiting while another process works on it. `None`
    /// when the run was asked to stop meanwhile.
    pub(super) fn lock(&mut self, i: usize, key: &Key) -> Result<Option<StageLock>, RunnerError> {
        let kind = self.workflow.stages[i].kind.name();
        let store = &self.session.store;
        if let Some(lock) = store.try_lock(kind, key)? {
            return Ok(Some(lock));
        }
        let pid = store.lock_holder(kind, key).map(|holder| holder.pid);
        self.events.event(Event::StageWaiting {
            stage: self.workflow.stages[i].id.clone(),
            pid,
        });
        while !self.interrupt.requested() {
            sleep(POLL);
            if let Some(lock) = store.try_lock(kind, key)? {
                return Ok(Some(lock));
            }
        }
        Ok(None)
    }
}
