//! What is wrong with a filter, and where.

use std::ops::Range;
use thiserror::Error;

/// A filter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}, at byte {} of the filter{}", span.start, cure(help.as_deref()))]
pub struct FilterError {
    /// The bytes of the text to blame; empty at the end of the text where something is missing.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right, if that is known.
    pub help: Option<String>,
}

impl FilterError {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

fn cure(help: Option<&str>) -> String {
    help.map(|help| format!(": {help}")).unwrap_or_default()
}
