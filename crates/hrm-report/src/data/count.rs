//! A counted share.

use hrm_stats::{CONFIDENCE, Interval, wilson};
use serde::{Deserialize, Serialize};

/// A share as it was counted: `hits` out of `total`. Kept as two whole numbers, because an
/// interval needs both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Numerator.
    pub hits: u64,
    /// Denominator.
    pub total: u64,
}

impl Count {
    /// The share, 0 to 1. `None` when nothing was counted or the count contradicts itself.
    pub fn share(self) -> Option<f64> {
        (self.total > 0 && self.hits <= self.total).then(|| self.hits as f64 / self.total as f64)
    }

    /// The 95 % Wilson interval of the share. Sound for puzzles, which are drawn independently;
    /// not for cells, which belong together in a puzzle.
    pub fn interval(self) -> Option<Interval> {
        wilson(self.hits, self.total, CONFIDENCE)
    }
}
