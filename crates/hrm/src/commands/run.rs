//! `hrm run`

use crate::cli::Run;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{count, percent};
use crate::{interrupt, output, progress};
use hrm_runner::{EvaluationResult, RunEnd, RunOptions, RunOutcome, Selection, Session};
use std::path::Path;

/// Folder below which reports are written, in the current folder.
pub(super) const REPORTS: &str = "reports";

pub(super) fn run(args: Run, state: &Path) -> Result<Exit, CliError> {
    let workflow = hrm_workflow::load(&args.workflow.file, &args.workflow.set)?;
    let session = Session::open(state, args.device.device)?.with_raw_data(args.raw_data.data_dir);
    let options = RunOptions {
        selection: Selection {
            stages: args.selection.stages,
            forced: args.selection.force,
        },
        keep_going: args.keep_going,
        command: command_line(
            std::env::args_os()
                .skip(1)
                .map(|argument| argument.to_string_lossy().into_owned()),
        ),
        reports: REPORTS.into(),
    };
    let interrupt = interrupt::listen();
    let mut events = progress::events(args.json);
    let outcome = hrm_runner::run(&session, &workflow, &options, &interrupt, &mut *events)?;
    if !args.json {
        tell(&outcome)?;
    }
    Ok(match outcome.end {
        RunEnd::Done => Exit::Ok,
        RunEnd::Failed => Exit::StageFailed,
        RunEnd::Interrupted => {
            // Forcing a stage would start it from its beginning again.
            let forced = !options.selection.forced.is_empty();
            let how = if forced { " without `--force`" } else { "" };
            output::note(&format!("the same command{how} goes on from here"));
            Exit::Interrupted
        }
    })
}

/// Prints results and reports.
fn tell(outcome: &RunOutcome) -> Result<(), CliError> {
    for result in &outcome.results {
        output::line(&result_line(result))?;
    }
    for page in &outcome.reports {
        output::line(&format!("report: {}", page.display()))?;
    }
    Ok(())
}

/// The result of an evaluation with its interval, for example
/// `evaluate.test: 471 of 500 puzzles exactly right: 94.2 % (95 % interval 91.8 % to 95.9 %)`.
pub(super) fn result_line(result: &EvaluationResult) -> String {
    let counts = format!(
        "{}: {} of {} puzzles exactly right",
        result.stage,
        count(result.exact.hits),
        count(result.exact.total)
    );
    match (result.exact.share(), result.exact.interval()) {
        (Some(share), Some(interval)) => {
            let (low, high) = (percent(interval.low), percent(interval.high));
            format!(
                "{counts}: {} (95 % interval {low} to {high})",
                percent(share)
            )
        }
        _ => counts,
    }
}

/// The command line as it can be typed again.
fn command_line(arguments: impl Iterator<Item = String>) -> String {
    std::iter::once("hrm".to_owned())
        .chain(arguments.map(|argument| quoted(&argument)))
        .collect::<Vec<_>>()
        .join(" ")
}

/// An argument as a POSIX shell reads it.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        return argument.to_owned();
    }
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_runner::Count;

    #[test]
    fn a_command_line_can_be_typed_again() {
        let arguments = [
            "run",
            "my file.toml",
            "--set",
            "train.lr=1e-4",
            "train.hrm[seed=1]",
            "it's",
            "",
        ];
        assert_eq!(
            command_line(arguments.into_iter().map(str::to_owned)),
            r"hrm run 'my file.toml' --set train.lr=1e-4 'train.hrm[seed=1]' 'it'\''s' ''"
        );
    }

    #[test]
    fn a_result_has_counts_and_an_interval() {
        let result = |hits, total| EvaluationResult {
            stage: "evaluate.test".to_owned(),
            segment: 8,
            exact: Count { hits, total },
        };
        assert_eq!(
            result_line(&result(471, 500)),
            "evaluate.test: 471 of 500 puzzles exactly right: 94.2 % (95 % interval 91.8 % to 95.9 %)"
        );
        assert_eq!(
            result_line(&result(0, 0)),
            "evaluate.test: 0 of 0 puzzles exactly right"
        );
    }
}
