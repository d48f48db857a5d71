//! Puzzles read from raw files, folders and sources.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

mod folders;
mod raw_data;

use std::path::{Path, PathBuf};

/// A folder beside the project; nothing, with a line that says so, where it is absent.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let path = path.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: there is no {}", path.display());
    None
}
