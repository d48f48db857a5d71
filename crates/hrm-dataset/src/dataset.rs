//! A whole dataset and its folder.

use crate::arc::{self, ArcPlan};
use crate::card::{DatasetCard, PuzzleDescription};
use crate::meta::{JSON_BYTES_MAX, SplitMeta, read_json, write_json};
use crate::split_files::{self, META_FILE};
use crate::{DatasetError, SplitCounts, SplitData};
use hrm_arc::dataset::ArcDataset;
use hrm_config::Split;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// All splits, in the order of their names' meaning.
const SPLITS: [Split; 3] = [Split::Train, Split::Validation, Split::Test];
/// Names of the puzzle identifiers.
pub(crate) const IDENTIFIERS_FILE: &str = "identifiers.json";
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
    pub(crate) names: Names,
}

/// Names of the puzzle identifiers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Names {
    /// In their order; empty where they are not known.
    Listed(Vec<String>),
    /// Those of the plan's puzzles.
    Planned(Arc<ArcPlan>),
}

impl Names {
    /// Number of names; `None` where they are not known.
    fn len(&self) -> Option<usize> {
        match self {
            Self::Listed(names) => Some(names.len()).filter(|&names| names > 0),
            Self::Planned(plan) => Some(plan.dataset().identifiers()),
        }
    }
}

impl Dataset {
    /// A dataset of splits that fit together. The counts of `card` are set from the splits.
    ///
    /// # Errors
    /// Where there is no split, two differ in vocabulary, sequence length or identifiers, or these
    /// are not those of the card's puzzle.
    pub(crate) fn new(
        splits: BTreeMap<Split, SplitData>,
        mut card: DatasetCard,
        names: Names,
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
        check_sizes(first, &card, path)?;
        let expected = first.num_puzzle_identifiers;
        if let Some(names) = names.len().filter(|&names| names != expected) {
            let reason = format!("{names} names, but there are {expected} identifiers");
            let path = path.join(IDENTIFIERS_FILE);
            return Err(DatasetError::malformed(&path, reason));
        }
        card.splits = counts(&splits);
        Ok(Self {
            splits,
            card,
            names,
        })
    }

    /// Reads a dataset's folder, whether this program or a published builder wrote it. A folder
    /// without a card gets one that claims nothing.
    ///
    /// # Errors
    /// Where a file is missing, damaged, or contradicts another one; the error names it.
    pub fn read(dir: &Path) -> Result<Self, DatasetError> {
        std::fs::read_dir(dir).map_err(DatasetError::io("read", dir))?;
        let (splits, names) = if arc::has_plan(dir) {
            let plan = Arc::new(arc::read_plan(dir)?);
            (read_planned(&plan, dir)?, Names::Planned(plan))
        } else {
            (read_splits(dir)?, Names::Listed(read_names(dir)?))
        };
        let card_path = dir.join(CARD_FILE);
        if !card_path.exists() {
            return Self::new(splits, unknown_card(), names, dir);
        }
        let card: DatasetCard = read_json(&card_path, JSON_BYTES_MAX)?;
        if card.splits != counts(&splits) {
            let reason = "its counts are not those of the folders beside it";
            return Err(DatasetError::malformed(&card_path, reason));
        }
        Self::new(splits, card, names, dir)
    }

    /// Writes the dataset's folder as small as it can be: augmented puzzles by their rule. The same
    /// dataset gives the same bytes.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn write(&self, dir: &Path) -> Result<(), DatasetError> {
        for (split, data) in &self.splits {
            data.write(&dir.join(split.name()))?;
        }
        match &self.names {
            Names::Listed(names) if names.is_empty() => {}
            Names::Listed(names) => write_json(&dir.join(IDENTIFIERS_FILE), names)?,
            Names::Planned(plan) => arc::write_plan(plan, dir)?,
        }
        write_json(&dir.join(CARD_FILE), &self.card)
    }

    /// Writes the dataset's folder with every augmented puzzle: a folder per split in the published
    /// format, `identifiers.json`, the card, and of ARC datasets the plan.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn write_materialized(&self, dir: &Path) -> Result<(), DatasetError> {
        for (split, data) in &self.splits {
            data.write_arrays(&dir.join(split.name()))?;
        }
        let names = self.identifiers();
        if !names.is_empty() {
            write_json(&dir.join(IDENTIFIERS_FILE), &names)?;
        }
        if let Names::Planned(plan) = &self.names {
            arc::write_plan(plan, dir)?;
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
    pub fn identifiers(&self) -> Cow<'_, [String]> {
        match &self.names {
            Names::Listed(names) => names.into(),
            Names::Planned(plan) => {
                let plan = plan.dataset();
                plan.puzzle_names(plan.convention()).collect()
            }
        }
    }

    /// The plan behind an ARC dataset: its tasks, and the puzzle of every identifier. `None` for
    /// other puzzles, and for imported folders, which do not say what they were made of.
    pub fn arc(&self) -> Option<&ArcDataset> {
        match &self.names {
            Names::Listed(_) => None,
            Names::Planned(plan) => Some(plan.dataset()),
        }
    }
}

fn check_sizes(meta: &SplitMeta, card: &DatasetCard, path: &Path) -> Result<(), DatasetError> {
    let sizes = (meta.vocab_size, meta.seq_len);
    let expected = card.puzzle.token_sizes();
    if expected.is_none_or(|expected| expected == sizes) {
        return Ok(());
    }
    let (vocab_size, seq_len) = sizes;
    let puzzle = card.puzzle;
    let reason = format!("{seq_len} tokens out of {vocab_size} are not a {puzzle}");
    Err(DatasetError::malformed(&path.join(CARD_FILE), reason))
}

fn read_splits(dir: &Path) -> Result<BTreeMap<Split, SplitData>, DatasetError> {
    let mut splits = BTreeMap::new();
    for split in SPLITS {
        let folder = dir.join(split.name());
        if folder.is_dir() {
            splits.insert(split, SplitData::read(&folder)?);
        }
    }
    Ok(splits)
}

/// The splits of a plan, with their stored tokens where these were written out.
fn read_planned(
    plan: &Arc<ArcPlan>,
    dir: &Path,
) -> Result<BTreeMap<Split, SplitData>, DatasetError> {
    let mut splits = arc::splits(plan, dir)?;
    for (split, planned) in &mut splits {
        let folder = dir.join(split.name());
        let is_same = if split_files::has_arrays(&folder) {
            let stored = SplitData::read(&folder)?;
            let is_same = stored.has_indices_of(planned);
            *planned = stored;
            is_same
        } else {
            SplitMeta::read(&folder.join(META_FILE))? == *planned.meta()
        };
        if !is_same {
            let reason = "its sizes are not those of the plan in `arc` beside it";
            return Err(DatasetError::malformed(&folder, reason));
        }
    }
    Ok(splits)
}

fn read_names(dir: &Path) -> Result<Vec<String>, DatasetError> {
    let path = dir.join(IDENTIFIERS_FILE);
    if path.exists() {
        read_json(&path, IDENTIFIERS_BYTES_MAX)
    } else {
        Ok(Vec::new())
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
    files.extend(arc::plan_files(dir));
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
        leakage: None,
    }
}

/// A folder without any split's folder.
pub(crate) fn no_splits(dir: &Path) -> DatasetError {
    DatasetError::malformed(
        dir,
        "none of the folders `train`, `validation` and `test` with a `dataset.json`",
    )
}
