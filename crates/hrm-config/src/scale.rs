//! The size at which a workflow answers its question.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The size at which a workflow runs, where its file has several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Small data and models for a CPU: the same question and axes, other numbers.
    Small,
    /// The published sizes.
    Full,
}

impl Scale {
    /// All scales.
    pub const ALL: [Self; 2] = [Self::Small, Self::Full];

    /// The name in workflow files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Full => "full",
        }
    }
}
