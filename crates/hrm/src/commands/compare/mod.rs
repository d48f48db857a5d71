//! `hrm compare`

mod text;

use crate::cli::Compare;
use crate::command_line;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::state;
use hrm_config::ComparabilityKey;
use hrm_runner::RunnerError;
use std::fs;
use std::path::Path;

/// Puzzles that are drawn on the page, of those that only one side solves; as many of the other's.
const BOARDS: usize = 4;

pub(super) fn compare(args: &Compare, state: &Path) -> Result<Exit, CliError> {
    let (store, database) = state::open(state)?;
    let across: Vec<ComparabilityKey> = args.across.iter().map(|key| key.0).collect();
    let boards = if args.html.is_some() { BOARDS } else { 0 };
    let comparison =
        hrm_runner::compare_with_boards(&store, &database, &args.evaluations, &across, boards)?;
    match &args.html {
        Some(file) => {
            let page = hrm_report::comparison_page(&comparison, &command_line::typed())
                .map_err(RunnerError::from)?;
            fs::write(file, page).map_err(CliError::file("write", file))?;
            output::line(&file.display().to_string())?;
        }
        None if args.json => output::json(&comparison)?,
        None => text::print(&comparison)?,
    }
    Ok(Exit::Ok)
}
