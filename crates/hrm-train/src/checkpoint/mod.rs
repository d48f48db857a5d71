//! Checkpoints: one folder each.
//!
//! ```text
//! checkpoints/step-00000500/   the latest one of an unfinished training
//! checkpoints/last/            the one at the end
//!   weights.safetensors        the model that is evaluated, under the published names
//!   training.safetensors       moments, carried states, and the raw weights where there is an average
//!   model.json                 what the weights belong to
//!   progress.json              step, position in the data, slots, best evaluation so far
//! checkpoints/best/            weights.safetensors and model.json of the best validation result
//! ```
//!
//! A folder is written under another name, synced and renamed, so that one that exists is complete.

mod folder;
mod progress;
mod state;

pub(crate) use folder::{Checkpoints, checkpoint_path};
pub(crate) use progress::{BestEvaluation, Progress, Slots};
