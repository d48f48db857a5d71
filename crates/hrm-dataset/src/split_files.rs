//! Reading and writing the folder of one split.

use crate::examples::{Examples, Stored};
use crate::meta::{JSON_BYTES_MAX, SplitMeta, read_json, write_json};
use crate::npy::{self, ArrayReader, RowWriter};
use crate::split::array_file;
use crate::{DatasetError, SplitData};
use rayon::prelude::*;
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

/// The rule of a split's augmented copies, where the arrays hold only the originals.
const COPIES_FILE: &str = "augmentation.json";
/// Examples that are in memory at once while they are written.
const CHUNK: usize = 4096;

/// Every file of a split's folder that is read, whether it exists or not.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let arrays = ARRAYS
        .iter()
        .chain([&DIFFICULTY])
        .map(|array| array_path(dir, array));
    [META_FILE, COPIES_FILE]
        .map(|file| dir.join(file))
        .into_iter()
        .chain(arrays)
        .collect()
}

/// Whether the split's arrays are there.
pub(crate) fn has_arrays(dir: &Path) -> bool {
    array_path(dir, ARRAYS[0]).is_file()
}

fn array_path(dir: &Path, array: &str) -> PathBuf {
    dir.join(array_file(array))
}

impl SplitData {
    /// Reads a split's folder: `dataset.json` and the arrays `all__*.npy`, or what [`Self::write`]
    /// made of augmented puzzles. Tokens may be of any integer type as long as their values fit;
    /// nothing beyond the size of the files is allocated.
    ///
    /// # Errors
    /// Where a file is missing or damaged or contradicts another one; the error names the file.
    pub fn read(dir: &Path) -> Result<Self, DatasetError> {
        let meta = SplitMeta::read(&dir.join(META_FILE))?;
        let indices = |array: &str| npy::read_i32(&array_path(dir, array));
        let split = Self {
            tokens: Examples::Stored(Stored {
                inputs: read_tokens(&array_path(dir, "inputs"), &meta)?,
                labels: read_tokens(&array_path(dir, "labels"), &meta)?,
            }),
            puzzle_identifiers: indices("puzzle_identifiers")?,
            puzzle_indices: indices("puzzle_indices")?,
            group_indices: indices("group_indices")?,
            difficulty: read_difficulty(&array_path(dir, DIFFICULTY))?,
            meta,
        }
        .checked(dir)?;
        let rule = dir.join(COPIES_FILE);
        if !rule.exists() {
            return Ok(split);
        }
        let copies = read_json(&rule, JSON_BYTES_MAX)?;
        split
            .with_copies(copies)
            .map_err(|reason| DatasetError::malformed(&rule, reason))
    }

    /// Writes a split's folder as small as it can be: of augmented puzzles the originals and the
    /// rule of their copies. Of an ARC split only the sizes: its dataset writes the plan.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn write(&self, dir: &Path) -> Result<(), DatasetError> {
        match &self.tokens {
            Examples::Stored(_) => self.write_arrays(dir),
            Examples::Copies(copies) => {
                self.originals(copies)?.write_arrays(dir)?;
                write_json(&dir.join(COPIES_FILE), copies.rule())
            }
            Examples::Arc { .. } => self.write_meta(dir),
        }
    }

    /// Writes a split's folder in the published format, every augmented copy included; the arrays
    /// are, to the byte, what NumPy would write.
    ///
    /// # Errors
    /// Where the operating system refuses.
    pub fn write_arrays(&self, dir: &Path) -> Result<(), DatasetError> {
        self.write_meta(dir)?;
        self.write_published_arrays(dir)?;
        if let Some(difficulty) = &self.difficulty {
            // Checked to fit when it was set.
            let difficulty: Vec<i32> = difficulty.iter().map(|&value| value as i32).collect();
            npy::write_i32(&array_path(dir, DIFFICULTY), &difficulty)?;
        }
        Ok(())
    }

    /// Writes the arrays that the published format has.
    pub(crate) fn write_published_arrays(&self, dir: &Path) -> Result<(), DatasetError> {
        self.write_tokens(dir)?;
        let path = |array: &str| array_path(dir, array);
        npy::write_i32(&path("puzzle_identifiers"), &self.puzzle_identifiers)?;
        npy::write_i32(&path("puzzle_indices"), &self.puzzle_indices)?;
        npy::write_i32(&path("group_indices"), &self.group_indices)
    }

    fn write_meta(&self, dir: &Path) -> Result<(), DatasetError> {
        std::fs::create_dir_all(dir).map_err(DatasetError::io("create", dir))?;
        write_json(&dir.join(META_FILE), &self.meta)
    }

    /// Writes both token arrays, which may be larger than the memory.
    fn write_tokens(&self, dir: &Path) -> Result<(), DatasetError> {
        let (examples, seq_len) = (self.examples(), self.meta.seq_len);
        let (input_path, label_path) = (array_path(dir, "inputs"), array_path(dir, "labels"));
        let mut inputs = RowWriter::create(&input_path, examples, seq_len)?;
        let mut labels = RowWriter::create(&label_path, examples, seq_len)?;
        let mut chunk = (vec![0; CHUNK * seq_len], vec![0; CHUNK * seq_len]);
        for first in (0..examples).step_by(CHUNK) {
            let tokens = CHUNK.min(examples - first) * seq_len;
            let (input, label) = (&mut chunk.0[..tokens], &mut chunk.1[..tokens]);
            let rows = input
                .par_chunks_exact_mut(seq_len)
                .zip(label.par_chunks_exact_mut(seq_len));
            rows.enumerate()
                .for_each(|(row, (input, label))| self.encode(first + row, input, label));
            inputs.write(input)?;
            labels.write(label)?;
        }
        inputs.finish()?;
        labels.finish()
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
