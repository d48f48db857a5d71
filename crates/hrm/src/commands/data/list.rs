//! `hrm data list`

use crate::cli::List;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::bytes;
use crate::output;
use crate::table::Table;
use hrm_source::State;
use std::path::Path;

pub(super) fn list(args: &List, state: &Path) -> Result<Exit, CliError> {
    let listings = super::sources(state, &args.raw_data)?.list();
    if args.json {
        output::json(&listings)?;
        return Ok(Exit::Ok);
    }
    let mut table = Table::new(["source", "state", "size", "licence", "what it is"]);
    for listing in listings {
        table.row([
            listing.name,
            in_words(&listing.state),
            bytes(listing.size),
            listing.licence,
            listing.title,
        ]);
    }
    output::line(&table.to_string())?;
    Ok(Exit::Ok)
}

fn in_words(state: &State) -> String {
    match state {
        State::Present => "here".to_owned(),
        State::Absent => "not here".to_owned(),
        State::Incomplete { missing } => format!("not complete: no {}", missing.join(", ")),
        State::Damaged { item, reason } => format!("damaged: {item}: {reason}"),
    }
}
