//! Exact accuracy by difficulty.

use super::Side;
use hrm_report::DifficultyGroup;

/// Groups at most.
const GROUPS_MAX: usize = 5;

/// Groups of about as many puzzles each; equal difficulties stay together. `shared` has the place of each
/// shared puzzle on every side. None where a puzzle has no difficulty on any side.
pub(super) fn groups(sides: &[Side], shared: &[Vec<usize>]) -> Vec<DifficultyGroup> {
    let difficulty = |row: &Vec<usize>| {
        let mut outcomes = sides.iter().zip(row);
        outcomes.find_map(|(side, &place)| side.outcomes[place].difficulty)
    };
    let difficulties: Option<Vec<i64>> = shared.iter().map(difficulty).collect();
    let Some(difficulties) = difficulties else {
        return Vec::new();
    };
    let group = |(from, to): (i64, i64)| {
        let rows = shared.iter().zip(&difficulties);
        let members: Vec<&Vec<usize>> = rows
            .filter(|(_, difficulty)| (from..=to).contains(*difficulty))
            .map(|(row, _)| row)
            .collect();
        let exact = |(index, side): (usize, &Side)| {
            let solved = members
                .iter()
                .filter(|row| side.outcomes[row[index]].exact_last);
            solved.count() as u64
        };
        DifficultyGroup {
            from,
            to,
            puzzles: members.len() as u64,
            exact: sides.iter().enumerate().map(exact).collect(),
        }
    };
    ranges(&difficulties).into_iter().map(group).collect()
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
