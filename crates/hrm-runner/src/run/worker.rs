//! What does the work of a stage: a process on this machine, or a job of a cluster.

use super::cluster::Job;
use super::worker_process::WorkerProcess;
use crate::Event;
use crate::worker::WorkerMessage;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// Lines of a log that are shown when a worker crashed.
const LAST_LINES: usize = 12;

/// What comes from a worker.
pub(super) enum Report {
    /// It told something.
    Message(Box<WorkerMessage>),
    /// It has ended, or is about to, and tells nothing more.
    Closed,
}

impl Report {
    pub(super) fn message(message: WorkerMessage) -> Self {
        Self::Message(Box::new(message))
    }

    pub(super) fn event(event: Event) -> Self {
        Self::message(WorkerMessage::Event(event))
    }
}

/// How a worker ended that did not tell it.
pub(super) struct Crash {
    pub(super) error: String,
    /// What would be right, where that can be said.
    pub(super) help: Option<String>,
    /// Whether another attempt can go better: one that was killed may have been in the way of another
    /// one, but a panic comes again.
    pub(super) is_worth_retrying: bool,
    /// Step of the checkpoint with which it stopped because it had to make room, or its time was over.
    pub(super) gave_way_at: Option<u64>,
}

/// What does the work of a stage.
pub(super) struct Worker {
    place: Place,
    pub(super) started: Instant,
    /// When it was asked to stop because it took too long.
    pub(super) timed_out: Option<Instant>,
}

enum Place {
    Process(WorkerProcess),
    Job(Box<Job>),
}

impl Worker {
    pub(super) fn process(process: WorkerProcess) -> Self {
        Self::at(Place::Process(process))
    }

    pub(super) fn job(job: Job) -> Self {
        Self::at(Place::Job(Box::new(job)))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            started: Instant::now(),
            timed_out: None,
        }
    }

    /// Its job, if it is one.
    pub(super) fn as_job(&mut self) -> Option<&mut Job> {
        match &mut self.place {
            Place::Process(_) => None,
            Place::Job(job) => Some(job),
        }
    }

    /// Asks it to stop at the next safe point.
    pub(super) fn stop(&mut self) {
        match &mut self.place {
            Place::Process(process) => process.stop(),
            Place::Job(job) => job.stop(),
        }
    }

    /// Ends it at once; its work folder stays as it is, which the next one can cope with.
    pub(super) fn kill(&mut self) {
        match &mut self.place {
            Place::Process(process) => process.kill(),
            Place::Job(job) => job.kill(),
        }
    }

    /// Time for which it has worked. Waiting in a queue is no work.
    pub(super) fn worked(&self) -> Duration {
        match &self.place {
            Place::Process(_) => self.started.elapsed(),
            Place::Job(job) => job.running_since.map_or(Duration::ZERO, |at| at.elapsed()),
        }
    }

    /// Waits for its end; says how it ended, should it not have told.
    pub(super) fn finish(&mut self) -> Crash {
        match &mut self.place {
            Place::Process(process) => process.finish(),
            Place::Job(job) => job.finish(),
        }
    }
}

/// What happened, with the last lines of what the worker printed.
pub(super) fn with_last_lines(what: String, log: &Path) -> String {
    match last_lines(log) {
        None => what,
        Some(lines) => format!("{what}; the last lines of `{}`:\n{lines}", log.display()),
    }
}

fn last_lines(log: &Path) -> Option<String> {
    let text = fs::read(log).ok()?;
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.get(lines.len().saturating_sub(LAST_LINES)..)?;
    (!last.is_empty()).then(|| last.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_a_log_are_shown() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        assert_eq!(last_lines(&log), None);
        fs::write(&log, "").unwrap();
        assert_eq!(last_lines(&log), None);
        let lines: Vec<String> = (0..30).map(|line| line.to_string()).collect();
        fs::write(&log, lines.join("\n")).unwrap();
        assert_eq!(last_lines(&log).unwrap(), lines[18..].join("\n"));
    }
}
