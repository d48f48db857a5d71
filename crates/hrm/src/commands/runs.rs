//! `hrm runs`

use crate::cli::{RowFormat, Runs};
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{moment, span};
use crate::output;
use crate::rows::{self, Rows};
use hrm_runner::Find;
use hrm_store::rows::RunRow;
use hrm_store::{Database, Store};
use std::path::Path;

pub(super) fn runs(args: &Runs, state: &Path) -> Result<Exit, CliError> {
    let database = Database::open(&Store::open(state)?)?;
    if args.names {
        for name in hrm_runner::result_names(&database)? {
            output::line(&name)?;
        }
    } else if args.finds_evaluations() {
        let found = hrm_runner::find(
            &database,
            &Find {
                filter: args.filter.as_deref(),
                sort: args.sort.as_deref(),
                columns: &args.columns,
                limit: args.limit,
            },
        )?;
        rows::print(&Rows::from(found), args.format())?;
    } else {
        list(&database.runs(args.limit)?, args.format())?;
    }
    Ok(Exit::Ok)
}

fn list(runs: &[RunRow], format: RowFormat) -> Result<(), CliError> {
    if format == RowFormat::Json {
        return output::json(&runs);
    }
    if runs.is_empty() {
        output::note("there is no run yet");
        return Ok(());
    }
    let titles = ["run", "workflow", "status", "started", "time", "command"];
    let row = |run: &RunRow| {
        let cells = [
            run.id.clone(),
            run.workflow.clone(),
            run.status.to_string(),
            moment(&run.started_at),
            span(&run.started_at, run.finished_at.as_deref()),
            run.command.clone(),
        ];
        cells.map(Into::into).to_vec()
    };
    let titles = titles.map(str::to_owned).to_vec();
    rows::print(&Rows::new(titles, runs.iter().map(row).collect()), format)
}
