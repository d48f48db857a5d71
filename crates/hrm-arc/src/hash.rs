//! The published content hashes.

use crate::{Grid, Pair};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A hash of 32 bytes; its text form is hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `grid_hash` of the published builders: SHA-256 of the rows, the columns and the colours in
/// reading order, one byte each.
pub fn grid_hash(grid: &Grid) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([grid.rows() as u8, grid.cols() as u8]);
    hasher.update(grid.cells());
    Digest(hasher.finalize().into())
}

/// `puzzle_hash` of the published builders: SHA-256 of the sorted, `|`-joined texts
/// `grid_hash(input)|grid_hash(output)`. Equal exactly where the pairs are, in whatever order.
pub fn puzzle_hash<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> Digest {
    let text = |pair: &Pair| format!("{}|{}", grid_hash(&pair.input), grid_hash(&pair.output));
    let mut texts: Vec<String> = pairs.into_iter().map(text).collect();
    texts.sort_unstable();
    Digest(Sha256::digest(texts.join("|")).into())
}
