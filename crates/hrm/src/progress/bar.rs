//! Progress bars on a terminal.

use super::message;
use crate::output;
use hrm_runner::{Event, Events};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;

const TEMPLATE: &str = "{prefix:>11} [{bar:24}] {human_pos}/{human_len} {wide_msg}";

/// Lines about events, and below them a bar for each stage that runs.
pub(super) struct Bars {
    all: MultiProgress,
    by_stage: BTreeMap<String, ProgressBar>,
    color: bool,
}

impl Bars {
    pub(super) fn new() -> Self {
        Self {
            all: MultiProgress::new(),
            by_stage: BTreeMap::new(),
            color: output::color(),
        }
    }

    /// Moves the bar of a stage, and shows it if it is not there yet.
    fn show(&mut self, stage: &str, done: u64, total: u64, verb: &'static str, details: String) {
        let all = &self.all;
        let bar = self.by_stage.entry(stage.to_owned()).or_insert_with(|| {
            let bar = all.add(ProgressBar::new(total));
            match ProgressStyle::with_template(TEMPLATE) {
                Ok(style) => bar.set_style(style.progress_chars("━╸ ")),
                Err(error) => tracing::warn!(%error, "the progress bar has its default style"),
            }
            bar
        });
        bar.set_length(total);
        bar.set_prefix(verb);
        bar.set_message(details);
        bar.set_position(done);
    }

    /// The name of a stage in front of its progress, where there are several bars.
    fn named(&self, stage: &str, details: String) -> String {
        let others = self.by_stage.keys().any(|other| other != stage);
        if others {
            format!("{stage}: {details}")
        } else {
            details
        }
    }

    fn hide(&mut self, stage: &str) {
        if let Some(bar) = self.by_stage.remove(stage) {
            bar.finish_and_clear();
        }
    }
}

impl Events for Bars {
    fn event(&mut self, event: Event) {
        match &event {
            Event::TrainingStep {
                stage,
                step,
                total_steps,
                ..
            } => {
                let details = message::training(&event).unwrap_or_default();
                let details = self.named(stage, details);
                self.show(stage, *step, *total_steps, "Training", details);
            }
            Event::CompilingKernels { stage, total } => {
                let details = self.named(stage, message::COMPILING.to_owned());
                self.show(stage, 0, *total, "", details);
            }
            Event::Progress {
                stage,
                what,
                done,
                total,
            } => {
                let details = self.named(stage, what.clone());
                self.show(stage, *done as u64, *total as u64, "", details);
            }
            Event::StageFinished { stage, .. }
            | Event::StageFailed { stage, .. }
            | Event::StageRetried { stage, .. }
            | Event::JobRequeued { stage, .. }
            | Event::JobLeft { stage, .. }
            | Event::StageInterrupted { stage, .. } => self.hide(stage),
            _ => {}
        }
        if let Some(line) = message::line(&event, self.color) {
            // Suspending keeps the bars from being drawn over.
            self.all.suspend(|| output::note(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bars: &Bars) -> (String, u64) {
        let bar = &bars.by_stage["train.hrm"];
        (bar.message(), bar.position())
    }

    #[test]
    fn kernels_are_compiled_until_the_first_step_is_done() {
        let mut bars = Bars::new();
        let stage = || "train.hrm".to_owned();
        bars.event(Event::CompilingKernels {
            stage: stage(),
            total: 900,
        });
        assert_eq!(shown(&bars), (message::COMPILING.to_owned(), 0));
        bars.event(Event::TrainingStep {
            stage: stage(),
            step: 1,
            total_steps: 900,
            steps_per_second: 0.1,
            samples_per_second: 6.4,
            lm_loss: 1.5,
            exact_accuracy: None,
        });
        let (message, position) = shown(&bars);
        assert!(
            message.starts_with("0.1 steps/s") && position == 1,
            "{message}"
        );
    }
}
