//! Recording runs while they happen: each row after its line in the run's log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{Database, DatabaseError, now};
use crate::file_lock::FileLock;
use crate::rows::{NewRun, NewStageRun, StageCost};
use crate::run_log::{RUN_ID_DIGITS, RunBegan, RunLog, StageBegan, StageEnded};
use crate::{Key, LogEntry, RunStatus, StageStatus};

/// How long a run whose rows could not be written goes on with its log alone before it tries again.
const RETRY: Duration = Duration::from_secs(30);

/// A run of this process.
#[derive(Debug)]
pub(super) struct LivingRun {
    /// Tells other processes that it is alive.
    pub(super) lock: FileLock,
    pub(super) log: RunLog,
    /// What the log has and the database has not.
    missed: Vec<LogEntry>,
    /// When writing it was tried last.
    tried_at: Option<Instant>,
}

impl LivingRun {
    pub(super) fn new(lock: FileLock, log: RunLog) -> Self {
        Self {
            lock,
            log,
            missed: Vec::new(),
            tried_at: None,
        }
    }
}

impl Database {
    /// Records a run that begins now; returns its id. It counts as alive until [`Database::finish_run`],
    /// or until this `Database` is dropped or its process ends.
    pub fn insert_run(&self, run: &NewRun<'_>) -> Result<String, DatabaseError> {
        let began = RunBegan {
            at: now(),
            run: new_run_id(),
            workflow: run.workflow.to_owned(),
            file: run.file.to_owned(),
            command: run.command.to_owned(),
            config: run.config.clone(),
            environment: run.environment.clone(),
        };
        let id = began.run.clone();
        self.keep_alive(&began)?;
        let written = self.write_rows(&id, &[LogEntry::RunBegan(Box::new(began))]);
        if let Err(error) = written {
            // Nothing has happened yet: better no run than one without a row.
            self.forget(&id);
            return Err(error);
        }
        Ok(id)
    }

    /// Records how a run ended, now. May be called again after an error.
    ///
    /// # Errors
    /// Where the database cannot be written. The log then has what is missing, and whoever opens the
    /// database next reads it from there.
    pub fn finish_run(&self, id: &str, status: RunStatus) -> Result<(), DatabaseError> {
        if self.has_ended(id) {
            self.write_missed(id)?;
        } else {
            let ended = LogEntry::RunEnded { at: now(), status };
            self.record(id, ended, Duration::ZERO)?;
        }
        self.let_go(id);
        Ok(())
    }

    /// Whether the end of a run of this process is in its log, and not in the database.
    fn has_ended(&self, id: &str) -> bool {
        let living = self.living_runs();
        let last = living.get(id).and_then(|run| run.missed.last());
        matches!(last, Some(LogEntry::RunEnded { .. }))
    }

    /// Writes the rows of a run of this process that could not be written before.
    pub fn write_missed(&self, id: &str) -> Result<(), DatabaseError> {
        match self.living_runs().get_mut(id) {
            Some(run) => self.write_missed_of(id, run),
            None => Ok(()),
        }
    }

    fn write_missed_of(&self, id: &str, run: &mut LivingRun) -> Result<(), DatabaseError> {
        let written = match run.missed.is_empty() {
            true => Ok(()),
            false => self.write_rows(id, &run.missed),
        };
        run.tried_at = written.is_err().then(Instant::now);
        if written.is_ok() {
            run.missed.clear();
        }
        written
    }

    /// Records a stage that begins now, or that needed no work: the row of such a cached one comes with the
    /// next other row. Returns the number of its row, if it has one already; see [`Database::finish_run`] for what happens to rows that cannot be written.
    pub fn start_stage(&self, stage: &NewStageRun<'_>) -> Result<Option<i64>, DatabaseError> {
        let began = LogEntry::StageBegan(StageBegan {
            at: now(),
            instance: stage.instance.to_owned(),
            kind: stage.kind.to_owned(),
            name: stage.name.to_owned(),
            key: stage.key.copied(),
            status: stage.status,
            reason: stage.reason.map(str::to_owned),
            device: stage.device.map(str::to_owned),
        });
        let has_row = !is_of_cached_stage(&began);
        self.record(stage.run_id, began, RETRY)?;
        match has_row {
            true => self.stage_row(stage.run_id, stage.instance),
            false => Ok(None),
        }
    }

    /// Records how a stage of a run ended, now: after work that cost this, and with what error.
    pub fn finish_stage(
        &self,
        run_id: &str,
        instance: &str,
        status: StageStatus,
        cost: StageCost,
        error: Option<&str>,
    ) -> Result<(), DatabaseError> {
        let ended = LogEntry::StageEnded(StageEnded {
            at: now(),
            instance: instance.to_owned(),
            status,
            cost,
            error: error.map(str::to_owned),
        });
        self.record(run_id, ended, RETRY)
    }

    /// Writes a line into the run's log, then the row, with those that could not be written before. After
    /// a failure nothing is tried again for the time `pause`, since each try may wait for a lock.
    fn record(&self, id: &str, entry: LogEntry, pause: Duration) -> Result<(), DatabaseError> {
        let mut living = self.living_runs();
        let Some(run) = living.get_mut(id) else {
            return self.write_rows(id, &[entry]);
        };
        let logged = run.log.append(&entry);
        let can_wait = is_of_cached_stage(&entry);
        run.missed.push(entry);
        if !can_wait && run.tried_at.is_none_or(|tried| tried.elapsed() >= pause) {
            self.write_missed_of(id, run)?;
        }
        Ok(logged?)
    }
}

/// Rows of cached stages, of which there may be hundreds in a moment, are written with the next other row.
fn is_of_cached_stage(entry: &LogEntry) -> bool {
    matches!(entry, LogEntry::StageBegan(began) if began.status == StageStatus::Cached)
}

/// A new run's id: a hash of time, process and a counter, so that runs that start at once differ.
fn new_run_id() -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let time_ns = jiff::Timestamp::now().as_nanosecond();
    let source = format!("{time_ns} {} {count}", std::process::id());
    let mut id = Key::of(source.as_bytes()).to_string();
    id.truncate(RUN_ID_DIGITS);
    id
}
