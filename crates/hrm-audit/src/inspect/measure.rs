//! Numbers that describe the puzzles of a set.

use crate::{Entry, Puzzle, PuzzleSet};
use hrm_arc::{Grid, Task};
use hrm_puzzle::maze::{Cell, shortest_path};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Most bins of a histogram.
const BINS_MAX: u64 = 20;

/// One number of every puzzle, or of every grid of it, summed up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// What is counted.
    pub name: &'static str,
    /// The smallest number.
    pub min: u64,
    /// Their mean.
    pub mean: f64,
    /// The largest number.
    pub max: u64,
    /// How often which numbers occur, from the smallest to the largest.
    pub bins: Vec<Bin>,
}

/// The numbers from `first` to `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bin {
    /// The smallest number of the bin.
    pub first: u64,
    /// The largest number of the bin.
    pub last: u64,
    /// How many of them occur.
    pub count: usize,
}

/// The measures, in the order in which they are shown.
const NAMES: [&str; 8] = [
    "givens",
    "steps of the path",
    "walls, % of the cells",
    "rating",
    "demonstration pairs",
    "test pairs",
    "longer sides of grids",
    "colours of grids",
];

/// All measures of a set for which it has numbers.
pub(super) fn measures(set: &PuzzleSet) -> Vec<Measure> {
    let all: Vec<_> = set.entries.par_iter().map(numbers).collect();
    let mut by_name: BTreeMap<&'static str, Vec<u64>> = BTreeMap::new();
    for (name, number) in all.into_iter().flatten() {
        by_name.entry(name).or_default().push(number);
    }
    let measure = |name| by_name.get(name).and_then(|numbers| sum_up(name, numbers));
    NAMES.into_iter().filter_map(measure).collect()
}

type Numbers = Vec<(&'static str, u64)>;

fn numbers(entry: &Entry) -> Numbers {
    let mut numbers = match &entry.puzzle {
        Puzzle::Sudoku { question, .. } => vec![("givens", question.givens() as u64)],
        Puzzle::Maze { question, .. } => {
            let walls = question.cells().iter().filter(|cell| **cell == Cell::Wall);
            let cells = question.cells().len().max(1);
            let mut numbers = vec![(
                "walls, % of the cells",
                (100 * walls.count() / cells) as u64,
            )];
            if let Some(path) = shortest_path(question) {
                numbers.push(("steps of the path", path.len() as u64 - 1));
            }
            numbers
        }
        Puzzle::Arc(task) => of_task(task),
    };
    numbers.extend(entry.difficulty.map(|rating| ("rating", u64::from(rating))));
    numbers
}

fn of_task(task: &Task) -> Numbers {
    let grids = task.pairs().flat_map(|pair| [&pair.input, &pair.output]);
    let of_grid = |grid: &Grid| {
        let mut seen = [false; hrm_arc::COLOURS];
        for &colour in grid.cells() {
            if let Some(seen) = seen.get_mut(usize::from(colour)) {
                *seen = true;
            }
        }
        let colours = seen.into_iter().filter(|seen| *seen).count() as u64;
        let side = grid.rows().max(grid.cols()) as u64;
        [
            ("longer sides of grids", side),
            ("colours of grids", colours),
        ]
    };
    let mut numbers = vec![
        ("demonstration pairs", task.train().len() as u64),
        ("test pairs", task.test().len() as u64),
    ];
    numbers.extend(grids.flat_map(of_grid));
    numbers
}

/// Nothing without numbers.
fn sum_up(name: &'static str, numbers: &[u64]) -> Option<Measure> {
    let (&min, &max) = (numbers.iter().min()?, numbers.iter().max()?);
    let sum: u128 = numbers.iter().map(|&number| u128::from(number)).sum();
    Some(Measure {
        name,
        min,
        mean: sum as f64 / numbers.len() as f64,
        max,
        bins: bins(numbers, min, max),
    })
}

/// Bins of one width, the smallest of 1, 2, 5, 10, 20, 50, … that needs no more than [`BINS_MAX`].
/// They start at multiples of the width.
fn bins(numbers: &[u64], min: u64, max: u64) -> Vec<Bin> {
    let widths = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_u64.pow(power)));
    let needed = |width: u64| max / width - min / width + 1;
    let width = widths.take(40).find(|&width| needed(width) <= BINS_MAX);
    let width = width.unwrap_or(u64::MAX);
    let mut counts = vec![0; needed(width) as usize];
    for number in numbers {
        if let Some(count) = counts.get_mut((number / width - min / width) as usize) {
            *count += 1;
        }
    }
    let bin = |(index, count)| {
        let first = (min / width + index as u64) * width;
        let last = first.saturating_add(width - 1);
        Bin { first, last, count }
    };
    counts.into_iter().enumerate().map(bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_summed_up() {
        let measure = sum_up("givens", &[17, 17, 20, 22]).unwrap();
        assert_eq!((measure.min, measure.mean, measure.max), (17, 19.0, 22));
        let counts: Vec<_> = measure.bins.iter().map(|bin| bin.count).collect();
        assert_eq!(counts, [2, 0, 0, 1, 0, 1]);
        assert_eq!(sum_up("givens", &[]), None);
    }

    #[test]
    fn bins_have_round_bounds_and_lose_no_number() {
        for numbers in [
            &[3, 27, 104, 104][..],
            &[0, 19],
            &[0, 20],
            &[7],
            &[5, u64::MAX],
        ] {
            let (min, max) = (
                *numbers.iter().min().unwrap(),
                *numbers.iter().max().unwrap(),
            );
            let bins = bins(numbers, min, max);
            assert!(bins.len() <= 20, "{bins:?}");
            assert!(bins[0].first <= min && max <= bins[bins.len() - 1].last);
            let counted: usize = bins.iter().map(|bin| bin.count).sum();
            assert_eq!(counted, numbers.len(), "{bins:?}");
        }
        assert_eq!(
            bins(&[3, 27], 3, 27)[1],
            Bin {
                first: 4,
                last: 5,
                count: 0
            }
        );
    }
}
