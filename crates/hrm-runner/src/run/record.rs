//! The rows of a run. A failure to record does not break the run: what happens is in its log and the
//! numbers are in the artifacts, from which both are read again.

use crate::{Event, Events, Session};
use hrm_config::StageKind;
use hrm_store::rows::{NewStageRun, StageCost};
use hrm_store::{Database, DatabaseError, Key, StageStatus};
use hrm_workflow::Stage;
use std::collections::BTreeMap;

/// Writes the rows of one run.
pub(super) struct Record<'a> {
    session: &'a Session,
    run: String,
    /// Numbers of the rows of the stages that are recorded, by instance; none where only the log has it.
    rows: BTreeMap<String, Option<i64>>,
    /// Whether it was told that rows are missing.
    warned: bool,
}

impl<'a> Record<'a> {
    pub(super) fn new(session: &'a Session, run: String) -> Self {
        Self {
            session,
            run,
            rows: BTreeMap::new(),
            warned: false,
        }
    }

    /// Id of the run.
    pub(super) fn run(&self) -> &str {
        &self.run
    }

    /// The database.
    pub(super) fn database(&self) -> &'a Database {
        &self.session.database
    }

    /// Number of the stage's row, if there is one.
    pub(super) fn row(&self, stage: &Stage) -> Option<i64> {
        self.rows.get(&stage.id).copied().flatten()
    }

    /// A stage begins, or ended at once. A stage that is already recorded keeps its row: its cached
    /// artifact turned out to be damaged.
    pub(super) fn start(
        &mut self,
        events: &mut dyn Events,
        stage: &Stage,
        key: Option<&Key>,
        status: StageStatus,
        reason: Option<&str>,
    ) {
        if self.rows.contains_key(&stage.id) {
            return;
        }
        let device = matches!(stage.kind, StageKind::Train | StageKind::Evaluate)
            .then(|| self.session.device_name());
        let row = self.session.database.start_stage(&NewStageRun {
            run_id: &self.run,
            instance: &stage.id,
            kind: stage.kind.name(),
            name: &stage.name,
            key,
            status,
            reason,
            device: device.as_deref(),
        });
        _ = self
            .rows
            .insert(stage.id.clone(), *row.as_ref().unwrap_or(&None));
        if let Err(error) = row {
            self.warn(events, &error);
        }
    }

    /// A stage ended after work that cost this.
    pub(super) fn finish(
        &mut self,
        events: &mut dyn Events,
        stage: &Stage,
        status: StageStatus,
        cost: StageCost,
        error: Option<&str>,
    ) {
        let database = &self.session.database;
        if let Err(error) = database.finish_stage(&self.run, &stage.id, status, cost, error) {
            self.warn(events, &error);
        }
    }

    /// Tells once that rows are missing.
    pub(super) fn warn(&mut self, events: &mut dyn Events, error: &DatabaseError) {
        if !std::mem::replace(&mut self.warned, true) {
            let message = format!(
                "the run goes on with its log and its artifacts, from which the database is completed later: \
                 {error}"
            );
            events.event(Event::Warning { message });
        }
    }
}
