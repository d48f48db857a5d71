//! Profiles: files that say how workflows run at a site, so that the same workflow runs on a laptop
//! and on a cluster.
//!
//! A profile never changes a result: nothing of it is part of a key but the kind of device.

mod error;
mod find;

pub use error::ProfileError;
pub use find::load;

use hrm_slurm::Settings;
use serde::Deserialize;
use std::num::NonZeroU16;

/// A profile, as its file says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// What does the work of stages.
    pub executor: ExecutorName,
    /// Stages that are worked on at a time, or that are in the queue at a time.
    pub jobs: Option<NonZeroU16>,
    /// Device, as `--device` takes it.
    pub device: Option<String>,
    /// The site's SLURM.
    pub slurm: Settings,
}

/// What does the work of stages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutorName {
    /// Processes on this machine.
    #[default]
    Local,
    /// Jobs of a SLURM cluster.
    Slurm,
}
