//! `hrm worker`: the work of one stage, told by `hrm run`. Not for people.

use crate::cli::Worker;
use crate::error::CliError;
use crate::exit::Exit;
use crate::{interrupt, output};
use hrm_runner::{Event, Events, Interrupt, StageJob, WorkerEnd, WorkerMessage};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Time between two moments at which messages in a file become visible on other machines.
const SYNC: Duration = Duration::from_secs(1);

pub(super) fn run(args: &Worker) -> Result<Exit, CliError> {
    let (work, mut messages) = match (&args.job, &args.messages) {
        (Some(job), Some(messages)) => (
            std::fs::read_to_string(job).map_err(CliError::file("read", job))?,
            Messages::append_to(messages)?,
        ),
        _ => (standard_input()?, Messages::Output),
    };
    let job: StageJob = serde_json::from_str(&work)
        .map_err(|error| usage(format!("this is no work for a worker: {error}")))?;
    let interrupt = interrupt::listen();
    if args.job.is_none() {
        stop_with_the_coordinator(interrupt.clone());
    }
    let end = hrm_runner::work(&job, &interrupt, &mut messages)
        .unwrap_or_else(|error| WorkerEnd::of_error(&error));
    messages.tell(&WorkerMessage::Ended(end));
    messages.sync();
    Ok(Exit::Ok)
}

fn standard_input() -> Result<String, CliError> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| usage(format!("no work was given: {error}")))?;
    Ok(line)
}

fn usage(message: String) -> CliError {
    CliError::new(Exit::Usage, message)
        .help("`hrm run` starts workers by itself; there is nothing to be typed here")
}

/// The end of standard input asks to stop: the coordinator wants it, or is gone.
fn stop_with_the_coordinator(interrupt: Interrupt) {
    thread::spawn(move || {
        let mut rest = Vec::new();
        let _ = io::Read::read_to_end(&mut io::stdin().lock(), &mut rest);
        interrupt.request();
    });
}

/// Where events go, as messages.
enum Messages {
    /// To the coordinator, through standard output.
    Output,
    /// Into a file, which a coordinator reads on another machine.
    File { file: File, synced: Instant },
}

impl Messages {
    fn append_to(path: &Path) -> Result<Self, CliError> {
        let file = OpenOptions::new().create(true).append(true).open(path);
        Ok(Self::File {
            file: file.map_err(CliError::file("open", path))?,
            synced: Instant::now(),
        })
    }

    fn tell(&mut self, message: &WorkerMessage) {
        let line = match serde_json::to_string(message) {
            Ok(line) => line,
            Err(error) => {
                tracing::warn!(%error, "a message was not written");
                return;
            }
        };
        // A coordinator that is gone hears nothing, which must not break the way to a checkpoint.
        match self {
            Self::Output => _ = output::line(&line),
            Self::File { file, .. } => {
                if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
                    tracing::warn!(%error, "a message was not written");
                }
            }
        }
        if matches!(self, Self::File { synced, .. } if synced.elapsed() >= SYNC) {
            self.sync();
        }
    }

    /// Makes what was told visible on other machines.
    fn sync(&mut self) {
        if let Self::File { file, synced } = self {
            *synced = Instant::now();
            if let Err(error) = file.sync_data() {
                tracing::warn!(%error, "messages were not written");
            }
        }
    }
}

impl Events for Messages {
    fn event(&mut self, event: Event) {
        self.tell(&WorkerMessage::Event(event));
    }
}
