//! `hrm schema`

use crate::cli::Schema;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;

pub(super) fn schema(args: &Schema) -> Result<Exit, CliError> {
    let text = if args.reference {
        hrm_workflow::reference()
    } else {
        hrm_workflow::schema_text()
    };
    output::line(text.trim_end())?;
    Ok(Exit::Ok)
}
