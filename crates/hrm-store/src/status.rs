//! The states of runs and stages, and how an evaluation halts, as the database stores them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a workflow run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum RunStatus {
    /// A living process works on it.
    Running,
    /// Every stage has its artifact, and at least one was made.
    Done,
    /// Every stage had its artifact already.
    Cached,
    /// A stage failed.
    Failed,
    /// Stopped by the user, or its process died.
    Interrupted,
}

/// How a stage of a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum StageStatus {
    /// A living process works on it.
    Running,
    /// Its artifact was made.
    Done,
    /// Its artifact was there already.
    Cached,
    /// It failed; `error` says why.
    Failed,
    /// It was not tried, because a stage that it needs failed.
    Skipped,
    /// Stopped by the user, or its process died.
    Interrupted,
}

/// What decides after how many supervision segments a prediction is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(rename_all = "lowercase")]
pub enum Halting {
    /// The same number of segments for every puzzle.
    Fixed,
    /// The model's own rule, puzzle by puzzle.
    Adaptive,
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cached => "cached",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        })
    }
}

impl fmt::Display for StageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cached => "cached",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Interrupted => "interrupted",
        })
    }
}
