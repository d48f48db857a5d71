//! Puzzles that only one side solves, for drawing.

use super::Side;
use super::pairing::Pair;
use super::puzzles::SidePuzzles;
use crate::RunnerError;
use hrm_report::{Difference, DisputedPuzzle};
use hrm_store::Store;
use std::collections::BTreeMap;

/// Adds to each difference the first `count` puzzles that only its first side solves, and as many that only
/// the other does. `pairs` are those of the first side with each other.
pub(super) fn read(
    store: &Store,
    sides: &[Side],
    pairs: &[Vec<Pair>],
    count: usize,
    differences: &mut [Difference],
) -> Result<(), RunnerError> {
    let [first, others @ ..] = sides else {
        return Ok(());
    };
    let is_disputed = |difference: &Difference| {
        let paired = difference.paired.as_ref();
        paired.is_some_and(|paired| paired.only_a.len() + paired.only_b.len() > 0)
    };
    if !differences.iter().any(is_disputed) {
        return Ok(());
    }
    let Some(of_first) = kept(store, first)? else {
        return Ok(());
    };
    for ((other, pairs), difference) in others.iter().zip(pairs).zip(differences) {
        let (Some(paired), Some(of_other)) = (&difference.paired, kept(store, other)?) else {
            continue;
        };
        let pair = |&(a, b): &Pair| (first.outcomes[a].puzzle, (a, b));
        let places: BTreeMap<u32, Pair> = pairs.iter().map(pair).collect();
        let drawn = paired.only_a.iter().take(count);
        let drawn = drawn.chain(paired.only_b.iter().take(count));
        let disputed = |index: &u32| {
            let &(a, b) = places.get(index)?;
            let (a, b) = (&of_first.puzzles[a], &of_other.puzzles[b]);
            Some(DisputedPuzzle {
                index: *index,
                puzzle: of_first.view(a),
                question: a.question.clone(),
                answer: a.answer.clone(),
                predictions: [a.prediction.clone(), b.prediction.clone()],
            })
        };
        difference.disputed = drawn.filter_map(disputed).collect();
    }
    Ok(())
}

/// The puzzles and predictions of a side; none where its artifacts are gone.
fn kept(store: &Store, side: &Side) -> Result<Option<SidePuzzles>, RunnerError> {
    match SidePuzzles::read(store, side, true) {
        Ok(puzzles) => Ok(Some(puzzles)),
        Err(RunnerError::Incomplete { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
