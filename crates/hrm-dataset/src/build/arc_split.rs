//! Which ARC tasks are trained on, which validate, which are evaluated, and what these share.

use crate::build::arc_leakage::{ArcPair, check_pairs};
use crate::{DatasetError, Leakage};
use hrm_arc::dataset::Subset;
use hrm_arc::{Digest, Role, Task, canonical_pair};
use hrm_config::Split;
use hrm_random::stream;
use rand::seq::SliceRandom;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

/// A task's place: its subset, and its place there.
type TaskPlace = (usize, usize);

/// Leaves `count` training tasks, drawn at random.
pub(super) fn subsample(
    subsets: &mut [Subset],
    count: usize,
    seed: u64,
) -> Result<(), DatasetError> {
    let mut places = places(subsets, Role::Training);
    need("subsample", count, "training", places.len())?;
    places.shuffle(&mut stream(seed, "arc/subsample", 0));
    places.truncate(count);
    retain(subsets, Role::Training, &places.into_iter().collect());
    Ok(())
}

/// Leaves the first `count` evaluation tasks.
pub(super) fn take_evaluation(subsets: &mut [Subset], count: usize) -> Result<(), DatasetError> {
    let mut places = places(subsets, Role::Evaluation);
    need("test_rows", count, "evaluation", places.len())?;
    places.truncate(count);
    retain(subsets, Role::Evaluation, &places.into_iter().collect());
    Ok(())
}

fn need(key: &str, wanted: usize, what: &str, tasks: usize) -> Result<(), DatasetError> {
    if wanted <= tasks {
        return Ok(());
    }
    Err(DatasetError::Config(format!(
        "`{key}` is {wanted}, but there are {tasks} {what} tasks; set it to at most {tasks}"
    )))
}

/// The tasks of a role, in order.
fn places(subsets: &[Subset], role: Role) -> Vec<TaskPlace> {
    let subsets = subsets.iter().enumerate();
    subsets
        .filter(|(_, subset)| subset.role == role)
        .flat_map(|(index, subset)| (0..subset.tasks.len()).map(move |task| (index, task)))
        .collect()
}

/// Leaves of the tasks of a role those at the given places.
fn retain(subsets: &mut [Subset], role: Role, places: &BTreeSet<TaskPlace>) {
    let subsets = subsets.iter_mut().enumerate();
    for (index, subset) in subsets.filter(|(_, subset)| subset.role == role) {
        let mut task = 0..;
        subset.tasks.retain(|_| {
            task.next()
                .is_some_and(|task| places.contains(&(index, task)))
        });
    }
}

/// Makes `count` training tasks, drawn at random, a validation subset of their own. Only tasks are
/// taken that share no pair with another task up to symmetry.
pub(super) fn carve_validation(
    subsets: &mut Vec<Subset>,
    count: usize,
    seed: u64,
) -> Result<(), DatasetError> {
    if count == 0 {
        return Ok(());
    }
    let holders = holders(subsets);
    let alone = |&(subset, task): &TaskPlace| {
        let pairs = subsets[subset].tasks[task].pairs();
        pairs.map(canonical_pair).all(|pair| holders[&pair] == 1)
    };
    let mut places = places(subsets, Role::Training);
    let training = places.len();
    places.retain(alone);
    need(
        "validation",
        count,
        "distinct training",
        places.len().min(training.saturating_sub(1)),
    )?;
    places.shuffle(&mut stream(seed, "arc/validation", 0));
    places.truncate(count);
    let moved: BTreeSet<TaskPlace> = places.into_iter().collect();
    let tasks = moved
        .iter()
        .map(|&(subset, task)| subsets[subset].tasks[task].clone());
    let validation = Subset {
        role: Role::Validation,
        tasks: tasks.collect(),
    };
    let kept = self::places(subsets, Role::Training).into_iter().collect();
    retain(subsets, Role::Training, &(&kept - &moved));
    subsets.push(validation);
    Ok(())
}

/// Number of tasks that have a pair, by its canonical form.
fn holders(subsets: &[Subset]) -> HashMap<Digest, usize> {
    let tasks: Vec<&Task> = subsets.iter().flat_map(|subset| &subset.tasks).collect();
    let pairs = tasks
        .par_iter()
        .map(|task| task.pairs().map(canonical_pair).collect());
    let pairs: Vec<BTreeSet<Digest>> = pairs.collect();
    let mut holders = HashMap::new();
    for pair in pairs.into_iter().flatten() {
        *holders.entry(pair).or_insert(0) += 1;
    }
    holders
}

/// The pairs of a task with the splits that show them.
fn pairs_of(task: &Task, role: Role) -> Vec<ArcPair<'_>> {
    let test = match role {
        Role::Training => Split::Train,
        Role::Validation => Split::Validation,
        Role::Evaluation => Split::Test,
    };
    let train = task.train().iter().map(|pair| (Split::Train, pair));
    let pairs = train.chain(task.test().iter().map(|pair| (test, pair)));
    pairs
        .map(|(split, pair)| ArcPair {
            split,
            task: task.name().to_owned(),
            pair: Cow::Borrowed(pair),
        })
        .collect()
}

/// What the splits share, as [`check_pairs`] says.
///
/// # Errors
/// As there.
pub(super) fn check_splits(
    subsets: &[Subset],
    allow_leakage: Option<&str>,
) -> Result<(Option<Leakage>, String), DatasetError> {
    let tasks = subsets.iter().flat_map(|subset| {
        let role = subset.role;
        subset.tasks.iter().map(move |task| (task, role))
    });
    let mut pairs: Vec<ArcPair<'_>> = tasks
        .flat_map(|(task, role)| pairs_of(task, role))
        .collect();
    // Messages name the training pair first.
    pairs.sort_by_key(|pair| pair.split);
    check_pairs(&pairs, allow_leakage)
}
