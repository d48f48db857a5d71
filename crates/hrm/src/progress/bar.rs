//! A progress bar on a terminal.

use super::message;
use crate::output;
use hrm_runner::{Event, Events};
use indicatif::{ProgressBar, ProgressStyle};

const TEMPLATE: &str = "{prefix:>11} [{bar:24}] {human_pos}/{human_len} {wide_msg}";

/// Lines about events, and below them a bar for the stage that runs.
pub(super) struct Bar {
    bar: ProgressBar,
    color: bool,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            color: output::color(),
        }
    }

    /// Moves the bar, and shows it if it is not there yet.
    fn show(&mut self, done: u64, total: u64, verb: &'static str, details: String) {
        if self.bar.is_hidden() || self.bar.length() != Some(total) {
            self.bar.finish_and_clear();
            self.bar = ProgressBar::new(total);
            match ProgressStyle::with_template(TEMPLATE) {
                Ok(style) => self.bar.set_style(style.progress_chars("━╸ ")),
                Err(error) => tracing::warn!(%error, "the progress bar has its default style"),
            }
            self.bar.set_prefix(verb);
        }
        self.bar.set_message(details);
        self.bar.set_position(done);
    }

    fn hide(&mut self) {
        self.bar.finish_and_clear();
        self.bar = ProgressBar::hidden();
    }
}

impl Events for Bar {
    fn event(&mut self, event: Event) {
        match &event {
            Event::TrainingStep {
                step, total_steps, ..
            } => {
                let details = message::training(&event).unwrap_or_default();
                self.show(*step, *total_steps, "Training", details);
            }
            Event::Progress {
                what, done, total, ..
            } => {
                self.show(*done as u64, *total as u64, "", what.clone());
            }
            Event::StageFinished { .. }
            | Event::StageFailed { .. }
            | Event::StageInterrupted { .. }
            | Event::RunFinished { .. } => self.hide(),
            _ => {}
        }
        if let Some(line) = message::line(&event, self.color) {
            // Suspending keeps the bar from being drawn over.
            self.bar.suspend(|| output::note(&line));
        }
    }
}
