//! `[report.NAME]`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A report of evaluations: a self-contained HTML page, with every plot as SVG and PNG beside it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportConfig {
    /// Title. Not set: the workflow's name.
    pub title: Option<String>,
    /// Names of the evaluate stages to show. Not set: all of the workflow.
    pub evaluations: Option<Vec<String>>,
}
