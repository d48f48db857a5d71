//! What can go wrong while a report is made.

use thiserror::Error;

/// A report could not be made. None of these depend on the numbers in the data: missing or
/// non-finite values are said in the report instead.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The font that is part of the program could not be read.
    #[error(
        "the embedded font of the plots cannot be read: this build of hrm is damaged, build it again"
    )]
    Font,
    /// A plot could not be drawn.
    #[error("plot `{plot}` cannot be drawn as {format}: {message}")]
    Plot {
        /// File name of the plot without its ending.
        plot: String,
        /// "SVG" or "PNG".
        format: &'static str,
        /// What the drawing library said.
        message: String,
    },
    /// A table could not be written.
    #[error("table `{table}` cannot be written as CSV: {message}")]
    Table {
        /// File name of the table.
        table: String,
        /// What the table library said.
        message: String,
    },
}
