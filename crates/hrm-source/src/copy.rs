//! The one loop that moves bytes, with reading and writing errors kept apart.

use std::io::{self, Read, Write};

/// Why bytes could not be moved.
#[derive(Debug)]
pub(crate) enum CopyError {
    /// The reader failed.
    Read(io::Error),
    /// The writer failed.
    Write(io::Error),
    /// The reader has more bytes than allowed. Up to that many were written.
    TooLong,
}

/// Moves everything, at most `limit` bytes, and returns how many there were. `advanced` is told of
/// every piece's length.
pub(crate) fn copy(
    reader: &mut dyn Read,
    writer: &mut dyn Write,
    limit: u64,
    advanced: &mut dyn FnMut(u64),
) -> Result<u64, CopyError> {
    let mut buffer = vec![0; 64 * 1024];
    let mut copied = 0_u64;
    loop {
        let piece = match reader.read(&mut buffer) {
            Ok(0) => return Ok(copied),
            Ok(length) => buffer.get(..length).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyError::Read(error)),
        };
        let length = piece.len() as u64;
        if length > limit - copied {
            return Err(CopyError::TooLong);
        }
        writer.write_all(piece).map_err(CopyError::Write)?;
        copied += length;
        advanced(length);
    }
}

impl CopyError {
    /// As an error of reading, where nothing was written or writing cannot fail.
    pub(crate) fn into_io(self) -> io::Error {
        match self {
            Self::Read(error) | Self::Write(error) => error,
            Self::TooLong => io::Error::new(io::ErrorKind::InvalidData, "longer than expected"),
        }
    }
}
