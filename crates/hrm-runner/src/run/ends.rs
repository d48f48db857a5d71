//! How stages end: what is recorded and told.

use super::Run;
use super::schedule::Progress;
use super::worker::Crash;
use crate::index::index;
use crate::worker::WorkerEnd;
use crate::{Event, Events, RunnerError, StageCounts};
use hrm_config::StageKind;
use hrm_plan::Reason;
use hrm_store::rows::StageCost;
use hrm_store::{Artifact, ArtifactState, Key, StageStatus};
use std::time::{Duration, Instant};

impl Run<'_> {
    /// A stage's work ended by itself.
    pub(super) fn ended(&mut self, i: usize, end: WorkerEnd, took: Duration) {
        self.journal.close(&self.workflow.stages[i].id);
        match end {
            WorkerEnd::Published { cost } => match self.published(i) {
                Ok(artifact) => self.finished(i, artifact, cost),
                Err(error) => self.fail(i, &error, took),
            },
            WorkerEnd::Found => match self.published(i) {
                Ok(artifact) => self.found(i, artifact),
                Err(error) => self.fail(i, &error, took),
            },
            WorkerEnd::Interrupted { step, cost } => self.interrupted(i, step, cost),
            WorkerEnd::Failed { error, help } => self.fail_with(i, error, help, took),
        }
    }

    /// The artifact that a worker says is there.
    fn published(&self, i: usize) -> Result<Artifact, RunnerError> {
        let incomplete = || RunnerError::Incomplete {
            stage: self.id(i),
            what: "artifact, although its worker said so",
        };
        let key = self.keys.get(&i).ok_or_else(incomplete)?;
        let kind = self.workflow.stages[i].kind.name();
        match self.session.store.artifact(kind, key)? {
            ArtifactState::Complete(artifact) => Ok(artifact),
            ArtifactState::Absent | ArtifactState::Damaged { .. } => Err(incomplete()),
        }
    }

    /// The stage is done.
    fn finished(&mut self, i: usize, artifact: Artifact, cost: StageCost) {
        let stage = &self.workflow.stages[i];
        if let Err(error) = index(
            &self.session.database,
            &artifact,
            self.journal.record.row(stage),
        ) {
            self.journal.not_indexed(&stage.id, &error);
        }
        self.finish_row(i, StageStatus::Done, cost, None);
        // What was just written and hashed need not be read once more in this run.
        self.verified.insert(i);
        self.remade.remove(&i);
        self.journal.event(Event::StageFinished {
            stage: stage.id.clone(),
            key: artifact.key().to_string(),
            content_hash: artifact.content_hash().to_owned(),
            seconds: cost.seconds,
        });
        self.done += 1;
        self.complete(i, artifact);
    }

    /// The stage's artifact was there.
    pub(super) fn found(&mut self, i: usize, artifact: Artifact) {
        let stage = &self.workflow.stages[i];
        // Should the database not know it, it is read before anything is made from its rows.
        self.start_row(i, Some(artifact.key()), StageStatus::Cached, None);
        self.journal.event(Event::StageCached {
            stage: stage.id.clone(),
            key: artifact.key().to_string(),
        });
        self.complete(i, artifact);
    }

    fn complete(&mut self, i: usize, artifact: Artifact) {
        let shown = self.show_report(i, &artifact);
        self.artifacts[i] = Some(artifact);
        self.schedule.set(i, Progress::Complete);
        if let Err(error) = shown {
            self.fail(i, &error, Duration::ZERO);
        }
    }

    /// Copies a report to where people look for it.
    fn show_report(&mut self, i: usize, artifact: &Artifact) -> Result<(), RunnerError> {
        let stage = &self.workflow.stages[i];
        if stage.kind == StageKind::Report {
            let path = self.report_folders.copy(&stage.name, artifact)?;
            self.journal.event(Event::ReportWritten {
                stage: stage.id.clone(),
                path,
            });
        }
        Ok(())
    }

    /// A damaged artifact is made again before what needs it.
    pub(super) fn make_again(&mut self, i: usize, reason: Reason) {
        self.artifacts[i] = None;
        self.remade.insert(i, reason);
        self.schedule.set(i, Progress::Waiting);
    }

    fn interrupted(&mut self, i: usize, step: Option<u64>, cost: StageCost) {
        self.finish_row(i, StageStatus::Interrupted, cost, None);
        self.journal.event(Event::StageInterrupted {
            stage: self.id(i),
            step,
        });
        self.schedule.set(i, Progress::Interrupted);
    }

    /// The stage's job goes on without this process.
    pub(super) fn left(&mut self, i: usize, job: String, took: Duration) {
        let cost = StageCost::of_time(took);
        self.finish_row(i, StageStatus::Interrupted, cost, None);
        self.journal.event(Event::JobLeft {
            stage: self.id(i),
            job,
        });
        self.schedule.set(i, Progress::Interrupted);
    }

    /// A worker ended without saying how: it tries again where that can help.
    pub(super) fn crashed(&mut self, i: usize, crash: Crash, took: Duration) {
        let got_further = self.got_further(i, &crash);
        let attempt = self.attempts.entry(i).or_insert(0);
        if got_further {
            *attempt = 0;
        }
        let may_retry = crash.is_worth_retrying && (got_further || *attempt < self.options.retries);
        if self.stopping || !may_retry {
            self.fail_with(i, crash.error, crash.help, took);
            return;
        }
        // 1, 4, 16 … seconds: what was in the way, for example another process's memory, may be gone.
        let pause = Duration::from_secs(4_u64.saturating_pow(*attempt));
        *attempt += 1;
        self.schedule.wait_until(i, Instant::now() + pause);
        self.journal.event(Event::StageRetried {
            stage: self.id(i),
            error: crash.error,
            seconds: pause.as_secs_f64(),
        });
    }

    /// Whether work that had to make room got further than the last time. It goes on as often as that
    /// takes.
    fn got_further(&mut self, i: usize, crash: &Crash) -> bool {
        let Some(step) = crash.gave_way_at else {
            return false;
        };
        let before = self.reached.insert(i, step);
        before.is_none_or(|before| step > before)
    }

    pub(super) fn took_too_long(&mut self, i: usize, took: Duration) {
        let limit = self.options.timeout.unwrap_or_default();
        let error = format!("it took longer than {} s, its limit", limit.as_secs());
        let help = "the same command goes on from its checkpoint; `--timeout` sets the limit";
        self.fail_with(i, error, Some(help.to_owned()), took);
    }

    pub(super) fn fail(&mut self, i: usize, error: &RunnerError, took: Duration) {
        self.fail_with(i, error.to_string(), error.help(), took);
    }

    fn fail_with(&mut self, i: usize, error: String, help: Option<String>, took: Duration) {
        self.journal.close(&self.workflow.stages[i].id);
        // Makes a row for a stage that failed before it began.
        self.start_row(i, None, StageStatus::Running, None);
        let cost = StageCost::of_time(took);
        self.finish_row(i, StageStatus::Failed, cost, Some(&error));
        self.journal.event(Event::StageFailed {
            stage: self.id(i),
            error,
            help,
        });
        self.artifacts[i] = None;
        self.schedule.set(i, Progress::Failed);
        if !self.options.keep_going {
            self.stop_all();
        }
    }

    pub(super) fn skip(&mut self, i: usize, because: usize) {
        let because = self.id(because);
        let reason = format!("it needs `{because}`");
        self.start_row(i, None, StageStatus::Skipped, Some(&reason));
        self.journal.event(Event::StageSkipped {
            stage: self.id(i),
            because,
        });
        self.skipped += 1;
        self.schedule.set(i, Progress::Failed);
    }

    /// The stages by how they ended.
    pub(super) fn counts(&self) -> StageCounts {
        StageCounts {
            done: self.done,
            cached: self
                .schedule
                .count(Progress::Complete)
                .saturating_sub(self.done),
            failed: self
                .schedule
                .count(Progress::Failed)
                .saturating_sub(self.skipped),
            skipped: self.skipped,
            interrupted: self.schedule.count(Progress::Interrupted),
        }
    }

    fn start_row(
        &mut self,
        i: usize,
        key: Option<&Key>,
        status: StageStatus,
        reason: Option<&str>,
    ) {
        let stage = &self.workflow.stages[i];
        self.journal.start_row(stage, key, status, reason);
    }

    fn finish_row(&mut self, i: usize, status: StageStatus, cost: StageCost, error: Option<&str>) {
        let stage = &self.workflow.stages[i];
        self.journal.finish_row(stage, status, cost, error);
    }
}
