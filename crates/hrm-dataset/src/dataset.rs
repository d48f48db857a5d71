//! A whole dataset and its folder.

use crate::card::{DatasetCard, PuzzleDescription};
use crate::meta::{JSON_BYTES_MAX, SplitMeta, read_json, write_json};
use crate::split_files::{self, META_FILE};
use crate::{DatasetError, SplitCounts, SplitData};
use hrm_config::Split;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// All splits, in the order of their names' meaning.
const SPLITS: [Split; 3] = [Split::Train, Split::Validation, Split::Test];
/// Names of the puzzle identifiers.
const IDENTIFIERS_FILE: &str = "identifiers.json";
/// The card; the published format has no file of this name here.
const CARD_FILE: &str = "dataset.json";
/// Largest `identifiers.json` that is read, bytes; the largest published one has 36 MB.
const IDENTIFIERS_BYTES_MAX: u64 = 1 << 30;

/// A dataset: its splits, what they are, and the names of its puzzle identifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// The splits that it has.
    pub splits: BTreeMap<Split, SplitData>,
    /// What it is, in words.
    pub card: DatasetCard,
    pub(crate) identifiers: Vec<String>,
}

impl Dataset {
    /// A dataset of splits that fit together. `identifiers` names each puzzle identifier, or is
    /// empty where they have no names. The counts of `card` are set from the splits.
    ///
    /// # Errors
    /// Where there is no split, two differ in vocabulary, sequence length or identifiers, or these
    /// are not those of the card's puzzle.
    pub(crate) fn new(
        splits: BTreeMap<Split, SplitData>,
        mut card: DatasetCard,
        identifiers: Vec<String>,
        path: &Path,
    ) -> Result<Self, DatasetError> {
        let mut metas = splits.iter().map(|(split, data)| (split, data.meta()));
        let (first_split, first) = metas.next().ok_or_else(|| no_splits(path))?;
        for (split, meta) in metas {
            if common(meta) != common(first) {
                let (one, two) = (first_split.name(), split.name());
                let reason = format!(
                    "`{one}` and `{two}` differ in vocabulary, sequence length or identifiers"
                );
                return Err(DatasetError::malformed(path, reason));
            }
        }
        let sizes = (first.vocab_size, first.seq_len);
        if card
            .puzzle
            .token_sizes()
            .is_some_and(|expected| expected != sizes)
        {
            let (vocab_size, seq_len) = sizes;
            let reason = format!(
                "{seq_len} tokens out of {vocab_size} are not a {}",
                card.puzzle
            );
            return Err(DatasetError::malformed(&path.join(CARD_FILE), reason));
        }
        let expected = first.num_puzzle_identifiers;
        if !identifiers.is_empty() && identifiers.len() != expected {
            let reason = format!(
                "{} names, but there are {expected} identifiers",
                identifiers.len()
            );
            return Err(DatasetError::malformed(
                &path.join(IDENTIFIERS_FILE),
                reason,
            ));
        }
        card.splits = counts(&splits);
        Ok(Self {
            splits,
            card,
            identifiers,
        })
    }

    /// Reads a dataset's folder, whether this program or a published builder wrote it. A folder
    /// without a card gets one that claims nothing.
    ///
    /// # Errors
    /// Where a file is missing, damaged, or contradicts another one; the error names it.
    pub fn read(dir: &Path) -> Result<Self, DatasetError> {
        std::fs::read_dir(dir).map_err(DatasetError::io("read", dir))?;
        let mut splits = BTreeMap::new();
        for split in SPLITS {
            let folder = dir.join(split.name());
            if folder.is_dir() {
                splits.insert(split, SplitData::read(&folder)?);
            }
        }
        let names = dir.join(IDENTIFIERS_FILE);
        let identifiers = if names.exists() {
            read_json(&names, IDENTIFIERS_BYTES_MAX)?
        } else {
            Vec::new()
        };
        let card_path = dir.join(CARD_FILE);
        if !card_path.exists() {
            return Self::new(splits, unknown_card(), identifiers, dir);
        }
        let card: DatasetCard = read_json(&card_path, JSON_BYTES_MAX)?;
        if card.splits != counts(&splits) {
            let reason = "its counts are not those of the folders beside it";
            return Err(DatasetError::malformed(&card_path, reason));
        }
        Self::new(splits, card, identifiers, dir)
    }

    /// Writes the dataset's folder: one folder per split in the published format,
    /// `identifiers.json`, and the card. The same dataset gives the same bytes.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn write(&self, dir: &Path) -> Result<(), DatasetError> {
        for (split, data) in &self.splits {
            data.write(&dir.join(split.name()))?;
        }
        if !self.identifiers.is_empty() {
            write_json(&dir.join(IDENTIFIERS_FILE), &self.identifiers)?;
        }
        write_json(&dir.join(CARD_FILE), &self.card)
    }

    /// A split.
    ///
    /// # Errors
    /// Where the dataset has none of that name.
    pub fn split(&self, split: Split) -> Result<&SplitData, DatasetError> {
        self.splits.get(&split).ok_or_else(|| {
            let names: Vec<_> = self.splits.keys().map(|split| split.name()).collect();
            DatasetError::NoSplit {
                split,
                available: names.join(" and "),
            }
        })
    }

    /// Names of the puzzle identifiers, `[num_puzzle_identifiers]`, or empty where unknown.
    pub fn identifiers(&self) -> &[String] {
        &self.identifiers
    }
}

/// Every file that [`Dataset::read`] would read, sorted.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = vec![dir.join(CARD_FILE), dir.join(IDENTIFIERS_FILE)];
    files.extend(
        SPLITS
            .iter()
            .flat_map(|split| split_files::files(&dir.join(split.name()))),
    );
    files.retain(|file| file.is_file());
    files.sort();
    files
}

/// Whether a folder looks like a split's, for a better message than 'file not found'.
pub(crate) fn has_split(dir: &Path) -> bool {
    SPLITS
        .iter()
        .any(|split| dir.join(split.name()).join(META_FILE).is_file())
}

fn counts(splits: &BTreeMap<Split, SplitData>) -> BTreeMap<Split, SplitCounts> {
    splits
        .iter()
        .map(|(&split, data)| (split, data.counts()))
        .collect()
}

/// What all splits of a dataset must agree in.
fn common(meta: &SplitMeta) -> (i32, Option<i32>, i32, usize, usize, usize) {
    (
        meta.pad_id,
        meta.ignore_label_id,
        meta.blank_identifier_id,
        meta.vocab_size,
        meta.seq_len,
        meta.num_puzzle_identifiers,
    )
}

fn unknown_card() -> DatasetCard {
    DatasetCard {
        puzzle: PuzzleDescription::Tokens,
        description: "Puzzles of unknown kind in the published format".into(),
        splits: BTreeMap::new(),
        guarantee: "Nothing is known of how the splits are related.".into(),
        difficulty: None,
    }
}

/// A folder without any split's folder.
pub(crate) fn no_splits(dir: &Path) -> DatasetError {
    DatasetError::malformed(
        dir,
        "none of the folders `train`, `validation` and `test` with a `dataset.json`",
    )
}
