//! `hrm report`

use super::run::REPORTS;
use crate::cli::Report;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::state;
use hrm_runner::RunnerError;
use hrm_store::Database;
use hrm_store::rows::RunRow;
use std::path::Path;

pub(super) fn report(args: &Report, state: &Path) -> Result<Exit, CliError> {
    let (_, database) = state::open(state)?;
    let run = target(&database, &args.target)?;
    let pages = hrm_runner::render_reports(&database, &run, Path::new(REPORTS))?;
    for page in &pages {
        output::line(&format!("report: {}", page.display()))?;
        if args.open {
            open::that_detached(page).map_err(|error| {
                CliError::new(
                    Exit::Internal,
                    format!("cannot open `{}`: {error}", page.display()),
                )
                .help("open the file in a browser by hand")
            })?;
        }
    }
    Ok(Exit::Ok)
}

/// The run that is meant: the last one of a workflow file, or the one with this id.
fn target(database: &Database, target: &str) -> Result<RunRow, CliError> {
    let path = Path::new(target);
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Ok(database.run(target)?);
    }
    let workflow = hrm_workflow::load(path, &[])?.name;
    let run = database.last_run_of(&workflow)?;
    Ok(run.ok_or(RunnerError::NeverRun { workflow })?)
}
