//! The sentence for an event.

use crate::format::{count, counted, duration, percent};
use crate::output::{Tone, VERB_WIDTH, verb_line};
use hrm_runner::{Event, ExpectationInfo, ExpectationVerdict, RunEnd, StageCounts};

/// What a bar shows until the first step on a GPU is done.
pub(super) const COMPILING: &str = "compiling and tuning kernels";

/// A line about `event`, for those that are worth one.
pub(super) fn line(event: &Event, color: bool) -> Option<String> {
    let (tone, verb, text) = sentence(event)?;
    Some(verb_line(tone, verb, &text, color))
}

fn sentence(event: &Event) -> Option<(Tone, &'static str, String)> {
    Some(match event {
        Event::RunStarted {
            run,
            workflow,
            device,
            stages,
            to_run,
        } => {
            let stages = counted(*stages as u64, "stage");
            (
                Tone::Active,
                "Run",
                format!("{run}: {workflow}, {to_run} of {stages} to run, device {device}"),
            )
        }
        Event::NothingToDo { workflow, stages } => {
            let stages = counted(*stages as u64, "stage");
            (
                Tone::Good,
                "Cached",
                format!("{workflow}: nothing to do, {stages} cached"),
            )
        }
        Event::StageCached { stage, .. } => (Tone::Quiet, "Cached", stage.clone()),
        Event::StageWaiting { stage, pid } => {
            let by = pid.map_or_else(String::new, |pid| format!(" (process {pid})"));
            (
                Tone::Warning,
                "Waiting",
                format!("{stage}: another run is working on it{by}"),
            )
        }
        Event::ArtifactDamaged { stage, what } => (
            Tone::Warning,
            "Damaged",
            format!("{stage}: {what}; it is made again"),
        ),
        Event::StageStarted { stage, reasons, .. } => {
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            (
                Tone::Active,
                "Running",
                format!("{stage}: {}", reasons.join(", ")),
            )
        }
        Event::TrainingStarted {
            stage,
            parameters,
            total_steps,
            resumed_from,
        } => {
            let resumed = resumed_from.map_or_else(String::new, |step| {
                format!(", going on after step {}", count(step))
            });
            let (parameters, steps) = (
                counted(*parameters, "parameter"),
                counted(*total_steps, "step"),
            );
            (
                Tone::Active,
                "Training",
                format!("{stage}: {parameters}, {steps}{resumed}"),
            )
        }
        Event::CompilingKernels { stage, .. } => (
            Tone::Active,
            "Compiling",
            format!("{stage}: kernels are compiled and tuned, which makes the first step slow"),
        ),
        Event::StageFinished { stage, seconds, .. } => (
            Tone::Good,
            "Done",
            format!("{stage} in {}", duration(*seconds)),
        ),
        Event::StageFailed { stage, error, help } => {
            let help = help.as_ref().map_or_else(String::new, |help| {
                format!("\n{:>VERB_WIDTH$} {help}", "help:")
            });
            (Tone::Bad, "Failed", format!("{stage}: {error}{help}"))
        }
        Event::StageRetried {
            stage,
            error,
            seconds,
        } => (
            Tone::Warning,
            "Retrying",
            format!("{stage} in {}: {error}", duration(*seconds)),
        ),
        Event::JobSubmitted { stage, job, found } => {
            let again = if *found { ", submitted before" } else { "" };
            (Tone::Active, "Queued", format!("{stage}: job {job}{again}"))
        }
        Event::JobRequeued { stage, job } => (
            Tone::Warning,
            "Queued",
            format!("{stage}: job {job} lost its place and waits once more"),
        ),
        Event::JobLeft { stage, job } => (
            Tone::Warning,
            "Left",
            format!("{stage}: job {job} goes on; `scancel {job}` cancels it"),
        ),
        Event::StageSkipped { stage, because } => (
            Tone::Warning,
            "Skipped",
            format!("{stage}: it needs {because}"),
        ),
        Event::StageInterrupted { stage, step } => {
            let step = step.map_or_else(String::new, |step| {
                format!(", checkpoint of step {} saved", count(step))
            });
            (Tone::Warning, "Interrupted", format!("{stage}{step}"))
        }
        Event::ReportWritten { path, .. } => (Tone::Good, "Report", path.display().to_string()),
        Event::Judged { expectation } => judged(expectation),
        Event::DatabaseRebuilt { runs, artifacts } => {
            let (runs, artifacts) = (
                counted(*runs as u64, "run"),
                counted(*artifacts as u64, "artifact"),
            );
            (
                Tone::Warning,
                "Rebuilt",
                format!("the database, of {runs} and {artifacts}"),
            )
        }
        Event::Warning { message } => (Tone::Warning, "Warning", message.clone()),
        Event::RunFinished {
            run,
            status,
            seconds,
            counts,
        } => {
            let (tone, how) = match status {
                RunEnd::Done => (Tone::Good, "done"),
                RunEnd::Failed => (Tone::Bad, "failed"),
                RunEnd::Interrupted => (Tone::Warning, "interrupted"),
            };
            (
                tone,
                "Run",
                format!(
                    "{run} {how} in {}: {}",
                    duration(*seconds),
                    counted_stages(counts)
                ),
            )
        }
        Event::TrainingStep { .. }
        | Event::Metrics { .. }
        | Event::CheckpointSaved { .. }
        | Event::Progress { .. } => return None,
    })
}

/// `3 done, 1 cached`.
fn counted_stages(counts: &StageCounts) -> String {
    let parts = [
        (counts.done, "done"),
        (counts.cached, "cached"),
        (counts.failed, "failed"),
        (counts.skipped, "skipped"),
        (counts.interrupted, "interrupted"),
    ];
    let some = parts.into_iter().filter(|(count, _)| *count > 0);
    let texts: Vec<String> = some.map(|(count, how)| format!("{count} {how}")).collect();
    texts.join(", ")
}

/// `hrm-solves: REPRODUCED: at least 50.0 %, ours 98.0 % (96.5–98.9): the interval begins at 96.5 %`.
fn judged(expectation: &ExpectationInfo) -> (Tone, &'static str, String) {
    let tone = match expectation.verdict {
        ExpectationVerdict::Reproduced => Tone::Good,
        ExpectationVerdict::NotReproduced => Tone::Bad,
        ExpectationVerdict::Inconclusive => Tone::Warning,
    };
    let ExpectationInfo {
        name,
        claim,
        verdict,
        reason,
        ..
    } = expectation;
    let ours = expectation
        .ours
        .map_or_else(String::new, |ours| format!(", ours {}", ours.text()));
    let label = verdict.label();
    (
        tone,
        "Verdict",
        format!("{name}: {label}: {claim}{ours}: {reason}"),
    )
}

/// The changing part of a training's progress, for example
/// `8.9 steps/s, 570 puzzles/s, lm loss 0.412, exact accuracy 61.2 %, 1 min 7 s left`; `None` for
/// any other event.
pub(super) fn training(event: &Event) -> Option<String> {
    let Event::TrainingStep {
        step,
        total_steps,
        steps_per_second,
        samples_per_second,
        lm_loss,
        exact_accuracy,
        ..
    } = event
    else {
        return None;
    };
    let exact = exact_accuracy.map_or_else(|| "–".to_owned(), percent);
    let left = total_steps.saturating_sub(*step) as f64 / steps_per_second;
    let left = if left.is_finite() {
        format!(", {} left", duration(left))
    } else {
        String::new()
    };
    Some(format!(
        "{steps_per_second:.1} steps/s, {samples_per_second:.0} puzzles/s, lm loss {lm_loss:.3}, exact accuracy {exact}{left}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_happened() {
        let event = Event::StageFailed {
            stage: "train.hrm".to_owned(),
            error: "no space".to_owned(),
            help: Some("free some".to_owned()),
        };
        assert_eq!(
            line(&event, false).unwrap(),
            "     Failed train.hrm: no space\n      help: free some"
        );
        let event = Event::StageWaiting {
            stage: "train.hrm".to_owned(),
            pid: Some(7),
        };
        assert_eq!(
            line(&event, false).unwrap(),
            "    Waiting train.hrm: another run is working on it (process 7)"
        );
        assert!(
            line(&event, true)
                .unwrap()
                .starts_with("\u{1b}[1;33m    Waiting\u{1b}[0m train.hrm")
        );
    }

    #[test]
    fn a_training_step_tells_speed_losses_and_time_left() {
        let step = |steps_per_second, exact_accuracy| Event::TrainingStep {
            stage: "train.hrm".to_owned(),
            step: 300,
            total_steps: 900,
            steps_per_second,
            samples_per_second: 570.4,
            lm_loss: 0.4121,
            exact_accuracy,
        };
        assert_eq!(
            training(&step(8.9, Some(0.612))).unwrap(),
            "8.9 steps/s, 570 puzzles/s, lm loss 0.412, exact accuracy 61.2 %, 1 min 7 s left"
        );
        assert_eq!(
            training(&step(0.0, None)).unwrap(),
            "0.0 steps/s, 570 puzzles/s, lm loss 0.412, exact accuracy –"
        );
        assert_eq!(
            training(&Event::Warning {
                message: String::new()
            }),
            None
        );
    }
}
