//! A worker that is a process of this machine, as the coordinating process sees it.

use super::worker::{Crash, Report, with_last_lines};
use crate::worker::StageJob;
use crate::{RunnerError, Workers};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread;

/// A process that does the work of a stage.
pub(super) struct WorkerProcess {
    child: Child,
    /// Closing it asks the worker to stop.
    job: Option<ChildStdin>,
    log: PathBuf,
}

impl WorkerProcess {
    /// Starts a worker on a job. What it tells goes to `send`, what it prints on standard error into
    /// the file `log`.
    pub(super) fn start(
        workers: &Workers,
        job: &StageJob,
        log: PathBuf,
        send: impl Fn(Report) + Send + 'static,
    ) -> Result<Self, RunnerError> {
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder).map_err(RunnerError::io("create", folder))?;
        }
        let stderr = File::create(&log).map_err(RunnerError::io("create", &log))?;
        let mut command = Command::new(&workers.program);
        command
            .args(&workers.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr);
        if let Some(threads) = workers.threads_each() {
            command.env("RAYON_NUM_THREADS", threads.to_string());
        }
        let mut child = command
            .spawn()
            .map_err(RunnerError::io("start", &workers.program))?;
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || read(output, &send));
        }
        let mut worker = Self {
            job: child.stdin.take(),
            child,
            log,
        };
        worker.give(job)?;
        Ok(worker)
    }

    fn give(&mut self, job: &StageJob) -> Result<(), RunnerError> {
        let mut line = serde_json::to_vec(job).map_err(RunnerError::Json)?;
        line.push(b'\n');
        if let Some(stdin) = &mut self.job {
            // A worker that is gone already is noticed by its end.
            let _ = stdin.write_all(&line).and_then(|()| stdin.flush());
        }
        Ok(())
    }

    /// Asks it to stop at the next safe point.
    pub(super) fn stop(&mut self) {
        self.job = None;
    }

    /// Ends it at once; its work folder stays as it is, which the next one can cope with.
    pub(super) fn kill(&mut self) {
        if let Err(error) = self.child.kill() {
            tracing::warn!(%error, "a worker could not be ended");
        }
    }

    /// Waits for its end; says how it ended, should it not have told.
    pub(super) fn finish(&mut self) -> Crash {
        let status = self.wait().ok();
        let how = status.map_or_else(|| "ended".to_owned(), how_it_ended);
        Crash {
            error: with_last_lines(format!("its worker {how}"), &self.log),
            help: None,
            is_worth_retrying: is_worth_retrying(status),
            gave_way_at: None,
        }
    }

    /// Waits for its end, and forgets a log in which there is nothing.
    fn wait(&mut self) -> io::Result<ExitStatus> {
        self.job = None;
        let status = self.child.wait()?;
        if fs::metadata(&self.log).is_ok_and(|log| log.len() == 0) {
            let _ = fs::remove_file(&self.log);
            // Fails as long as other logs of the run are there.
            let _ = self.log.parent().map(fs::remove_dir);
        }
        Ok(status)
    }
}

impl Drop for WorkerProcess {
    /// Nothing that the coordinator started outlives it by more than the way to a checkpoint.
    fn drop(&mut self) {
        self.stop();
    }
}

fn read(output: impl io::Read, send: &impl Fn(Report)) {
    for line in BufReader::new(output).lines() {
        let Ok(line) = line else { break };
        match serde_json::from_str(&line) {
            Ok(message) => send(Report::message(message)),
            // A library that prints must not break a run.
            Err(error) => tracing::warn!(%error, line, "a worker printed something else"),
        }
    }
    send(Report::Closed);
}

/// `was killed by signal 9, as the system does when memory runs out`, `exited with code 101`.
fn how_it_ended(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let why = match signal {
            9 => ", as the system does when memory runs out",
            11 => " (a fault in memory)",
            _ => "",
        };
        return format!("was killed by signal {signal}{why}");
    }
    match status.code() {
        Some(code) => format!("exited with code {code}"),
        None => "ended".to_owned(),
    }
}

/// Whether it was killed.
fn is_worth_retrying(status: Option<ExitStatus>) -> bool {
    status.is_some_and(|status| status.code().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn ends_are_told_apart() {
        use std::os::unix::process::ExitStatusExt;
        let killed = ExitStatus::from_raw(9);
        assert!(how_it_ended(killed).starts_with("was killed by signal 9, as the system"));
        assert!(is_worth_retrying(Some(killed)));
        let panicked = ExitStatus::from_raw(101 << 8);
        assert_eq!(how_it_ended(panicked), "exited with code 101");
        assert!(!is_worth_retrying(Some(panicked)));
    }
}
