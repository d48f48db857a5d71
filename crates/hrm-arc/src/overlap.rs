//! What two sets of tasks have in common.

use crate::{Digest, Task, canonical_pair, canonical_task, puzzle_hash};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

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
pub fn overlap(first: &[Task], second: &[Task]) -> Vec<Overlap> {
    let (firsts, seconds) = (fingerprints(first), fingerprints(second));
    let mut by_pair: HashMap<Digest, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (task, fingerprint)) in second.iter().zip(&seconds).enumerate() {
        by_name.entry(task.name()).or_default().push(index);
        for &pair in &fingerprint.pairs {
            by_pair.entry(pair).or_default().push(index);
        }
    }
    let mut overlaps = Vec::new();
    for (task, fingerprint) in first.iter().zip(&firsts) {
        let namesakes = by_name.get(task.name()).into_iter().flatten();
        let mut shared: BTreeMap<usize, usize> = namesakes.map(|&index| (index, 0)).collect();
        for pair in &fingerprint.pairs {
            let mut holders = by_pair.get(pair).cloned().unwrap_or_default();
            holders.dedup();
            for index in holders {
                *shared.entry(index).or_default() += 1;
            }
        }
        overlaps.extend(shared.into_iter().map(|(index, shared_pairs)| Overlap {
            first: task.name().to_owned(),
            second: second[index].name().to_owned(),
            same_name: task.name() == second[index].name(),
            likeness: fingerprint.likeness(&seconds[index]),
            shared_pairs,
        }));
    }
    overlaps
}

struct Fingerprint {
    content: Digest,
    canonical: Digest,
    /// Canonical forms of the pairs.
    pairs: Vec<Digest>,
}

fn fingerprints(tasks: &[Task]) -> Vec<Fingerprint> {
    let fingerprint = |task: &Task| Fingerprint {
        content: puzzle_hash(task.pairs()),
        canonical: canonical_task(task),
        pairs: task.pairs().map(canonical_pair).collect(),
    };
    tasks.par_iter().map(fingerprint).collect()
}

impl Fingerprint {
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
