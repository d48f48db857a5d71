//! What the puzzles of sets are like: counts, measures, and examples to draw.

mod augment;
mod example;
mod measure;

use crate::PuzzleSet;
use hrm_config::Split;
use serde::Serialize;
use std::collections::BTreeMap;

pub use example::{ARC_PALETTE, Board, Example, Panel};
pub use measure::{Bin, Measure};

/// How many puzzles there are of each kind and size.
pub type Kinds = BTreeMap<String, usize>;

/// Some sets, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// What was looked at.
    pub title: String,
    /// What is known of it, as name and text.
    pub facts: Vec<(String, String)>,
    /// Its sets.
    pub sets: Vec<SetInspection>,
}

/// One set, ready to be shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetInspection {
    /// The dataset that it belongs to.
    pub dataset: String,
    /// What it is called within the dataset.
    pub name: String,
    /// What it is for.
    pub split: Split,
    /// How many puzzles there are of each kind and size.
    pub kinds: Kinds,
    /// Their measures, those first that tell most.
    pub measures: Vec<Measure>,
    /// Some of its puzzles, evenly spread over the set.
    #[serde(skip)]
    pub examples: Vec<Example>,
    /// One of its puzzles with augmentations of it.
    #[serde(skip)]
    pub augmented: Option<Example>,
}

/// Measures every set and picks up to `examples` puzzles of each.
pub fn inspect(
    title: String,
    facts: Vec<(String, String)>,
    sets: &[PuzzleSet],
    examples: usize,
) -> Inspection {
    Inspection {
        title,
        facts,
        sets: sets.iter().map(|set| one(set, examples)).collect(),
    }
}

fn one(set: &PuzzleSet, examples: usize) -> SetInspection {
    let mut kinds = Kinds::new();
    for entry in &set.entries {
        *kinds.entry(entry.puzzle.kind()).or_default() += 1;
    }
    let picked = spread(set.entries.len(), examples);
    let examples = picked.filter_map(|index| set.entries.get(index));
    let examples: Vec<Example> = examples.map(Example::of).collect();
    let augmented = set.entries.first().filter(|_| !examples.is_empty());
    SetInspection {
        dataset: set.dataset.clone(),
        name: set.name.clone(),
        split: set.split,
        kinds,
        measures: measure::measures(set),
        augmented: augmented.and_then(augment::augmented),
        examples,
    }
}

/// Up to `count` places in `0..length`, evenly spread, the first one always.
fn spread(length: usize, count: usize) -> impl Iterator<Item = usize> {
    let count = count.min(length);
    (0..count).map(move |index| (index as u128 * length as u128 / count as u128) as usize)
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn examples_are_spread_evenly() {
        let places = |length, count| -> Vec<usize> { spread(length, count).collect() };
        assert_eq!(places(10, 3), [0, 3, 6]);
        assert_eq!(places(2, 5), [0, 1]);
        assert!(places(0, 5).is_empty());
        assert!(places(5, 0).is_empty());
    }
}
