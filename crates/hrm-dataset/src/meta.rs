//! `dataset.json` of one split: the sizes and special ids of the published format.

use crate::DatasetError;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Largest `dataset.json` or card that is read, bytes: they hold a handful of numbers.
pub(crate) const JSON_BYTES_MAX: u64 = 1 << 20;

/// The one set of examples that the published builders write.
pub(crate) const SET: &str = "all";

/// `dataset.json` as the HRM and TRM builders write it. Unknown keys are ignored when it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitMeta {
    /// Token of padding cells.
    pub pad_id: i32,
    /// Label token that is not counted, if there is one.
    pub ignore_label_id: Option<i32>,
    /// Puzzle identifier of padding puzzles.
    pub blank_identifier_id: i32,
    /// Number of tokens; every token is below it.
    pub vocab_size: usize,
    /// Tokens of an example.
    pub seq_len: usize,
    /// Number of puzzle identifiers; every identifier is below it.
    pub num_puzzle_identifiers: usize,
    /// Groups of the split.
    pub total_groups: usize,
    /// Examples per puzzle, on average.
    pub mean_puzzle_examples: f64,
    /// Puzzles of the split. Only TRM's builders write it, and its Sudoku and maze builders put the
    /// number of groups here, so it is kept but not relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_puzzles: Option<usize>,
    /// Names of the sets of examples; always `["all"]`.
    pub sets: Vec<String>,
}

impl SplitMeta {
    /// Reads and checks `dataset.json`.
    pub(crate) fn read(path: &Path) -> Result<Self, DatasetError> {
        let meta: Self = read_json(path, JSON_BYTES_MAX)?;
        meta.check()
            .map_err(|reason| DatasetError::malformed(path, reason))?;
        Ok(meta)
    }

    /// Checks what can be checked without the arrays.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(1..=256).contains(&self.vocab_size) {
            return Err(format!(
                "`vocab_size` is {}, expected 1 to 256",
                self.vocab_size
            ));
        }
        if self.seq_len == 0 {
            return Err("`seq_len` is 0, expected at least 1".into());
        }
        if !below(self.pad_id, self.vocab_size) {
            let (pad, vocab) = (self.pad_id, self.vocab_size);
            return Err(format!(
                "`pad_id` is {pad}, expected 0 up to `vocab_size` {vocab} - 1"
            ));
        }
        if !below(self.blank_identifier_id, self.num_puzzle_identifiers) {
            return Err(format!(
                "`blank_identifier_id` is {}, expected 0 up to `num_puzzle_identifiers` {} - 1",
                self.blank_identifier_id, self.num_puzzle_identifiers
            ));
        }
        if self.sets != [SET] {
            return Err(format!(
                "`sets` is {:?}, only [\"{SET}\"] is supported",
                self.sets
            ));
        }
        Ok(())
    }
}

/// Whether `value` is in `0..limit`.
fn below(value: i32, limit: usize) -> bool {
    usize::try_from(value).is_ok_and(|value| value < limit)
}

/// Reads a file of at most `bytes_max` bytes.
pub(crate) fn read_limited(path: &Path, bytes_max: u64) -> Result<Vec<u8>, DatasetError> {
    let bytes = std::fs::metadata(path)
        .map_err(DatasetError::io("read", path))?
        .len();
    if bytes > bytes_max {
        let reason = format!("{bytes} bytes, expected at most {bytes_max}");
        return Err(DatasetError::malformed(path, reason));
    }
    std::fs::read(path).map_err(DatasetError::io("read", path))
}

/// Reads a JSON file of at most `bytes_max` bytes.
pub(crate) fn read_json<T: serde::de::DeserializeOwned>(
    path: &Path,
    bytes_max: u64,
) -> Result<T, DatasetError> {
    serde_json::from_slice(&read_limited(path, bytes_max)?)
        .map_err(|error| DatasetError::malformed(path, format!("not the expected JSON: {error}")))
}

/// Writes a JSON file, indented for people.
pub(crate) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), DatasetError> {
    let mut text = serde_json::to_string_pretty(value)
        .map_err(|error| DatasetError::malformed(path, error.to_string()))?;
    text.push('\n');
    std::fs::write(path, text).map_err(DatasetError::io("write", path))
}
