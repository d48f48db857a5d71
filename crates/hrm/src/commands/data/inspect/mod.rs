//! `hrm data inspect`

mod board;
mod text;

use super::place::Finder;
use crate::cli::Inspect;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_audit::PuzzleSet;
use std::fs;
use std::path::Path;

pub(super) fn inspect(args: &Inspect, state: &Path) -> Result<Exit, CliError> {
    let corpus = Finder::new(state, &args.raw_data)?.corpus(&args.name)?;
    let wanted = |set: &PuzzleSet| args.split.is_none_or(|split| set.split == split);
    let sets: Vec<PuzzleSet> = corpus.sets.into_iter().filter(wanted).collect();
    if let (true, Some(split)) = (sets.is_empty(), args.split) {
        let message = format!("`{}` has no {} split", args.name, split.name());
        return Err(CliError::new(Exit::Usage, message));
    }
    let inspection = hrm_audit::inspect(corpus.name, corpus.facts, &sets, args.count);
    match &args.html {
        None => text::print(&inspection)?,
        Some(file) => {
            let page = hrm_report::inspection_page(&inspection);
            fs::write(file, page).map_err(CliError::file("write", file))?;
            output::line(&file.display().to_string())?;
        }
    }
    Ok(Exit::Ok)
}
