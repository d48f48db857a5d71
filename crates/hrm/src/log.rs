//! Diagnostic messages of the libraries, for people who look for a fault.

use tracing_subscriber::filter::LevelFilter;

/// The variable that sets how much is logged: `off`, `error`, `warn` (default), `info`, `debug`, `trace`.
const VARIABLE: &str = "HRM_LOG";

/// Starts logging to standard error.
pub(crate) fn start() {
    let level = std::env::var(VARIABLE)
        .ok()
        .and_then(|level| level.parse().ok());
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level.unwrap_or(LevelFilter::WARN))
        .without_time()
        .init();
}
