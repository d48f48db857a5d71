//! `hrm metrics`

use crate::cli::Metrics;
use crate::error::CliError;
use crate::exit::Exit;
use crate::rows;
use crate::state;
use std::path::Path;

pub(super) fn metrics(args: &Metrics, state: &Path) -> Result<Exit, CliError> {
    let (_, database) = state::open(state)?;
    let run = database.run(&args.run)?;
    rows::write(&hrm_runner::curves(&database, &run.id)?, &args.rows)?;
    Ok(Exit::Ok)
}
