//! `hrm completions`

use crate::cli::{Cli, Completions};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use clap::CommandFactory;

pub(super) fn completions(args: &Completions) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hrm", &mut script);
    output::line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Ok)
}
