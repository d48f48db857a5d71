//! Checks of `[report.NAME]`.

use super::{check_list, check_text};
use crate::{Problem, ReportConfig};

impl ReportConfig {
    /// Everything that can be found wrong in the report alone.
    pub fn check(&self) -> Vec<Problem> {
        let title = self
            .title
            .as_deref()
            .and_then(|title| check_text("title", title));
        let evaluations = self
            .evaluations
            .as_deref()
            .and_then(|names| check_list("evaluations", names, "evaluation"));
        title.into_iter().chain(evaluations).collect()
    }
}
