//! `hrm run`

use super::profile;
use crate::cli::Run;
use crate::error::CliError;
use crate::exit::Exit;
use crate::result::result_text;
use crate::{interrupt, output, program, progress};
use hrm_runner::{ExpectationVerdict, RunEnd, RunOptions, RunOutcome, Selection, Workers};
use std::path::Path;

/// Folder below which reports are written, in the current folder.
pub(super) const REPORTS: &str = "reports";

pub(super) fn run(args: Run, state: &Path) -> Result<Exit, CliError> {
    let workflow = hrm_workflow::load(&args.workflow.file, &args.workflow.set)?;
    let profile = profile::load(&args.profile)?;
    let session = profile::session(&profile, state, args.device.device)?
        .with_raw_data(args.raw_data.data_dir);
    let options = RunOptions {
        selection: Selection {
            stages: args.selection.stages,
            forced: args.selection.force,
        },
        keep_going: args.keep_going,
        command: this_command_line(),
        reports: REPORTS.into(),
        workers: workers(profile::jobs(&profile, args.jobs))?,
        executor: profile::executor(profile),
        retries: args.retries,
        timeout: args.timeout,
    };
    let interrupt = interrupt::listen();
    let mut events = progress::events(args.json);
    let outcome = hrm_runner::run(&session, &workflow, &options, &interrupt, &mut *events)?;
    if !args.json {
        tell(&outcome)?;
    }
    Ok(match outcome.end {
        RunEnd::Done => judged(&outcome),
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

/// What the verdicts say about the run: what is open is told, and is no failure.
fn judged(outcome: &RunOutcome) -> Exit {
    let missed = |verdict| verdict == ExpectationVerdict::NotReproduced;
    match outcome
        .expectations
        .iter()
        .any(|expectation| missed(expectation.verdict))
    {
        true => Exit::ExpectationMissed,
        false => Exit::Ok,
    }
}

/// Prints results and reports.
fn tell(outcome: &RunOutcome) -> Result<(), CliError> {
    for result in &outcome.results {
        output::line(&result_text(result))?;
    }
    for page in &outcome.reports {
        output::line(&format!("report: {}", page.display()))?;
    }
    Ok(())
}

/// Workers that are processes of this program, `jobs` at a time.
pub(super) fn workers(jobs: usize) -> Result<Workers, CliError> {
    Ok(Workers {
        program: program::path()?,
        arguments: vec!["worker".to_owned()],
        jobs,
    })
}

/// The command line of this process as it can be typed again.
pub(super) fn this_command_line() -> String {
    let arguments = std::env::args_os().skip(1);
    command_line(arguments.map(|argument| argument.to_string_lossy().into_owned()))
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
}
