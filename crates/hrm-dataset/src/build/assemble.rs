//! From labelled puzzles to the arrays of the published format.

use crate::build::Progress;
use crate::meta::{SET, SplitMeta};
use crate::puzzle::{Labelled, Tokens};
use crate::{Dataset, DatasetCard, DatasetError, PuzzleDescription, SplitData};
use hrm_config::{DatasetConfig, Split};
use hrm_random::stream;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Puzzles that are augmented between two reports of progress.
const CHUNK: usize = 64;

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
}

/// Refuses more augmentations than a puzzle has symmetric copies.
pub(crate) fn check_augmentations(
    config: &DatasetConfig,
    kind: PuzzleDescription,
) -> Result<(), DatasetError> {
    let wanted = config.augmentations as usize;
    match kind.copies_max() {
        Some(max) if wanted > max => Err(DatasetError::Config(format!(
            "`augmentations` is {wanted}, but a {kind} has only {max} other rotations and reflections; set it to at most {max}"
        ))),
        _ => Ok(()),
    }
}

/// A dataset of the given puzzles; those of the training split get their augmentations.
pub(crate) fn assemble(
    config: &DatasetConfig,
    kind: PuzzleDescription,
    entries: &Entries,
    wording: Wording,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    let mut splits = BTreeMap::new();
    for (&split, entries) in entries.iter().filter(|(_, entries)| !entries.is_empty()) {
        let copies = if split == Split::Train {
            config.augmentations as usize
        } else {
            0
        };
        splits.insert(
            split,
            split_data(config.seed, kind, entries, copies, progress)?,
        );
    }
    let has_difficulty = splits.values().any(|split| split.difficulty.is_some());
    let card = DatasetCard {
        puzzle: kind,
        description: wording.description,
        splits: BTreeMap::new(),
        guarantee: wording.guarantee + &shared_answers(kind, &splits),
        difficulty: has_difficulty.then_some(wording.difficulty),
    };
    Dataset::new(splits, card, vec!["<blank>".into()], Path::new("dataset"))
}

fn split_data(
    seed: u64,
    kind: PuzzleDescription,
    entries: &[Entry],
    copies: usize,
    progress: Progress<'_>,
) -> Result<SplitData, DatasetError> {
    let (vocab_size, seq_len) = kind.token_sizes().unwrap_or_default();
    let per_group = 1 + copies;
    let puzzles = entries.len() * per_group;
    if i32::try_from(puzzles).is_err() {
        let reason =
            format!("{puzzles} examples are more than the format's int32 indices can count");
        return Err(DatasetError::Config(reason));
    }
    let mut inputs = Vec::with_capacity(puzzles * seq_len);
    let mut labels = Vec::with_capacity(puzzles * seq_len);
    for (chunk_index, chunk) in entries.chunks(CHUNK).enumerate() {
        let first = chunk_index * CHUNK;
        if copies > 0 {
            progress("augmenting training puzzles", first, entries.len());
        }
        let group = |(place, entry): (usize, &Entry)| {
            let mut rng = stream(seed, "dataset/augment", (first + place) as u64);
            augmented(&entry.puzzle, copies, &mut rng)
        };
        let groups: Vec<_> = chunk.par_iter().enumerate().map(group).collect();
        for group in groups {
            for (input, label) in group.map_err(DatasetError::Config)? {
                inputs.extend_from_slice(&input);
                labels.extend_from_slice(&label);
            }
        }
    }
    let meta = SplitMeta {
        pad_id: 0,
        // As published: padding is not counted, and no cell of these puzzles is padding.
        ignore_label_id: Some(0),
        blank_identifier_id: 0,
        vocab_size,
        seq_len,
        num_puzzle_identifiers: 1,
        total_groups: entries.len(),
        mean_puzzle_examples: 1.0,
        total_puzzles: Some(puzzles),
        sets: vec![SET.into()],
    };
    let puzzle_indices = (0..=puzzles as i32).collect();
    let group_indices = (0..=entries.len())
        .map(|group| (group * per_group) as i32)
        .collect();
    let split = SplitData::new(
        meta,
        inputs,
        labels,
        vec![0; puzzles],
        puzzle_indices,
        group_indices,
    )?;
    let difficulty: Option<Vec<u32>> = entries
        .iter()
        .flat_map(|entry| std::iter::repeat_n(entry.difficulty, per_group))
        .collect();
    match difficulty {
        Some(difficulty) => split.with_difficulty(difficulty),
        None => Ok(split),
    }
}

/// The tokens of a puzzle and of its copies.
fn augmented(
    puzzle: &Labelled,
    copies: usize,
    rng: &mut hrm_random::ChaCha8Rng,
) -> Result<Vec<Tokens>, String> {
    let mut group = vec![puzzle.tokens()];
    group.extend(puzzle.copies(copies, rng)?);
    Ok(group)
}

/// For Sudoku, how many test puzzles have a solution grid that training shows too. The puzzles
/// differ, but a model could have memorized the grid, which matters where there are few grids.
fn shared_answers(kind: PuzzleDescription, splits: &BTreeMap<Split, SplitData>) -> String {
    let (PuzzleDescription::Sudoku { .. }, Some(train), Some(test)) =
        (kind, splits.get(&Split::Train), splits.get(&Split::Test))
    else {
        return String::new();
    };
    let known: HashSet<&[u8]> = (0..train.examples())
        .map(|example| train.label(example))
        .collect();
    let examples = test.examples();
    let shared = (0..examples)
        .filter(|&example| known.contains(test.label(example)))
        .count();
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
