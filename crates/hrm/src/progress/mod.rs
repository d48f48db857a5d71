//! Showing a run while it happens.

mod bar;
mod json;
mod lines;
mod message;

use hrm_runner::Events;
use std::io::IsTerminal;

/// What shows a run: JSON lines where asked for, progress bars on a terminal, plain lines elsewhere.
pub(crate) fn events(json: bool) -> Box<dyn Events> {
    if json {
        Box::new(json::JsonLines)
    } else if std::io::stderr().is_terminal() {
        Box::new(bar::Bars::new())
    } else {
        Box::new(lines::Lines::default())
    }
}
