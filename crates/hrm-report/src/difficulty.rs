//! Difficulties in a few ranges, for choosing among puzzles.

use std::collections::BTreeSet;

/// Ranges at most.
const RANGES_MAX: usize = 6;

/// Difficulties from the first to the second, both included.
pub(crate) type Range = (i64, i64);

/// Ascending ranges that together hold all these difficulties: each has about as many different ones.
/// Only so many that a reader can choose among them.
pub(crate) fn ranges(difficulties: impl Iterator<Item = i64>) -> Vec<Range> {
    let distinct: BTreeSet<i64> = difficulties.collect();
    let distinct: Vec<i64> = distinct.into_iter().collect();
    let size = distinct.len().div_ceil(RANGES_MAX).max(1);
    let ends = |part: &[i64]| Some((*part.first()?, *part.last()?));
    distinct.chunks(size).filter_map(ends).collect()
}

/// `7`, or `7–12`.
pub(crate) fn label((low, high): Range) -> String {
    if low == high {
        low.to_string()
    } else {
        format!("{low}–{high}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_difficulties_stand_alone_and_many_share_ranges() {
        assert!(ranges([].into_iter()).is_empty());
        assert_eq!(ranges([3, 1, 3].into_iter()), [(1, 1), (3, 3)]);
        let many = ranges((0..20).map(|place| place * 10));
        assert_eq!(many, [(0, 30), (40, 70), (80, 110), (120, 150), (160, 190)]);
        assert_eq!([label((4, 4)), label((4, 9))], ["4", "4–9"]);
    }
}
