//! NumPy's `.npy` files: arrays of whole numbers or floats in C order.
//!
//! Own code rather than a crate for two reasons: a file from elsewhere must never panic or allocate
//! more than its own size (npyz 0.9 multiplies an unchecked shape), and what is written is equal to
//! NumPy's own output to the byte, header included.

mod header;

use crate::DatasetError;
use header::{ElementType, check_size, header_bytes, read_header};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

/// Bytes decoded at once.
const CHUNK_BYTES: usize = 1 << 16;

/// One element of an array.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Of an integer type.
    Integer(i64),
    /// Of a float type of 2, 4 or 8 bytes.
    Float(f64),
}

/// An opened array: its shape, and its elements still to be read.
pub struct ArrayReader<'a, R> {
    path: &'a Path,
    reader: R,
    dtype: ElementType,
    descr: String,
    shape: Vec<usize>,
    /// Elements; the file is known to hold exactly so many.
    len: usize,
}

impl<'a> ArrayReader<'a, BufReader<File>> {
    /// Opens an array and compares its header with the size of the file.
    ///
    /// # Errors
    /// If the file cannot be read or is no array of numbers; the error names it.
    pub fn open(path: &'a Path) -> Result<Self, DatasetError> {
        let file = File::open(path).map_err(DatasetError::io("read", path))?;
        let bytes = file
            .metadata()
            .map_err(DatasetError::io("read", path))?
            .len();
        let reader = BufReader::with_capacity(CHUNK_BYTES, file);
        Self::new(path, reader, bytes)
    }
}

impl<'a> ArrayReader<'a, &'a [u8]> {
    /// An array whose file's bytes are in memory; `path` is named in errors.
    ///
    /// # Errors
    /// If the bytes are no array of numbers.
    pub fn from_bytes(path: &'a Path, bytes: &'a [u8]) -> Result<Self, DatasetError> {
        Self::new(path, bytes, bytes.len() as u64)
    }
}

impl<'a, R: Read> ArrayReader<'a, R> {
    fn new(path: &'a Path, mut reader: R, bytes: u64) -> Result<Self, DatasetError> {
        let malformed = |reason: String| DatasetError::malformed(path, reason);
        let (header, header_bytes) = read_header(&mut reader).map_err(malformed)?;
        let (shape, len) =
            check_size(&header, bytes.saturating_sub(header_bytes)).map_err(malformed)?;
        Ok(Self {
            path,
            reader,
            dtype: header.dtype,
            descr: header.descr,
            shape,
            len,
        })
    }

    /// Sizes of the dimensions.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// All elements of an array of whole numbers, each converted by `convert`, which says what is
    /// wrong with a value.
    pub(crate) fn read<T>(
        self,
        convert: impl Fn(i64) -> Result<T, String>,
    ) -> Result<Vec<T>, DatasetError> {
        if !self.dtype.is_integer() {
            let reason = format!(
                "dtype `{}` is not an integer type such as `|u1` or `<i4`",
                self.descr
            );
            return Err(DatasetError::malformed(self.path, reason));
        }
        self.read_numbers(|number| match number {
            Number::Integer(value) => convert(value),
            Number::Float(value) => Err(format!("{value} is not a whole number")),
        })
    }

    /// All elements, each converted by `convert`, which says what is wrong with a value.
    ///
    /// # Errors
    /// At the first value that `convert` refuses, and if the file cannot be read.
    pub fn read_numbers<T>(
        mut self,
        convert: impl Fn(Number) -> Result<T, String>,
    ) -> Result<Vec<T>, DatasetError> {
        let mut values = Vec::with_capacity(self.len);
        let mut chunk = vec![0u8; CHUNK_BYTES];
        while values.len() < self.len {
            let items = (self.len - values.len()).min(CHUNK_BYTES / self.dtype.bytes);
            let raw = &mut chunk[..items * self.dtype.bytes];
            self.reader
                .read_exact(raw)
                .map_err(DatasetError::io("read", self.path))?;
            for item in raw.chunks_exact(self.dtype.bytes) {
                let value = self.dtype.decode(item);
                let value = value
                    .ok_or_else(|| "a value is too large".to_owned())
                    .and_then(&convert);
                values.push(value.map_err(|reason| {
                    let position = values.len();
                    DatasetError::malformed(self.path, format!("element {position}: {reason}"))
                })?);
            }
        }
        Ok(values)
    }
}

/// Reads a one-dimensional array whose values fit into `i32`.
pub(crate) fn read_i32(path: &Path) -> Result<Vec<i32>, DatasetError> {
    let array = ArrayReader::open(path)?;
    if array.shape().len() != 1 {
        let reason = format!("shape {:?}, expected one dimension", array.shape());
        return Err(DatasetError::malformed(path, reason));
    }
    array.read(|value| i32::try_from(value).map_err(|_| format!("{value} does not fit into int32")))
}

/// Writes a `uint8` array of rows, some rows at a time.
pub(crate) struct RowWriter<'a> {
    path: &'a Path,
    out: BufWriter<File>,
}

impl<'a> RowWriter<'a> {
    /// Begins an array of `rows` rows of `row_len`.
    pub(crate) fn create(
        path: &'a Path,
        rows: usize,
        row_len: usize,
    ) -> Result<Self, DatasetError> {
        let shape = format!("({rows}, {row_len})");
        let out = create(path, "|u1", &shape).map_err(DatasetError::io("write", path))?;
        Ok(Self { path, out })
    }

    /// Writes the next rows.
    pub(crate) fn write(&mut self, rows: &[u8]) -> Result<(), DatasetError> {
        let written = self.out.write_all(rows);
        written.map_err(DatasetError::io("write", self.path))
    }

    /// Ends the array.
    pub(crate) fn finish(self) -> Result<(), DatasetError> {
        finish(self.out).map_err(DatasetError::io("write", self.path))
    }
}

/// Writes a one-dimensional `int32` array.
pub(crate) fn write_i32(path: &Path, values: &[i32]) -> Result<(), DatasetError> {
    let write = || {
        let mut out = create(path, "<i4", &format!("({},)", values.len()))?;
        for value in values {
            out.write_all(&value.to_le_bytes())?;
        }
        finish(out)
    };
    write().map_err(DatasetError::io("write", path))
}

/// A new file with the array's header.
fn create(path: &Path, descr: &str, shape: &str) -> io::Result<BufWriter<File>> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(&header_bytes(descr, shape))?;
    Ok(out)
}

/// Writes what is buffered. Whoever keeps the file for good makes it durable, all files at once.
fn finish(out: BufWriter<File>) -> io::Result<()> {
    out.into_inner()?;
    Ok(())
}

/// Writes the bytes of a `uint8` array of rows of `row_len` to any writer.
///
/// # Errors
/// Those of the writer.
pub fn write_u8_rows_to(out: &mut impl Write, values: &[u8], row_len: usize) -> io::Result<()> {
    let shape = format!("({}, {row_len})", values.len() / row_len);
    out.write_all(&header_bytes("|u1", &shape))?;
    out.write_all(values)
}

/// Writes the bytes of a one-dimensional `float32` array to any writer.
///
/// # Errors
/// Those of the writer.
pub fn write_f32_to(out: &mut impl Write, values: &[f32]) -> io::Result<()> {
    out.write_all(&header_bytes("<f4", &format!("({},)", values.len())))?;
    values
        .iter()
        .try_for_each(|value| out.write_all(&value.to_le_bytes()))
}

#[cfg(test)]
mod tests;
