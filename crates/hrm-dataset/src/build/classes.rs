//! Whether splits share puzzles up to symmetry.

use crate::build::Progress;
use crate::puzzle::{Class, Labelled};
use crate::{DatasetError, PuzzleDescription, SplitData};
use hrm_config::Split;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Overlaps that an error names.
const SHOWN_MAX: usize = 5;
/// Puzzles whose class is computed between two reports of progress.
const CHUNK: usize = 1024;

/// The class of every puzzle, per split.
pub(crate) type Classes = BTreeMap<Split, Vec<Class>>;

/// A place in a split.
pub(crate) type Place = (Split, usize);

/// The classes of finished splits, read back from their tokens: of the first puzzle of each group,
/// whose augmentations share its class by construction.
///
/// # Errors
/// Where an example is not a puzzle of this kind with its right answer.
pub(crate) fn classes_of_splits(
    kind: PuzzleDescription,
    splits: &BTreeMap<Split, SplitData>,
    progress: Progress<'_>,
) -> Result<Classes, String> {
    let total = splits.values().map(SplitData::groups).sum();
    let mut done = 0;
    let mut classes = Classes::new();
    for (&split, data) in splits {
        let class_of = |group: usize| {
            let example = data.puzzle_examples(data.group_puzzles(group).start).start;
            Labelled::from_tokens(kind, data.input(example), data.label(example))
                .map(|puzzle| puzzle.class())
                .map_err(|reason| format!("{} example {example}: {reason}", split.name()))
        };
        let of_split = classes.entry(split).or_default();
        for first in (0..data.groups()).step_by(CHUNK) {
            progress("checking that splits are disjoint", done, total);
            let groups = first..data.groups().min(first + CHUNK);
            done += groups.len();
            let chunk: Vec<_> = groups.into_par_iter().map(class_of).collect();
            for class in chunk {
                of_split.push(class?);
            }
        }
    }
    progress("checking that splits are disjoint", total, total);
    Ok(classes)
}

/// Fails where a class occurs in two splits. `name` says where a puzzle stands.
pub(crate) fn check_disjoint(
    classes: &Classes,
    name: impl Fn(Place) -> String,
) -> Result<(), DatasetError> {
    let mut first_place: HashMap<&Class, Place> = HashMap::new();
    let mut overlaps = Vec::new();
    for (&split, classes) in classes {
        for (index, class) in classes.iter().enumerate() {
            let &mut earlier = first_place.entry(class).or_insert((split, index));
            if earlier.0 != split {
                overlaps.push((earlier, (split, index)));
            }
        }
    }
    if overlaps.is_empty() {
        return Ok(());
    }
    let pair = |&(one, two): &(Place, Place)| format!("{} and {}", name(one), name(two));
    let pairs = overlaps.iter().take(SHOWN_MAX).map(pair).collect();
    Err(DatasetError::Overlap {
        total: overlaps.len(),
        pairs,
    })
}

/// How many puzzles of one split repeat an earlier one of it up to symmetry.
pub(crate) fn repeats(classes: &[Class]) -> usize {
    let distinct: std::collections::HashSet<_> = classes.iter().collect();
    classes.len() - distinct.len()
}
