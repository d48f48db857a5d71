//! The way of a run: stages start as they become ready and places get free, and what their workers
//! tell is heard.

use super::Run;
use super::cluster::Cluster;
use super::prepare::Prepared;
use super::schedule::Progress;
use super::worker::{Report, Worker};
use super::worker_process::WorkerProcess;
use crate::stages::render_stage;
use crate::worker::{StageJob, WorkerEnd, WorkerMessage, work_under_lock};
use crate::{Events, RunEnd, RunnerError};
use hrm_config::StageKind;
use std::time::{Duration, Instant};

/// Time between two looks at the interrupt and at what takes too long.
const POLL: Duration = Duration::from_millis(50);

/// Time that a worker which takes too long has to save its checkpoint.
const GRACE: Duration = Duration::from_secs(60);

impl Run<'_> {
    /// Makes every selected stage, each after its inputs.
    pub(super) fn all_stages(&mut self) -> RunEnd {
        loop {
            if self.interrupt.requested() {
                self.stop_all();
            }
            if !self.stopping {
                self.start_ready();
                self.skip_blocked();
            }
            let waits_for_retry = !self.stopping && self.schedule.anything_ready();
            if self.workers.is_empty() && !waits_for_retry {
                return self.end();
            }
            if let Ok((stage, report)) = self.inbox.recv_timeout(POLL) {
                self.hear(stage, report);
            }
            self.follow_jobs();
            self.watch_time();
        }
    }

    fn end(&self) -> RunEnd {
        if self.interrupt.requested() {
            RunEnd::Interrupted
        } else if self.schedule.count(Progress::Failed) > 0 {
            RunEnd::Failed
        } else if self.schedule.count(Progress::Interrupted) > 0 {
            RunEnd::Interrupted
        } else {
            RunEnd::Done
        }
    }

    /// Asks everything that runs to stop at its next safe point; nothing starts any more.
    pub(super) fn stop_all(&mut self) {
        self.stopping = true;
        if self.interrupt.requested() && self.cluster.as_ref().is_some_and(Cluster::leaves_jobs) {
            self.leave_jobs();
        }
        self.workers.values_mut().for_each(Worker::stop);
    }

    fn start_ready(&mut self) {
        let mut for_cluster = Vec::new();
        while !self.stopping
            && !self.interrupt.requested()
            && let Some(i) = self.schedule.next(Instant::now())
        {
            let began = Instant::now();
            match self.prepare(i) {
                Ok(Prepared::Found(artifact)) => {
                    if let Some(cluster) = &self.cluster {
                        cluster.forget(artifact.kind(), artifact.key());
                    }
                    self.found(i, artifact);
                }
                Ok(Prepared::Damaged { stage, reason }) => self.make_again(stage, reason),
                Ok(Prepared::Work(job)) => {
                    self.schedule.set(i, Progress::Running);
                    // A report is made here, since it is made from the database.
                    if self.cluster.is_some() && job.config.kind() != StageKind::Report {
                        for_cluster.push((i, *job));
                    } else if let Err(error) = self.start(i, &job) {
                        self.fail(i, &error, began.elapsed());
                    }
                }
                Err(error) => self.fail(i, &error, began.elapsed()),
            }
        }
        self.submit_jobs(for_cluster);
    }

    /// Starts the work of a stage on this machine.
    fn start(&mut self, i: usize, job: &StageJob) -> Result<(), RunnerError> {
        if job.config.kind() == StageKind::Report {
            let began = Instant::now();
            self.complete_rows()?;
            let (session, run) = (self.session, self.journal.record.run().to_owned());
            let end = work_under_lock(
                job,
                &session.store,
                self.interrupt,
                &mut self.journal,
                |work, _| render_stage(session, &run, &job.stage, work),
            )?;
            self.ended(i, end, began.elapsed());
            return Ok(());
        }
        let outbox = self.outbox.clone();
        let send = move |report| {
            // Nobody listens any more when the run has ended.
            let _ = outbox.send((i, report));
        };
        let log = self
            .session
            .store
            .log_path(self.journal.record.run(), i, &job.stage);
        let process = WorkerProcess::start(&self.options.workers, job, log, send)?;
        self.workers.insert(i, Worker::process(process));
        Ok(())
    }

    pub(super) fn hear(&mut self, i: usize, report: Report) {
        match report {
            Report::Message(message) => match *message {
                WorkerMessage::Event(event) => self.journal.event(event),
                WorkerMessage::Ended(end) => _ = self.ends.insert(i, end),
            },
            Report::Closed => {
                let Some(mut worker) = self.workers.remove(&i) else {
                    return;
                };
                let crash = worker.finish();
                let took = worker.started.elapsed();
                match self.ends.remove(&i) {
                    Some(WorkerEnd::Interrupted { .. }) if worker.timed_out.is_some() => {
                        self.took_too_long(i, took);
                    }
                    Some(end) => self.ended(i, end, took),
                    None if worker.timed_out.is_some() => self.took_too_long(i, took),
                    None => self.crashed(i, crash, took),
                }
            }
        }
    }

    fn watch_time(&mut self) {
        let Some(limit) = self.options.timeout else {
            return;
        };
        for worker in self.workers.values_mut() {
            match worker.timed_out {
                None if worker.worked() >= limit => {
                    worker.timed_out = Some(Instant::now());
                    worker.stop();
                }
                Some(since) if since.elapsed() >= GRACE => worker.kill(),
                _ => {}
            }
        }
    }

    fn skip_blocked(&mut self) {
        if !self.options.keep_going {
            return;
        }
        while let Some((i, because)) = self.schedule.blocked() {
            self.skip(i, because);
        }
    }
}
