//! From labelled puzzles to the arrays of the published format.

use crate::build::draws::DrawSource;
use crate::dataset::Names;
use crate::meta::{SET, SplitMeta};
use crate::puzzle::Labelled;
use crate::{Dataset, DatasetCard, DatasetError, Leakage, PuzzleDescription, SplitData};
use hrm_config::{DatasetConfig, Split};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// A labelled puzzle with its difficulty, where that is known.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) puzzle: Labelled,
    pub(crate) difficulty: Option<u32>,
}

/// The puzzles of every split; none of a split means that the dataset does not have it.
pub(crate) type Entries = BTreeMap<Split, Vec<Entry>>;

/// What the card says beside the counts.
pub(crate) struct Wording {
    pub(crate) description: String,
    pub(crate) guarantee: String,
    pub(crate) difficulty: String,
    pub(crate) leakage: Option<Leakage>,
}

/// Refuses more augmentations than a puzzle has symmetric copies.
pub(crate) fn check_augmentations(
    config: &DatasetConfig,
    kind: PuzzleDescription,
) -> Result<(), DatasetError> {
    let wanted = config.augmentations() as usize;
    match kind.copies_max() {
        Some(max) if wanted > max => Err(DatasetError::Config(format!(
            "`augmentations` is {wanted}, but a {kind} has only {max} other rotations and reflections; set it to at most {max}"
        ))),
        _ => Ok(()),
    }
}

/// A dataset of the given puzzles; those of the training split get copies.
pub(crate) fn assemble(
    config: &DatasetConfig,
    kind: PuzzleDescription,
    entries: &Entries,
    wording: Wording,
    draws: &mut DrawSource,
) -> Result<Dataset, DatasetError> {
    let mut splits = BTreeMap::new();
    for (&split, entries) in entries.iter().filter(|(_, entries)| !entries.is_empty()) {
        let mut data = originals(kind, entries)?;
        let copies = config.augmentations() as usize;
        if split == Split::Train && copies > 0 {
            data = draws
                .augment(data, kind, copies)
                .map_err(DatasetError::Config)?;
        }
        splits.insert(split, data);
    }
    let has_difficulty = splits.values().any(|split| split.difficulty.is_some());
    let card = DatasetCard {
        puzzle: kind,
        description: wording.description,
        splits: BTreeMap::new(),
        guarantee: wording.guarantee + &shared_answers(kind, &splits),
        difficulty: has_difficulty.then_some(wording.difficulty),
        leakage: wording.leakage,
    };
    let names = Names::Listed(vec!["<blank>".into()]);
    Dataset::new(splits, card, names, Path::new("dataset"))
}

/// A split of single puzzles, each in a group of its own.
fn originals(kind: PuzzleDescription, entries: &[Entry]) -> Result<SplitData, DatasetError> {
    let (vocab_size, seq_len) = kind.token_sizes().unwrap_or_default();
    let puzzles = entries.len();
    let end = i32::try_from(puzzles).map_err(|_| {
        let reason =
            format!("{puzzles} examples are more than the format's int32 indices can count");
        DatasetError::Config(reason)
    })?;
    let mut inputs = Vec::with_capacity(puzzles * seq_len);
    let mut labels = Vec::with_capacity(puzzles * seq_len);
    for entry in entries {
        let (input, label) = entry.puzzle.tokens();
        inputs.extend_from_slice(&input);
        labels.extend_from_slice(&label);
    }
    let meta = SplitMeta {
        pad_id: 0,
        // As published: padding is not counted, and no cell of these puzzles is padding.
        ignore_label_id: Some(0),
        blank_identifier_id: 0,
        vocab_size,
        seq_len,
        num_puzzle_identifiers: 1,
        total_groups: puzzles,
        mean_puzzle_examples: 1.0,
        total_puzzles: Some(puzzles),
        sets: vec![SET.into()],
    };
    let indices: Vec<i32> = (0..=end).collect();
    let split = SplitData::new(
        meta,
        inputs,
        labels,
        vec![0; puzzles],
        indices.clone(),
        indices,
    )?;
    let difficulty = entries.iter().map(|entry| entry.difficulty).collect();
    match difficulty {
        Some(difficulty) => split.with_difficulty(difficulty),
        None => Ok(split),
    }
}

/// For Sudoku, how many test puzzles have a solution grid that training shows too. The puzzles
/// differ, but a model could have memorized the grid, which matters where there are few grids.
fn shared_answers(kind: PuzzleDescription, splits: &BTreeMap<Split, SplitData>) -> String {
    let (PuzzleDescription::Sudoku { .. }, Some(train), Some(test)) =
        (kind, splits.get(&Split::Train), splits.get(&Split::Test))
    else {
        return String::new();
    };
    let examples = test.examples();
    let answers = (0..examples).map(|example| test.label(example));
    let wanted: HashSet<Cow<'_, [u8]>> = answers.clone().collect();
    let shown = (0..train.examples())
        .into_par_iter()
        .map(|example| train.label(example))
        .filter(|answer| wanted.contains(answer));
    let shown: HashSet<Cow<'_, [u8]>> = shown.collect();
    let shared = answers.filter(|answer| shown.contains(answer)).count();
    let note = match kind {
        PuzzleDescription::Sudoku {
            box_rows: 2,
            box_cols: 2,
        } => ": there are only 288 grids of 4×4, in 2 classes",
        _ => "",
    };
    format!(
        " Solution grids may repeat: {shared} of {examples} test puzzles have one that also occurs in training{note}."
    )
}
