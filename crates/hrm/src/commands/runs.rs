//! `hrm runs`

use crate::cli::{RowArgs, RowFormat, Runs};
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{moment, span};
use crate::output;
use crate::rows;
use crate::state;
use hrm_runner::Find;
use hrm_store::rows::RunRow;
use hrm_store::{QueryResult, QueryValue};
use std::path::Path;

pub(super) fn runs(args: &Runs, state: &Path) -> Result<Exit, CliError> {
    let (_, database) = state::open(state)?;
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
        rows::write(&found, &args.rows())?;
    } else {
        list(&database.runs(args.limit)?, &args.rows())?;
    }
    Ok(Exit::Ok)
}

fn list(runs: &[RunRow], args: &RowArgs) -> Result<(), CliError> {
    if args.format == RowFormat::Json {
        let text = output::json_text(&runs)? + "\n";
        return output::put(args.out.as_deref(), text.as_bytes());
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
        cells.map(QueryValue::Text).to_vec()
    };
    let rows = QueryResult {
        columns: titles.map(str::to_owned).to_vec(),
        rows: runs.iter().map(row).collect(),
    };
    rows::write(&rows, args)
}
