//! Exact accuracy by difficulty.

use super::Side;
use serde::Serialize;

/// Groups at most.
const GROUPS_MAX: usize = 5;

/// Puzzles of similar difficulty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DifficultyGroup {
    /// Least difficulty.
    pub from: i64,
    /// Largest difficulty.
    pub to: i64,
    /// Puzzles.
    pub puzzles: u64,
    /// Puzzles exactly right, on each side.
    pub exact: Vec<u64>,
}

/// Groups of about as many puzzles each; equal difficulties stay together. None where a puzzle has
/// no difficulty or the sides have other puzzles.
pub(super) fn groups(sides: &[Side]) -> Vec<DifficultyGroup> {
    let [first, others @ ..] = sides else {
        return Vec::new();
    };
    if !others.iter().all(|other| first.shares_puzzles(other)) {
        return Vec::new();
    }
    let difficulties: Option<Vec<i64>> = first
        .outcomes
        .iter()
        .map(|outcome| outcome.difficulty)
        .collect();
    let Some(difficulties) = difficulties else {
        return Vec::new();
    };
    ranges(&difficulties)
        .into_iter()
        .map(|(from, to)| {
            let inside = |index: &usize| (from..=to).contains(&difficulties[*index]);
            let members: Vec<usize> = (0..difficulties.len()).filter(inside).collect();
            let exact = |side: &Side| {
                let solved = members
                    .iter()
                    .filter(|index| side.outcomes[**index].exact_last);
                solved.count() as u64
            };
            DifficultyGroup {
                from,
                to,
                puzzles: members.len() as u64,
                exact: sides.iter().map(exact).collect(),
            }
        })
        .collect()
}

/// Ranges of difficulty with about as many puzzles each.
fn ranges(difficulties: &[i64]) -> Vec<(i64, i64)> {
    let mut sorted = difficulties.to_vec();
    sorted.sort_unstable();
    let wanted = sorted.len().div_ceil(GROUPS_MAX).max(1);
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    let mut size = 0;
    for difficulty in sorted {
        match ranges.last_mut() {
            Some((_, to)) if *to == difficulty || size < wanted => {
                *to = difficulty;
                size += 1;
            }
            _ => {
                ranges.push((difficulty, difficulty));
                size = 1;
            }
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn ranges_hold_equal_difficulties_together() {
        assert_eq!(ranges(&[]), []);
        assert_eq!(ranges(&[3, 3, 3]), [(3, 3)]);
        assert_eq!(
            ranges(&[5, 1, 4, 2, 3]),
            [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]
        );
        let many: Vec<i64> = (0..100).map(|i| if i < 60 { 0 } else { i }).collect();
        assert_eq!(ranges(&many), [(0, 0), (60, 79), (80, 99)]);
    }
}
