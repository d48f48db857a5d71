//! Which puzzles two sides share.
//!
//! Evaluations of one split of one dataset share the puzzles with equal numbers. Everywhere else, and
//! always for predictions of another program, a number proves nothing: puzzles are paired by what they ask
//! and what counts as right.

use super::Side;
use crate::RunnerError;
use hrm_config::ComparabilityKey;
use hrm_store::Store;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Places of a shared puzzle in the outcomes of two sides.
pub(super) type Pair = (usize, usize);

/// The puzzles that both sides evaluated, in the order of the first. A puzzle that a side has twice is left
/// out: which of its predictions belongs to which of the other side's is not known.
///
/// # Errors
/// Where one side was made by another program, and they do not share all puzzles (`across` may allow that),
/// or any.
pub(super) fn pairs(
    store: &Store,
    first: &Side,
    other: &Side,
    across: &[ComparabilityKey],
) -> Result<Vec<Pair>, RunnerError> {
    if first.same_split(other) {
        return Ok(join(&first.numbers(), &other.numbers()));
    }
    let pairs = join(first.identities(store)?, other.identities(store)?);
    if first.recorded.is_some() || other.recorded.is_some() {
        check(first, other, pairs.len(), across)?;
    }
    Ok(pairs)
}

/// Nothing else than the puzzles says that predictions of another program answer the same question.
fn check(
    first: &Side,
    other: &Side,
    shared: usize,
    across: &[ComparabilityKey],
) -> Result<(), RunnerError> {
    let key = ComparabilityKey::Puzzles;
    let all = first.outcomes.len().max(other.outcomes.len());
    if shared > 0 && (shared == all || across.contains(&key)) {
        return Ok(());
    }
    let (a, b) = (&first.info, &other.info);
    let (shared, keys) = match shared {
        0 => ("none".to_owned(), Vec::new()),
        shared => (shared.to_string(), vec![key.name()]),
    };
    Err(RunnerError::NotComparable {
        reason: format!(
            "`{}` has {} puzzles and `{}` {}, of which {shared} can be paired: question and answer have to be the              same, and only once on each side",
            a.name, a.puzzles, b.name, b.puzzles
        ),
        keys,
    })
}

/// Places of equal values that each side has once.
fn join<T: Eq + Hash>(first: &[T], other: &[T]) -> Vec<Pair> {
    let (firsts, others) = (places(first), places(other));
    let once =
        |places: &HashMap<&T, Option<usize>>, value: &T| places.get(value).copied().flatten();
    let pair = |value| Some((once(&firsts, value)?, once(&others, value)?));
    first.iter().filter_map(pair).collect()
}

/// The place of each value; none for one that occurs more than once.
fn places<T: Eq + Hash>(values: &[T]) -> HashMap<&T, Option<usize>> {
    let mut places = HashMap::with_capacity(values.len());
    for (place, value) in values.iter().enumerate() {
        places
            .entry(value)
            .and_modify(|known| *known = None)
            .or_insert(Some(place));
    }
    places
}

/// The puzzles that all sides share: for each, its place on every side, the first side's first. `pairs` are
/// those of the first with each other side.
pub(super) fn shared_by_all(puzzles: usize, pairs: &[Vec<Pair>]) -> Vec<Vec<usize>> {
    let mut rows: BTreeMap<usize, Vec<usize>> =
        (0..puzzles).map(|place| (place, vec![place])).collect();
    for pairs in pairs {
        let others: HashMap<usize, usize> = pairs.iter().copied().collect();
        rows.retain(|place, row| others.get(place).map(|other| row.push(*other)).is_some());
    }
    rows.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::{join, shared_by_all};

    #[test]
    fn what_occurs_twice_is_not_paired() {
        assert_eq!(
            join(&["a", "b", "c", "b"], &["c", "b", "a"]),
            [(0, 2), (2, 0)]
        );
        assert_eq!(join(&["a"], &["a", "a"]), []);
        assert_eq!(join::<u32>(&[], &[1]), []);
    }

    #[test]
    fn puzzles_of_all_sides_have_a_place_on_each() {
        let pairs = [vec![(0, 5), (2, 6), (3, 7)], vec![(2, 0), (3, 1)]];
        assert_eq!(shared_by_all(4, &pairs), [vec![2, 6, 0], vec![3, 7, 1]]);
        assert_eq!(shared_by_all(2, &[]), [vec![0], vec![1]]);
    }
}
