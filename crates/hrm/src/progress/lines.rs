//! Plain lines, for log files.

use super::message;
use crate::format::count;
use crate::output;
use hrm_runner::{Event, Events};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time between two lines about the progress of one stage.
const INTERVAL: Duration = Duration::from_secs(10);

/// A line on standard error for each event that is worth one, and now and then one about progress.
#[derive(Default)]
pub(super) struct Lines {
    /// When the progress of a stage was told last, or it started.
    last: BTreeMap<String, Instant>,
}

impl Lines {
    /// Whether it is time for a line about a stage's progress.
    fn due(&mut self, stage: &str) -> bool {
        let last = self.last.get(stage);
        let due = last.is_none_or(|last| last.elapsed() >= INTERVAL);
        if due {
            self.last.insert(stage.to_owned(), Instant::now());
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
            } if *step == *total_steps || self.due(stage) => {
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
            } if self.due(stage) => {
                output::note(&format!(
                    "{stage}: {what}, {}/{}",
                    count(*done as u64),
                    count(*total as u64)
                ));
            }
            Event::StageStarted { stage, .. } => {
                self.last.insert(stage.clone(), Instant::now());
            }
            _ => {}
        }
        if let Some(line) = message::line(&event, false) {
            output::note(&line);
        }
    }
}
