//! A count and what it is a count of.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// `count` out of `total`. Shares add up: the sum over puzzles is the share of all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Those that have the property; never more than `total`.
    pub count: u64,
    /// All that were looked at.
    pub total: u64,
}

impl Share {
    /// `count` divided by `total`; nothing where there is nothing to divide by.
    pub fn ratio(self) -> Option<f64> {
        (self.total > 0).then(|| self.count as f64 / self.total as f64)
    }

    /// How many of the items are true.
    pub(crate) fn of(items: impl IntoIterator<Item = bool>) -> Self {
        let mut share = Self::default();
        for item in items {
            share += item.into();
        }
        share
    }
}

/// One item.
impl From<bool> for Share {
    fn from(item: bool) -> Self {
        Self {
            count: item.into(),
            total: 1,
        }
    }
}

impl AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.count += other.count;
        self.total += other.total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_their_counts_and_totals() {
        let mut share = Share::of([true, false, true]);
        share += false.into();
        assert_eq!((share.count, share.total), (2, 4));
        assert_eq!(share.ratio(), Some(0.5));
        assert_eq!(Share::default().ratio(), None);
    }
}
