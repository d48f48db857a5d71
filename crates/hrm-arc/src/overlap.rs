//! What two sets of tasks have in common.

use crate::{Digest, Task, canonical_pair, canonical_task, puzzle_hash};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Two tasks that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// The task of the first set.
    pub first: String,
    /// The task of the second set.
    pub second: String,
    /// Whether the two have one name.
    pub same_name: bool,
    /// Whether all their pairs agree.
    pub likeness: Option<Likeness>,
    /// Pairs of the first task that an augmentation maps onto a pair of the second one.
    pub shared_pairs: usize,
}

/// How all the pairs of two tasks agree, in whatever order and whichever of them are test pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// The pairs are the same.
    Same,
    /// One augmentation maps the pairs of the one task onto those of the other.
    Symmetric,
}

/// All pairs of tasks, one of each set, that share a name or at least one pair up to symmetry, in
/// the order of the first and then of the second set.
///
/// What the public sets have in common:
///
/// | first | second | one name | of these with the same pairs | a shared pair only |
/// |---|---|---|---|---|
/// | ARC-AGI-1 evaluation | ARC-AGI-2 training | 376 | 375; ac0c5833 shares 3 of 4 pairs | 50a16a69, caa06a1f |
/// | ARC-AGI-1 evaluation | ARC-AGI-2 evaluation | 6 | 6 | 55783887, db695cfb |
/// | ARC-AGI-1 evaluation | ARC-AGI-1 training | 0 | | 50a16a69, caa06a1f |
/// | ARC-AGI-2 evaluation | ARC-AGI-2 training | 0 | | |
///
/// ARC-AGI-1's evaluation task 070dd51e has the pairs of its training task 40853293. The tasks of
/// one name are equal up to the order of their pairs, not byte by byte.
pub fn overlap(first: &Fingerprints<'_>, second: &Fingerprints<'_>) -> Vec<Overlap> {
    let mut by_pair: HashMap<Digest, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (task, fingerprint)) in second.tasks.iter().enumerate() {
        by_name.entry(task.name()).or_default().push(index);
        for &pair in &fingerprint.pairs {
            by_pair.entry(pair).or_default().push(index);
        }
    }
    let mut overlaps = Vec::new();
    for (task, fingerprint) in &first.tasks {
        let namesakes = by_name.get(task.name()).into_iter().flatten();
        let mut shared: BTreeMap<usize, usize> = namesakes.map(|&index| (index, 0)).collect();
        for pair in &fingerprint.pairs {
            let mut holders = by_pair.get(pair).cloned().unwrap_or_default();
            holders.dedup();
            for index in holders {
                *shared.entry(index).or_default() += 1;
            }
        }
        overlaps.extend(shared.into_iter().map(|(index, shared_pairs)| {
            let (other, others) = &second.tasks[index];
            Overlap {
                first: task.name().to_owned(),
                second: other.name().to_owned(),
                same_name: task.name() == other.name(),
                likeness: fingerprint.likeness(others),
                shared_pairs,
            }
        }));
    }
    overlaps
}

/// A set of tasks with their canonical forms, which take most of the time of a comparison.
pub struct Fingerprints<'a> {
    tasks: Vec<(&'a Task, Fingerprint)>,
}

impl<'a> Fingerprints<'a> {
    /// The canonical forms of the tasks and of their pairs.
    pub fn new(tasks: impl IntoIterator<Item = &'a Task>) -> Self {
        let tasks: Vec<&Task> = tasks.into_iter().collect();
        let fingerprints = tasks.par_iter().map(|&task| (task, Fingerprint::new(task)));
        Self {
            tasks: fingerprints.collect(),
        }
    }

    /// How many of the tasks differ from each other up to symmetry.
    pub fn classes(&self) -> usize {
        let forms = self.tasks.iter().map(|(_, task)| task.canonical);
        forms.collect::<HashSet<_>>().len()
    }
}

struct Fingerprint {
    content: Digest,
    canonical: Digest,
    /// Canonical forms of the pairs.
    pairs: Vec<Digest>,
}

impl Fingerprint {
    fn new(task: &Task) -> Self {
        Self {
            content: puzzle_hash(task.pairs()),
            canonical: canonical_task(task),
            pairs: task.pairs().map(canonical_pair).collect(),
        }
    }

    fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.content == other.content {
            Some(Likeness::Same)
        } else if self.canonical == other.canonical {
            Some(Likeness::Symmetric)
        } else {
            None
        }
    }
}
