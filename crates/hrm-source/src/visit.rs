//! Going through the files of an archive or a folder.

use crate::SourceError;
use crate::copy::{CopyError, copy};
use std::io::{self, Read};

/// Takes the path at the home and the bytes of one file.
pub(crate) type Visit<'v> = dyn FnMut(&str, &mut dyn Read) -> Result<(), VisitError> + 'v;

/// Why a file could not be taken.
pub(crate) enum VisitError {
    /// Its bytes could not be read; whoever hands them out knows where they lie.
    Read(io::Error),
    /// Anything else.
    Other(SourceError),
}

impl VisitError {
    /// With the place where the bytes lie.
    pub(crate) fn at(self, place: impl FnOnce(io::Error) -> SourceError) -> SourceError {
        match self {
            Self::Read(error) => place(error),
            Self::Other(error) => error,
        }
    }
}

/// Reads a file into memory. For readers that are limited already.
pub(crate) fn read_all(reader: &mut dyn Read) -> Result<Vec<u8>, VisitError> {
    let mut bytes = Vec::new();
    match copy(reader, &mut bytes, u64::MAX, &mut |_| {}) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(VisitError::Read(CopyError::into_io(error))),
    }
}
