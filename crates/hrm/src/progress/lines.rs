//! Plain lines, for log files.

use super::message;
use crate::format::count;
use crate::output;
use hrm_runner::{Event, Events};
use std::time::{Duration, Instant};

/// Time between two lines about the progress of one stage.
const INTERVAL: Duration = Duration::from_secs(10);

/// A line on standard error for each event that is worth one, and now and then one about progress.
#[derive(Default)]
pub(super) struct Lines {
    /// When progress was told last, or a stage started.
    last: Option<Instant>,
}

impl Lines {
    /// Whether it is time for a line about progress.
    fn due(&mut self) -> bool {
        let due = self.last.is_none_or(|last| last.elapsed() >= INTERVAL);
        if due {
            self.last = Some(Instant::now());
        }
        due
    }
}

impl Events for Lines {
    fn event(&mut self, event: Event) {
        match &event {
            Event::TrainingStep {
                stage,
                step,
                total_steps,
                ..
            } if *step == *total_steps || self.due() => {
                let details = message::training(&event).unwrap_or_default();
                output::note(&format!(
                    "{stage}: step {}/{}, {details}",
                    count(*step),
                    count(*total_steps)
                ));
            }
            Event::Progress {
                stage,
                what,
                done,
                total,
            } if self.due() => {
                output::note(&format!(
                    "{stage}: {what}, {}/{}",
                    count(*done as u64),
                    count(*total as u64)
                ));
            }
            Event::StageStarted { .. } => self.last = Some(Instant::now()),
            _ => {}
        }
        if let Some(line) = message::line(&event, false) {
            output::note(&line);
        }
    }
}
