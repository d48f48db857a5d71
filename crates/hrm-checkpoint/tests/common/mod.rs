//! Shared by the tests of this crate.
#![allow(dead_code, reason = "not every test uses everything")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

use hrm_checkpoint::{Checkpoint, NamedValues};
use std::path::{Path, PathBuf};

/// The folder of golden data, where it stands beside the project.
pub(crate) fn shared_fixtures() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    if !folder.is_dir() {
        println!("skipped: no golden data at {}", folder.display());
        return None;
    }
    Some(folder)
}

/// Shapes and numbers of a checkpoint.
pub(crate) fn values(checkpoint: Checkpoint) -> NamedValues {
    let tensors = checkpoint.tensors.into_iter();
    tensors
        .map(|(name, tensor)| (name, (tensor.shape, tensor.values)))
        .collect()
}
