//! `hrm check`

use crate::cli::Check;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::counted;
use crate::output;

/// Checks every file, telling all that is wrong in any of them.
pub(super) fn check(args: &Check) -> Result<Exit, CliError> {
    let mut exit = Exit::Ok;
    for file in &args.files {
        match hrm_workflow::load(file, &args.set) {
            Ok(workflow) => {
                let stages = counted(workflow.stages.len() as u64, "stage");
                output::line(&format!("{}: ok, {stages}", file.display()))?;
            }
            Err(diagnostics) => {
                output::note(&diagnostics.render(output::color()));
                exit = Exit::InvalidWorkflow;
            }
        }
    }
    Ok(exit)
}
