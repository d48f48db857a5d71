//! Reading and writing the folder of one split.

use crate::meta::{SplitMeta, write_json};
use crate::npy::{self, ArrayReader};
use crate::split::array_file;
use crate::{DatasetError, SplitData};
use std::path::{Path, PathBuf};

/// The arrays that every split has.
const ARRAYS: [&str; 5] = [
    "inputs",
    "labels",
    "puzzle_identifiers",
    "puzzle_indices",
    "group_indices",
];
/// Our own addition to the format, which the published code does not look at.
const DIFFICULTY: &str = "difficulty";
/// Sizes and special ids of the split.
pub(crate) const META_FILE: &str = "dataset.json";

/// Every file of a split's folder that is read, whether it exists or not.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let arrays = ARRAYS
        .iter()
        .chain([&DIFFICULTY])
        .map(|array| array_path(dir, array));
    std::iter::once(dir.join(META_FILE)).chain(arrays).collect()
}

fn array_path(dir: &Path, array: &str) -> PathBuf {
    dir.join(array_file(array))
}

impl SplitData {
    /// Reads a split's folder: `dataset.json` and the arrays `all__*.npy`. Tokens may be of any
    /// integer type as long as their values fit; nothing beyond the size of the files is allocated.
    ///
    /// # Errors
    /// Where a file is missing or damaged or contradicts another one; the error names the file.
    pub fn read(dir: &Path) -> Result<Self, DatasetError> {
        let meta = SplitMeta::read(&dir.join(META_FILE))?;
        let indices = |array: &str| npy::read_i32(&array_path(dir, array));
        let split = Self {
            inputs: read_tokens(&array_path(dir, "inputs"), &meta)?,
            labels: read_tokens(&array_path(dir, "labels"), &meta)?,
            puzzle_identifiers: indices("puzzle_identifiers")?,
            puzzle_indices: indices("puzzle_indices")?,
            group_indices: indices("group_indices")?,
            difficulty: read_difficulty(&array_path(dir, DIFFICULTY))?,
            meta,
        };
        split.check().map_err(|fault| {
            DatasetError::malformed(&dir.join(array_file(fault.array)), fault.reason)
        })?;
        Ok(split)
    }

    /// Writes a split's folder; the arrays are, to the byte, what NumPy would write.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn write(&self, dir: &Path) -> Result<(), DatasetError> {
        std::fs::create_dir_all(dir).map_err(DatasetError::io("create", dir))?;
        let path = |array: &str| array_path(dir, array);
        npy::write_u8_rows(&path("inputs"), &self.inputs, self.meta.seq_len)?;
        npy::write_u8_rows(&path("labels"), &self.labels, self.meta.seq_len)?;
        npy::write_i32(&path("puzzle_identifiers"), &self.puzzle_identifiers)?;
        npy::write_i32(&path("puzzle_indices"), &self.puzzle_indices)?;
        npy::write_i32(&path("group_indices"), &self.group_indices)?;
        if let Some(difficulty) = &self.difficulty {
            // Checked to fit when it was set.
            let difficulty: Vec<i32> = difficulty.iter().map(|&value| value as i32).collect();
            npy::write_i32(&path(DIFFICULTY), &difficulty)?;
        }
        write_json(&dir.join(META_FILE), &self.meta)
    }
}

/// Reads a two-dimensional array of tokens.
fn read_tokens(path: &Path, meta: &SplitMeta) -> Result<Vec<u8>, DatasetError> {
    let array = ArrayReader::open(path)?;
    if array.shape().len() != 2 || array.shape()[1] != meta.seq_len {
        let reason = format!(
            "shape {:?}, expected [examples, {}]",
            array.shape(),
            meta.seq_len
        );
        return Err(DatasetError::malformed(path, reason));
    }
    let vocab_size = meta.vocab_size;
    array.read(|value| match u8::try_from(value) {
        Ok(token) if usize::from(token) < vocab_size => Ok(token),
        _ => Err(format!("token {value}, but `vocab_size` is {vocab_size}")),
    })
}

fn read_difficulty(path: &Path) -> Result<Option<Vec<u32>>, DatasetError> {
    if !path.exists() {
        return Ok(None);
    }
    let values = npy::read_i32(path)?;
    let unsigned = values
        .into_iter()
        .map(u32::try_from)
        .collect::<Result<_, _>>();
    unsigned
        .map(Some)
        .map_err(|_| DatasetError::malformed(path, "a negative difficulty"))
}
