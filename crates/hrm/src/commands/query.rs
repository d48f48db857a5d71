//! `hrm query`

use crate::cli::{Query, RowFormat};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::rows;
use crate::state;
use hrm_store::{Database, QueryResult, QueryValue, ViewColumn};
use std::path::Path;

/// The definitions of the views, with what they mean.
const VIEWS: &str = include_str!("../../../../migrations/0003_views.sql");

pub(super) fn query(args: &Query, state: &Path) -> Result<Exit, CliError> {
    let Some(sql) = &args.sql else {
        return schema(args, state);
    };
    let database = read_only(state)?;
    rows::write(&database.query(sql, &[])?, &args.rows)?;
    Ok(Exit::Ok)
}

/// The database, brought up to date, and then opened again so that nothing can be written.
fn read_only(state: &Path) -> Result<Database, CliError> {
    let (store, database) = state::open(state)?;
    drop(database);
    Ok(Database::open_readonly(&store)?)
}

fn schema(args: &Query, state: &Path) -> Result<Exit, CliError> {
    if args.rows.format == RowFormat::Table {
        output::put(args.rows.out.as_deref(), VIEWS.as_bytes())?;
        return Ok(Exit::Ok);
    }
    let columns = read_only(state)?.views()?;
    let row = |column: ViewColumn| [column.view, column.column].map(QueryValue::Text).to_vec();
    let columns = QueryResult {
        columns: ["view", "column"].map(str::to_owned).to_vec(),
        rows: columns.into_iter().map(row).collect(),
    };
    rows::write(&columns, &args.rows)?;
    Ok(Exit::Ok)
}
