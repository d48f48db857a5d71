//! `hrm runs`

use crate::cli::Runs;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{moment, span};
use crate::output;
use crate::table::Table;
use hrm_store::{Database, Store};
use std::path::Path;

pub(super) fn runs(args: &Runs, state: &Path) -> Result<Exit, CliError> {
    let runs = Database::open(&Store::open(state)?)?.runs(args.limit)?;
    if args.json {
        output::json(&runs)?;
        return Ok(Exit::Ok);
    }
    if runs.is_empty() {
        output::note("there is no run yet");
        return Ok(Exit::Ok);
    }
    let mut table = Table::new(["run", "workflow", "status", "started", "time", "command"]);
    for run in runs {
        let time = span(&run.started_at, run.finished_at.as_deref());
        table.row([
            run.id,
            run.workflow,
            run.status.to_string(),
            moment(&run.started_at),
            time,
            run.command,
        ]);
    }
    output::line(&table.to_string())?;
    Ok(Exit::Ok)
}
