//! `hrm completions`

use crate::cli::Completions;
use crate::completion::VARIABLE;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use clap_complete::env::Shells;

/// Prints the script that asks this program for candidates.
pub(super) fn completions(args: &Completions) -> Result<Exit, CliError> {
    let shell = args.shell.to_string();
    let mut script = Vec::new();
    if let Some(completer) = Shells::builtins().completer(&shell) {
        let written = completer.write_registration(VARIABLE, "hrm", "hrm", "hrm", &mut script);
        written.map_err(|error| CliError::output(&error))?;
    }
    output::put(None, &script)?;
    Ok(Exit::Ok)
}
