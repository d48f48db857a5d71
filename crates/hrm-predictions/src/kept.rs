//! The predictions that an evaluation keeps, so that they can be scored again without the model.
//!
//! ```text
//! predictions.npy.gz   tokens after the last segment, uint8 [puzzles, seq_len], gzip
//! q_halt.npy           logits of halting after the last segment, float32 [puzzles]
//! ```
//!
//! Row i is the evaluation's puzzle i. Most of an ARC square is padding and most of a Sudoku repeats
//! its question's givens, so that the compressed file is a small part of the array. NumPy reads it
//! by `numpy.load(gzip.open("predictions.npy.gz"))`.

use crate::PredictionsError;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use hrm_dataset::npy::{ArrayReader, Number, write_f32_to, write_u8_rows_to};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

const TOKENS: &str = "predictions.npy.gz";
const Q_HALT: &str = "q_halt.npy";

/// The final predictions of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// Tokens of a puzzle.
    pub seq_len: usize,
    /// Tokens after the last segment [puzzles × seq_len].
    pub tokens: Vec<u8>,
    /// Logits of halting after the last segment [puzzles].
    pub q_halt: Vec<f32>,
}

impl Predictions {
    /// Writes both files into `folder`. The same predictions give the same bytes.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn write(&self, folder: &Path) -> Result<(), PredictionsError> {
        let path = folder.join(TOKENS);
        let write = || {
            let file = BufWriter::new(File::create(&path)?);
            // Without name and time of the file, which would differ from run to run.
            let mut encoder: GzEncoder<_> = GzBuilder::new().write(file, Compression::default());
            write_u8_rows_to(&mut encoder, &self.tokens, self.seq_len.max(1))?;
            encoder.finish()?.into_inner()?.flush()
        };
        write().map_err(PredictionsError::io("write", &path))?;
        let path = folder.join(Q_HALT);
        let write = || {
            let mut file = BufWriter::new(File::create(&path)?);
            write_f32_to(&mut file, &self.q_halt)?;
            file.flush()
        };
        write().map_err(PredictionsError::io("write", &path))
    }

    /// Reads both files from `folder`.
    ///
    /// # Errors
    /// If one is missing or damaged, or they contradict each other.
    pub fn read(folder: &Path) -> Result<Self, PredictionsError> {
        let path = folder.join(TOKENS);
        let file = File::open(&path).map_err(PredictionsError::io("read", &path))?;
        let mut bytes = Vec::new();
        GzDecoder::new(file)
            .read_to_end(&mut bytes)
            .map_err(PredictionsError::io("read", &path))?;
        let array = ArrayReader::from_bytes(&path, &bytes)?;
        let &[rows, seq_len] = array.shape() else {
            let reason = format!("shape {:?}, expected [puzzles, seq_len]", array.shape());
            return Err(PredictionsError::malformed(&path, reason));
        };
        let tokens = array.read_numbers(|number| match number {
            Number::Integer(token) => {
                u8::try_from(token).map_err(|_| format!("{token} is no token"))
            }
            Number::Float(value) => Err(format!("{value} is no token")),
        })?;
        let q_halt_path = folder.join(Q_HALT);
        let q_halt = ArrayReader::open(&q_halt_path)?.read_numbers(|number| match number {
            // Exact: the file holds floats of 32 bits.
            Number::Float(value) => Ok(value as f32),
            Number::Integer(value) => Err(format!("{value} is no logit")),
        })?;
        if q_halt.len() != rows {
            let reason = format!("{} puzzles, but `{TOKENS}` has {rows}", q_halt.len());
            return Err(PredictionsError::malformed(&q_halt_path, reason));
        }
        Ok(Self {
            seq_len,
            tokens,
            q_halt,
        })
    }

    /// Tokens predicted for a puzzle [seq_len]; none beyond the last puzzle.
    pub(crate) fn of(&self, puzzle: usize) -> &[u8] {
        let start = puzzle.saturating_mul(self.seq_len);
        self.tokens
            .get(start..start.saturating_add(self.seq_len))
            .unwrap_or_default()
    }

    /// Number of puzzles.
    pub fn puzzles(&self) -> usize {
        self.q_halt.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predictions() -> Predictions {
        Predictions {
            seq_len: 3,
            tokens: vec![1, 2, 3, 4, 5, 6],
            q_halt: vec![-1.5, f32::INFINITY],
        }
    }

    #[test]
    fn predictions_read_back_and_have_one_form() {
        let [one, two] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        predictions().write(one.path()).unwrap();
        predictions().write(two.path()).unwrap();
        assert_eq!(Predictions::read(one.path()).unwrap(), predictions());
        for name in [TOKENS, Q_HALT] {
            let bytes = |folder: &Path| std::fs::read(folder.join(name)).unwrap();
            assert_eq!(bytes(one.path()), bytes(two.path()));
        }
    }

    #[test]
    fn damage_is_named() {
        let folder = tempfile::tempdir().unwrap();
        predictions().write(folder.path()).unwrap();
        let mut file = File::create(folder.path().join(Q_HALT)).unwrap();
        write_f32_to(&mut file, &[0.0]).unwrap();
        let error = Predictions::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("q_halt.npy`: 1 puzzles"), "{error}");
        std::fs::write(folder.path().join(TOKENS), [31, 139, 8]).unwrap();
        let error = Predictions::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("predictions.npy.gz"), "{error}");
    }
}
