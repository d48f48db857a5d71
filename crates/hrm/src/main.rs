//! `hrm`: declarative experiments and benchmarks for Hierarchical Reasoning Models.
//!
//! The binary is thin: it parses the command line, calls the libraries, and turns their results
//! and errors into text and exit codes. One file per command in `commands`.

mod cli;
mod commands;
mod error;
mod exit;
mod format;
mod interrupt;
mod log;
mod output;
mod progress;
mod result;
mod rows;
mod table;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    log::start();
    match commands::dispatch(cli::Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            error.print();
            error.exit.into()
        }
    }
}
