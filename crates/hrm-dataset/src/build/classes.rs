//! Whether splits share puzzles up to symmetry.

use crate::build::Progress;
use crate::puzzle::{Class, Labelled};
use crate::{DatasetError, Leakage, PuzzleDescription, SplitData};
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

/// The class of every puzzle. Most Sudokus are told from all others here by their invariants;
/// only the rest need their classes, which take a hundred times longer.
pub(crate) fn classes_of(puzzles: &[&Labelled], progress: Progress<'_>) -> Vec<Class> {
    let what = "comparing puzzles up to symmetry";
    let invariants: Vec<Option<u64>> = puzzles
        .par_iter()
        .map(|puzzle| puzzle.invariant())
        .collect();
    let mut holders: HashMap<u64, usize> = HashMap::new();
    for &invariant in invariants.iter().flatten() {
        *holders.entry(invariant).or_insert(0) += 1;
    }
    let class_of = |(puzzle, invariant): (&&Labelled, &Option<u64>)| match invariant {
        Some(invariant) if holders.get(invariant) == Some(&1) => Class::LoneSudoku(*invariant),
        _ => puzzle.class(),
    };
    let mut classes = Vec::with_capacity(puzzles.len());
    for (some, invariants) in puzzles.chunks(CHUNK).zip(invariants.chunks(CHUNK)) {
        progress(what, classes.len(), puzzles.len());
        classes.par_extend(some.par_iter().zip(invariants).map(class_of));
    }
    progress(what, puzzles.len(), puzzles.len());
    classes
}

/// The classes of finished splits, read back from their tokens: of the examples of each group's
/// first puzzle, whose augmentations share their classes by construction.
///
/// # Errors
/// Where an example is not a puzzle of this kind with its right answer.
pub(crate) fn classes_of_splits(
    kind: PuzzleDescription,
    splits: &BTreeMap<Split, SplitData>,
    progress: Progress<'_>,
) -> Result<Classes, String> {
    let mut puzzles: BTreeMap<Split, Vec<Labelled>> = BTreeMap::new();
    for (&split, data) in splits {
        let puzzle_of = |example: usize| {
            Labelled::from_tokens(kind, &data.input(example), &data.label(example))
                .map_err(|reason| format!("{} example {example}: {reason}", split.name()))
        };
        let of_split: Vec<_> = originals(data).into_par_iter().map(puzzle_of).collect();
        // One after the other, so that the first error is told on any number of threads.
        puzzles.insert(split, of_split.into_iter().collect::<Result<_, _>>()?);
    }
    let all: Vec<&Labelled> = puzzles.values().flatten().collect();
    let mut classes = classes_of(&all, progress).into_iter();
    let of_split = |(split, puzzles): (Split, Vec<Labelled>)| {
        (split, classes.by_ref().take(puzzles.len()).collect())
    };
    Ok(puzzles.into_iter().map(of_split).collect())
}

/// The examples of the first puzzle of every group, in order.
pub(crate) fn originals(data: &SplitData) -> Vec<usize> {
    let first = |group: usize| data.group_puzzles(group).start;
    (0..data.groups())
        .flat_map(|group| data.puzzle_examples(first(group)))
        .collect()
}

/// Leakage, where puzzles in different splits are the same up to symmetry: `shared` pairs of them,
/// whose places `name` names.
///
/// # Errors
/// Where there are such and `allow_leakage` gives no reason why there may be.
pub(crate) fn leakage<P: Copy>(
    shared: &[(P, P)],
    allow_leakage: Option<&str>,
    name: impl Fn(P) -> String,
) -> Result<Option<Leakage>, DatasetError> {
    if shared.is_empty() {
        return Ok(None);
    }
    let pair = |&(one, two): &(P, P)| format!("{} and {}", name(one), name(two));
    let examples = shared.iter().take(SHOWN_MAX).map(pair).collect();
    let pairs = shared.len();
    match allow_leakage {
        Some(reason) => Ok(Some(Leakage {
            reason: reason.to_owned(),
            pairs,
            examples,
        })),
        None => Err(DatasetError::Overlap {
            total: pairs,
            pairs: examples,
        }),
    }
}

/// Places of one class in different splits.
pub(crate) fn shared(classes: &Classes) -> Vec<(Place, Place)> {
    let mut first_place: HashMap<&Class, Place> = HashMap::new();
    let mut shared = Vec::new();
    for (&split, classes) in classes {
        for (index, class) in classes.iter().enumerate() {
            let &mut earlier = first_place.entry(class).or_insert((split, index));
            if earlier.0 != split {
                shared.push((earlier, (split, index)));
            }
        }
    }
    shared
}

/// What is certain of the splits, in a sentence.
pub(crate) fn guarantee(kind: PuzzleDescription, leakage: Option<&Leakage>) -> String {
    let symmetries = kind.symmetries();
    match leakage {
        None => {
            format!("Train, validation and test share no puzzle under any symmetry ({symmetries}).")
        }
        Some(Leakage { pairs, reason, .. }) => {
            let pairs = match pairs {
                1 => "1 pair of puzzles in different splits is".to_owned(),
                _ => format!("{pairs} pairs of puzzles in different splits are"),
            };
            format!(
                "LEAKAGE: {pairs} the same under a symmetry ({symmetries}), allowed because: {reason}."
            )
        }
    }
}

/// How many puzzles of one split repeat an earlier one of it up to symmetry.
pub(crate) fn repeats(classes: &[Class]) -> usize {
    let distinct: std::collections::HashSet<_> = classes.iter().collect();
    classes.len() - distinct.len()
}
