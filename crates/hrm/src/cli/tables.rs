//! The grammar of `hrm tables`.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Tables {
    /// Workflow file: what it expects, and what its last run says [default: every published table for
    /// which there are comparable results]
    pub(crate) file: Option<PathBuf>,
    /// List every published value with its id
    #[arg(long, conflicts_with = "file")]
    pub(crate) published: bool,
    /// How to print the table
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub(crate) format: TableFormat,
    /// Write to a file [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// How a table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For the terminal
    Text,
    /// For a Markdown page
    Markdown,
    /// A `tabular` for a paper
    Latex,
    /// Comma-separated values with a header
    Csv,
}
