//! Import of a folder in the published format.

use crate::build::Progress;
use crate::build::arc_leakage::{ArcPair, check_pairs};
use crate::build::classes::{Place, classes_of_splits, guarantee, leakage, originals, shared};
use crate::puzzle::{Labelled, arc_pair};
use crate::{Dataset, DatasetError, Leakage, PuzzleDescription, SplitData};
use hrm_config::{DatasetConfig, FolderSource, Split};
use hrm_random::stream;
use rand::seq::SliceRandom;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// Reads the folder, moves groups to a validation split if asked, and finds out what it can about
/// the puzzles and their splits.
pub(crate) fn import(
    config: &DatasetConfig,
    source: &FolderSource,
    base_dir: &Path,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    if config.augmentations() > 0 {
        let reason = "`augmentations` cannot be used with `folder`, which is imported as it is";
        return Err(DatasetError::Config(reason.into()));
    }
    let dir = base_dir.join(&source.path);
    progress("reading the folder", 0, 1);
    let Dataset {
        mut splits,
        mut card,
        names,
    } = Dataset::read(&dir)?;
    progress("reading the folder", 1, 1);
    if card.puzzle == PuzzleDescription::Tokens {
        card.puzzle = recognize(&splits);
    }
    if source.validation > 0 {
        if card.puzzle == PuzzleDescription::Arc {
            let reason = "the groups of an ARC folder do not say which of their pairs are test pairs, so none can become validation; leave out `validation`, or build from `benchmark`";
            return Err(DatasetError::malformed(&dir, reason));
        }
        carve(&mut splits, source.validation, config.seed, &dir)?;
    }
    card.description = describe(card.puzzle);
    (card.leakage, card.guarantee) = check_splits(config, card.puzzle, &splits, progress)?;
    Dataset::new(splits, card, names, &dir)
}

/// Without the folder's name: only its content decides the dataset.
fn describe(puzzle: PuzzleDescription) -> String {
    let kind = match puzzle {
        PuzzleDescription::Tokens => "Puzzles of unknown kind".into(),
        known => format!("{known} puzzles"),
    };
    format!("{kind} from a folder in the published format")
}

/// Moves groups from train to validation; of each only the first puzzle, which is the original,
/// because a validation split is not augmented.
fn carve(
    splits: &mut BTreeMap<Split, SplitData>,
    count: usize,
    seed: u64,
    dir: &Path,
) -> Result<(), DatasetError> {
    let malformed = |reason: String| DatasetError::malformed(dir, reason);
    if splits.contains_key(&Split::Validation) {
        let reason = "it has a validation split of its own; leave out `validation`";
        return Err(malformed(reason.into()));
    }
    let train = splits
        .get(&Split::Train)
        .ok_or_else(|| malformed("it has no train split".into()))?;
    if count >= train.groups() {
        let groups = train.groups();
        return Err(malformed(format!(
            "`validation` is {count}, which leaves nothing of {groups} training groups"
        )));
    }
    let mut order: Vec<usize> = (0..train.groups()).collect();
    order.shuffle(&mut stream(seed, "folder/validation", 0));
    let (moved, kept) = order.split_at_mut(count);
    moved.sort_unstable();
    kept.sort_unstable();
    let originals: Vec<_> = moved
        .iter()
        .map(|&group| vec![train.group_puzzles(group).start])
        .collect();
    let whole: Vec<_> = kept
        .iter()
        .map(|&group| train.group_puzzles(group).collect())
        .collect();
    let (validation, train) = (train.select(&originals)?, train.select(&whole)?);
    splits.insert(Split::Validation, validation);
    splits.insert(Split::Train, train);
    Ok(())
}

/// The kind of puzzle whose rules the first example of every split obeys.
fn recognize(splits: &BTreeMap<Split, SplitData>) -> PuzzleDescription {
    let obeys = |kind: PuzzleDescription| {
        splits.values().all(|data| {
            let (input, label) = (data.input(0), data.label(0));
            match kind {
                PuzzleDescription::Arc => arc_pair(&input, &label).is_ok(),
                _ => Labelled::from_tokens(kind, &input, &label).is_ok(),
            }
        })
    };
    let sizes = splits
        .values()
        .next()
        .map(|data| (data.meta().vocab_size, data.meta().seq_len));
    sizes
        .and_then(|(vocab_size, seq_len)| {
            PuzzleDescription::candidates(vocab_size, seq_len)
                .into_iter()
                .find(|&kind| obeys(kind))
        })
        .unwrap_or(PuzzleDescription::Tokens)
}

/// What the splits share, and what is certain about them in words, where the puzzle's symmetries
/// are known.
fn check_splits(
    config: &DatasetConfig,
    kind: PuzzleDescription,
    splits: &BTreeMap<Split, SplitData>,
    progress: Progress<'_>,
) -> Result<(Option<Leakage>, String), DatasetError> {
    let unchecked = |reason: &str| {
        let text = format!("Whether the splits share puzzles was not checked: {reason}.");
        Ok((None, text))
    };
    if kind == PuzzleDescription::Tokens {
        return unchecked("the symmetries of these puzzles are not known");
    }
    let allow_leakage = config.allow_leakage.as_deref();
    if kind == PuzzleDescription::Arc {
        return match arc_pairs(splits) {
            Ok(pairs) => check_pairs(&pairs, allow_leakage),
            Err(reason) => unchecked(&reason),
        };
    }
    let classes = match classes_of_splits(kind, splits, progress) {
        Ok(classes) => classes,
        Err(reason) => return unchecked(&reason),
    };
    let name = |(split, group): Place| format!("{} group {group}", split.name());
    let leakage = leakage(&shared(&classes), allow_leakage, name)?;
    let guarantee = guarantee(kind, leakage.as_ref());
    Ok((leakage, guarantee))
}

/// The pairs of the original of every ARC task. A task has one identifier in all splits.
fn arc_pairs(splits: &BTreeMap<Split, SplitData>) -> Result<Vec<ArcPair<'static>>, String> {
    let mut pairs = Vec::new();
    for (&split, data) in splits {
        for example in originals(data) {
            let pair = arc_pair(&data.input(example), &data.label(example))
                .map_err(|reason| format!("{} example {example}: {reason}", split.name()))?;
            pairs.push(ArcPair {
                split,
                task: data.puzzle_identifier(data.puzzle_of(example)).to_string(),
                pair: Cow::Owned(pair),
            });
        }
    }
    Ok(pairs)
}
