//! Checkpoints: one folder each.
//!
//! ```text
//! checkpoints/step-00000500/   the latest one of an unfinished training
//! checkpoints/last/            the one at the end
//!   weights.safetensors        the model that is evaluated, under the published names
//!   training.safetensors       moments, carried states, and the raw weights where there is an average
//!   progress.json              step, position in the data, slots, best evaluation so far
//! checkpoints/best/            weights.safetensors of the best validation result
//! ```
//!
//! A folder is written under another name, synced and renamed, so that one that exists is complete.

mod folder;
mod progress;
mod state;

pub(crate) use folder::{Checkpoints, weights_path};
pub(crate) use progress::{BestEvaluation, Progress, Slots};

/// File with the weights of the evaluated model.
pub(crate) const WEIGHTS: &str = "weights.safetensors";
