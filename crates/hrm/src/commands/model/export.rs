//! `hrm model export`

use crate::cli::Export;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use std::path::Path;

pub(super) fn export(args: &Export, state: &Path) -> Result<Exit, CliError> {
    let model = hrm_runner::find_model(state, &args.model.model, args.model.checkpoint)?;
    for file in hrm_train::export_model(&model, &args.out)? {
        output::line(&file.display().to_string())?;
    }
    Ok(Exit::Ok)
}
