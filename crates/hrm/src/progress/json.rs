//! Events as JSON lines, for scripts.

use crate::output;
use hrm_runner::{Event, Events};

/// One JSON object per line on standard output.
pub(super) struct JsonLines;

impl Events for JsonLines {
    fn event(&mut self, event: Event) {
        // Results do not depend on who is listening, so a failure to write ends nothing.
        match serde_json::to_string(&event) {
            Ok(line) => _ = output::line(&line),
            Err(error) => tracing::warn!(%error, "an event was not written"),
        }
    }
}
