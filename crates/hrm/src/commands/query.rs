//! `hrm query`

use crate::cli::{Query, RowFormat};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::rows::{self, Rows};
use hrm_store::{Database, Store};
use std::path::Path;

/// The definitions of the views, with what they mean.
const VIEWS: &str = include_str!("../../../../migrations/0003_views.sql");

pub(super) fn query(args: &Query, state: &Path) -> Result<Exit, CliError> {
    let Some(sql) = &args.sql else {
        return schema(args, state);
    };
    let database = read_only(state)?;
    rows::print(&Rows::from(database.query(sql, &[])?), args.format)?;
    Ok(Exit::Ok)
}

/// The database, brought up to date, and then opened again so that nothing can be written.
fn read_only(state: &Path) -> Result<Database, CliError> {
    let store = Store::open(state)?;
    drop(Database::open(&store)?);
    Ok(Database::open_readonly(&store)?)
}

fn schema(args: &Query, state: &Path) -> Result<Exit, CliError> {
    if args.format == RowFormat::Table {
        output::line(VIEWS.trim_end())?;
        return Ok(Exit::Ok);
    }
    let columns = read_only(state)?.views()?;
    let rows = columns
        .into_iter()
        .map(|column| vec![column.view.into(), column.column.into()]);
    let names = ["view", "column"].map(str::to_owned).to_vec();
    rows::print(&Rows::new(names, rows.collect()), args.format)?;
    Ok(Exit::Ok)
}
