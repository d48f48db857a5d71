//! The rows of a run. A failure to record does not break the run: the numbers are in the
//! artifacts, from which they can be read again.

use crate::{Event, Events, RunnerError, Session};
use hrm_config::StageKind;
use hrm_store::rows::{NewStageRun, StageCost};
use hrm_store::{Database, DatabaseError, Key, StageStatus};
use hrm_workflow::Stage;
use std::collections::BTreeMap;

/// Writes the rows of one run.
pub(super) struct Record<'a> {
    session: &'a Session,
    run: String,
    /// Numbers of the rows of stage runs, by instance.
    rows: BTreeMap<String, i64>,
}

impl<'a> Record<'a> {
    pub(super) fn new(session: &'a Session, run: String) -> Self {
        Self {
            session,
            run,
            rows: BTreeMap::new(),
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
        self.rows.get(&stage.id).copied()
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
        match row {
            Ok(row) => _ = self.rows.insert(stage.id.clone(), row),
            Err(error) => warn(events, &error),
        }
    }

    /// A stage ended after work that cost this.
    pub(super) fn finish(
        &self,
        events: &mut dyn Events,
        stage: &Stage,
        status: StageStatus,
        cost: StageCost,
        error: Option<&str>,
    ) {
        let Some(row) = self.row(stage) else { return };
        if let Err(error) = self.session.database.finish_stage(row, status, cost, error) {
            warn(events, &error);
        }
    }
}

fn warn(events: &mut dyn Events, error: &DatabaseError) {
    events.event(Event::Warning {
        message: format!("the run is not recorded completely: {error}"),
    });
}

/// Tells of something that was not recorded.
pub(crate) fn warn_unrecorded(events: &mut dyn Events, what: &str, error: &RunnerError) {
    events.event(Event::Warning {
        message: format!("{what} is not in the database, the next run tries again: {error}"),
    });
}
