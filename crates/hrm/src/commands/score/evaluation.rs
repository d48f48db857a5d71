//! `hrm score evaluation`

use crate::cli::ScoreEvaluation;
use crate::error::CliError;
use crate::exit::Exit;
use crate::state;
use std::path::Path;

pub(super) fn score(args: &ScoreEvaluation, state: &Path) -> Result<Exit, CliError> {
    let (store, database) = state::open(state)?;
    let scored = hrm_runner::rescore(&store, &database, &args.evaluation)?;
    if args.json {
        super::print_json(&scored.scores)?;
    } else {
        super::print(&scored.scores)?;
    }
    Ok(Exit::Ok)
}
