//! What the splits of an ARC dataset share.

use crate::build::classes::{guarantee, leakage};
use crate::{DatasetError, Leakage, PuzzleDescription};
use hrm_arc::{Digest, Pair, canonical_pair};
use hrm_config::Split;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::HashMap;

/// A pair of grids of a task, in the split that shows it.
pub(crate) struct ArcPair<'a> {
    pub(crate) split: Split,
    /// Name or identifier of the task.
    pub(crate) task: String,
    pub(crate) pair: Cow<'a, Pair>,
}

/// What the splits share up to symmetry, pair by pair, and what is certain about them in words. A
/// task's own demonstrations may be like its test pair: they are given together with it.
///
/// # Errors
/// Where a pair of one split is a pair of another task in another split, and `allow_leakage` gives
/// no reason why it may.
pub(crate) fn check_pairs(
    pairs: &[ArcPair<'_>],
    allow_leakage: Option<&str>,
) -> Result<(Option<Leakage>, String), DatasetError> {
    let classes = pairs.par_iter().map(|shown| canonical_pair(&shown.pair));
    let classes: Vec<Digest> = classes.collect();
    let mut earlier: HashMap<Digest, Vec<usize>> = HashMap::new();
    let mut shared = Vec::new();
    for (index, (pair, class)) in pairs.iter().zip(classes).enumerate() {
        let alike = earlier.entry(class).or_default();
        let is_leak =
            |&other: &usize| pairs[other].split != pair.split && pairs[other].task != pair.task;
        shared.extend(
            alike
                .iter()
                .copied()
                .find(is_leak)
                .map(|other| (other, index)),
        );
        alike.push(index);
    }
    let name = |index: usize| {
        let ArcPair { split, task, .. } = &pairs[index];
        format!("a {} pair of task `{task}`", split.name())
    };
    let leakage = leakage(&shared, allow_leakage, name)?;
    let guarantee = guarantee(PuzzleDescription::Arc, leakage.as_ref());
    Ok((leakage, guarantee))
}
