//! `hrm worker`: the work of one stage, told by `hrm run`. Not for people.

use crate::error::CliError;
use crate::exit::Exit;
use crate::{interrupt, output};
use hrm_runner::{Event, Events, Interrupt, StageJob, WorkerEnd, WorkerMessage};
use std::io::{self, BufRead};
use std::thread;

pub(super) fn run() -> Result<Exit, CliError> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| usage(format!("no work was given: {error}")))?;
    let job: StageJob = serde_json::from_str(&line)
        .map_err(|error| usage(format!("this is no work for a worker: {error}")))?;
    let interrupt = interrupt::listen();
    stop_with_the_coordinator(interrupt.clone());
    let end = hrm_runner::work(&job, &interrupt, &mut Messages)
        .unwrap_or_else(|error| WorkerEnd::of_error(&error));
    tell(&WorkerMessage::Ended(end));
    Ok(Exit::Ok)
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

/// Events as messages on standard output.
struct Messages;

impl Events for Messages {
    fn event(&mut self, event: Event) {
        tell(&WorkerMessage::Event(event));
    }
}

fn tell(message: &WorkerMessage) {
    // A coordinator that is gone hears nothing, which must not break the way to a checkpoint.
    match serde_json::to_string(message) {
        Ok(line) => _ = output::line(&line),
        Err(error) => tracing::warn!(%error, "a message was not written"),
    }
}
