//! `hrm`: declarative experiments and benchmarks for Hierarchical Reasoning Models.
//!
//! The binary is thin: it parses the command line, calls the libraries, and turns their results
//! and errors into text and exit codes. One file per command in `commands`.

mod cli;
mod command_line;
mod commands;
mod completion;
mod error;
mod exit;
mod format;
mod interrupt;
mod log;
mod output;
mod program;
mod progress;
mod result;
mod rows;
mod state;
mod table;

use clap::{CommandFactory, Parser};
use clap_complete::CompleteEnv;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Where a shell asks what may come next, this answers and ends the process.
    CompleteEnv::with_factory(cli::Cli::command)
        .var(completion::VARIABLE)
        .complete();
    log::start();
    match commands::dispatch(cli::Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            error.print();
            error.exit.into()
        }
    }
}
