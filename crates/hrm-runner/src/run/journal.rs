//! Everything that is told during a run goes through here: it is recorded, then passed on.

use super::record::Record;
use crate::index::metric_row;
use crate::{Event, Events, RunnerError};
use hrm_store::rows::{MetricRow, StageCost};
use hrm_store::{DatabaseError, Key, StageStatus};
use hrm_workflow::{Stage, Workflow};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time between two transactions that record metrics of one training.
const RECORDINGS: Duration = Duration::from_secs(1);

/// Records what workers tell, and passes it on.
pub(super) struct Journal<'a> {
    pub(super) record: Record<'a>,
    workflow: &'a Workflow,
    events: &'a mut dyn Events,
    /// What stages that run have measured, by stage.
    curves: BTreeMap<String, Curve>,
}

/// The metrics of a stage that runs.
struct Curve {
    key: Key,
    unrecorded: Vec<MetricRow>,
    recorded_at: Instant,
    /// False after a failure: the rows are written when the training is done.
    recording: bool,
}

impl<'a> Journal<'a> {
    pub(super) fn new(
        record: Record<'a>,
        workflow: &'a Workflow,
        events: &'a mut dyn Events,
    ) -> Self {
        Self {
            record,
            workflow,
            events,
            curves: BTreeMap::new(),
        }
    }

    /// Makes the stage's row, unless it has one.
    pub(super) fn start_row(
        &mut self,
        stage: &Stage,
        key: Option<&Key>,
        status: StageStatus,
        reason: Option<&str>,
    ) {
        self.record.start(self.events, stage, key, status, reason);
    }

    /// Completes the stage's row.
    pub(super) fn finish_row(
        &mut self,
        stage: &Stage,
        status: StageStatus,
        cost: StageCost,
        error: Option<&str>,
    ) {
        self.record.finish(self.events, stage, status, cost, error);
    }

    /// The artifact of a stage could not be read into the database.
    pub(super) fn not_indexed(&mut self, stage: &str, error: &RunnerError) {
        match error {
            RunnerError::Database(error) => self.record.warn(self.events, error),
            error => self.events.event(Event::Warning {
                message: format!("{stage} is not in the database: {error}"),
            }),
        }
    }

    /// Writes what is not recorded yet of a stage whose work ended.
    pub(super) fn close(&mut self, stage: &str) {
        self.flush(stage);
        self.curves.remove(stage);
    }

    fn start(&mut self, stage: &str, key: &str, reasons: &[hrm_plan::Reason]) {
        let Ok(key) = key.parse::<Key>() else { return };
        let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
        let mut stages = self.workflow.stages.iter();
        if let Some(described) = stages.find(|described| described.id == stage) {
            self.record.start(
                self.events,
                described,
                Some(&key),
                StageStatus::Running,
                Some(&reasons.join(", ")),
            );
        }
        let curve = Curve {
            key,
            unrecorded: Vec::new(),
            recorded_at: Instant::now(),
            recording: true,
        };
        self.curves.insert(stage.to_owned(), curve);
    }

    /// A killed process may have recorded steps after its last checkpoint.
    fn forget_after(&mut self, stage: &str, step: u64) {
        if let Some(curve) = self.curves.get_mut(stage) {
            let result = self
                .record
                .database()
                .delete_metrics_after(&curve.key, step);
            check(curve, result, &mut self.record, self.events);
        }
    }

    fn flush(&mut self, stage: &str) {
        if let Some(curve) = self.curves.get_mut(stage) {
            curve.recorded_at = Instant::now();
            let rows = std::mem::take(&mut curve.unrecorded);
            if curve.recording && !rows.is_empty() {
                let result = self.record.database().record_metrics(&curve.key, &rows);
                check(curve, result, &mut self.record, self.events);
            }
        }
    }

    fn add(&mut self, stage: &str, metrics: &[crate::MetricValue]) {
        let Some(curve) = self.curves.get_mut(stage) else {
            return;
        };
        curve.unrecorded.extend(metrics.iter().map(metric_row));
        if curve.recorded_at.elapsed() >= RECORDINGS {
            self.flush(stage);
        }
    }
}

impl Events for Journal<'_> {
    fn event(&mut self, event: Event) {
        match &event {
            Event::StageStarted {
                stage,
                key,
                reasons,
            } => self.start(stage, key, reasons),
            Event::TrainingStarted {
                stage,
                resumed_from,
                ..
            } => self.forget_after(stage, resumed_from.unwrap_or(0)),
            Event::Metrics { stage, metrics } => self.add(stage, metrics),
            Event::CheckpointSaved { stage, .. } => self.flush(stage),
            _ => {}
        }
        self.events.event(event);
    }
}

/// After a failure the rows are written when the training is done.
fn check(
    curve: &mut Curve,
    result: Result<(), DatabaseError>,
    record: &mut Record<'_>,
    events: &mut dyn Events,
) {
    if let Err(error) = result {
        curve.recording = false;
        record.warn(events, &error);
    }
}
