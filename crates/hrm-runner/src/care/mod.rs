//! Care for the state folder: what is in it, whether it is whole, and what can go.

mod bundle;
mod choose;
mod gc;
mod listing;
mod verify;

pub use bundle::{BundledArtifacts, Exported, Imported, export, import};
pub use choose::Limits;
pub use gc::{Removal, RemovalReason, reachable, removals, remove};
pub use listing::{ListedArtifact, Listing, Totals, list};
pub use verify::{DamagedEntry, Verified, verify};

use crate::documents::{DATASET_CARD, TRAINING_SUMMARY};
use crate::index::METRICS;
use hrm_train::LAST_MODEL_CARD;

/// Files of a kind's artifacts from which rows of the database are read.
pub(crate) fn files_of_rows(kind: &str) -> &'static [&'static str] {
    match kind {
        "dataset" => &[DATASET_CARD],
        "train" => &[METRICS, TRAINING_SUMMARY, LAST_MODEL_CARD],
        "evaluate" => crate::evaluation_files::OF_ROWS,
        _ => &[],
    }
}
