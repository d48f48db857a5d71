//! Where a report's numbers come from.

use serde::{Deserialize, Serialize};

/// The workflow run and its stages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Id of the workflow run.
    pub run_id: String,
    /// Start of the run, ready to print.
    pub started: String,
    /// Wall time of the run in seconds.
    pub seconds: f64,
    /// Machine and versions.
    pub environment: Environment,
    /// The stage instances behind the report, in the order they run.
    pub stages: Vec<StageProvenance>,
}

/// Machine and versions. Texts are ready to print; an empty one is shown as not recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Host name.
    pub host: String,
    /// Operating system.
    pub os: String,
    /// Processor.
    pub cpu: String,
    /// Logical cores.
    pub cores: u64,
    /// Main memory in bytes.
    pub memory_bytes: u64,
    /// Device that computed, for example `cpu` or `cuda:0 (NVIDIA …)`.
    pub device: String,
    /// Version of hrm.
    pub hrm_version: String,
    /// Version of burn.
    pub burn_version: String,
    /// Git commit of the workflow's folder.
    pub git_commit: Option<String>,
    /// Whether that folder had uncommitted changes.
    pub git_dirty: bool,
}

/// One stage instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StageProvenance {
    /// Stage instance.
    pub id: String,
    /// `dataset`, `train`, `evaluate` or `report`.
    pub kind: String,
    /// Key: hash of everything that decides the result.
    pub key: String,
    /// Hash of the content of its artifact.
    pub content_hash: String,
    /// `cached`, `done` or another state.
    pub status: String,
    /// Wall time in seconds of the run that made the artifact.
    pub seconds: f64,
    /// Ids of the stage instances whose artifacts it reads.
    pub inputs: Vec<String>,
}
