//! `hrm run`

use super::profile;
use crate::cli::Run;
use crate::error::CliError;
use crate::exit::Exit;
use crate::result::result_text;
use crate::{command_line, interrupt, output, program, progress};
use hrm_runner::{ExpectationVerdict, RunEnd, RunOptions, RunOutcome, Selection, Workers};
use std::path::Path;

/// Folder below which reports are written, in the current folder.
pub(super) const REPORTS: &str = "reports";

pub(super) fn run(args: Run, state: &Path) -> Result<Exit, CliError> {
    let workflow = hrm_workflow::load(&args.workflow.file, &args.workflow.set)?;
    let profile = profile::load(&args.profile)?;
    let mut events = progress::events(args.json);
    let session = profile::session(&profile, state, args.device.device, &mut *events)?
        .with_raw_data(args.raw_data.data_dir);
    let options = RunOptions {
        selection: Selection {
            stages: args.selection.stages,
            forced: args.selection.force,
        },
        keep_going: args.keep_going,
        command: command_line::typed(),
        reports: REPORTS.into(),
        workers: workers(profile::jobs(&profile, args.jobs))?,
        executor: profile::executor(profile),
        retries: args.retries,
        timeout: args.timeout,
    };
    let interrupt = interrupt::listen();
    let outcome = hrm_runner::run(&session, &workflow, &options, &interrupt, &mut *events)?;
    if !args.json {
        tell(&outcome)?;
    }
    Ok(match outcome.end {
        RunEnd::Done => judged(&outcome),
        RunEnd::Failed => {
            tell_how_to_go_on();
            Exit::StageFailed
        }
        RunEnd::Interrupted => {
            tell_how_to_go_on();
            Exit::Interrupted
        }
    })
}

fn tell_how_to_go_on() {
    output::note(&format!("go on with: {}", command_line::going_on()));
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
