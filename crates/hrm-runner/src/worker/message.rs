//! What a worker tells.

use crate::{Event, RunnerError};
use hrm_store::rows::StageCost;
use serde::{Deserialize, Serialize};

/// One line of a worker's standard output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerMessage {
    /// Something happened.
    Event(Event),
    /// The work ended; nothing follows.
    Ended(WorkerEnd),
}

/// How a stage's work ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerEnd {
    /// Its artifact was made and published.
    Published {
        /// Time and energy of the work.
        cost: StageCost,
    },
    /// Another process had made its artifact.
    Found,
    /// It stopped on request.
    Interrupted {
        /// Step of the checkpoint from which a training goes on.
        step: Option<u64>,
        /// Time and energy of the work; none where it waited for another process.
        cost: StageCost,
    },
    /// It failed.
    Failed {
        /// Why.
        error: String,
        /// What would be right, where that can be said.
        help: Option<String>,
    },
}

impl WorkerEnd {
    /// The end of work that failed.
    pub fn of_error(error: &RunnerError) -> Self {
        Self::Failed {
            error: error.to_string(),
            help: error.help(),
        }
    }
}
