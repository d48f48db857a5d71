//! What changes inside of a model while it works on a puzzle.

use serde::{Deserialize, Serialize};

/// A state vector of every position that updates change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenState {
    /// The high-level state; the only one that a Transformer carries from segment to segment.
    ZH,
    /// The low-level state.
    ZL,
    /// What passes from block to block inside a Transformer.
    Layer,
}

impl HiddenState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ZH, Self::ZL, Self::Layer];

    /// The name in rows and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZH => "z_h",
            Self::ZL => "z_l",
            Self::Layer => "layer",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}
