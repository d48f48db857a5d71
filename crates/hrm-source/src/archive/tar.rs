//! Members of a tar stream.

use super::members::{Kind, Limited, Members};
use crate::SourceError;
use std::io::Read;
use tar::EntryType;

/// Most bytes that a compressed archive may unpack to, what is skipped included. Far more than any
/// repository with a benchmark in it, and read in seconds.
const MAX_STREAM: u64 = 1 << 30;

pub(super) fn visit(stream: impl Read, members: &mut Members<'_, '_>) -> Result<(), SourceError> {
    let mut archive = tar::Archive::new(Limited {
        reader: stream,
        left: MAX_STREAM,
    });
    let entries = archive.entries().map_err(|error| members.damaged(&error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| members.damaged(&error))?;
        let kind = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => Kind::File,
            EntryType::Directory => Kind::Folder,
            // Not a member: `git archive` puts the commit there.
            EntryType::XGlobalHeader => continue,
            _ => Kind::Other,
        };
        let path = entry.path_bytes().into_owned();
        members.take(&path, kind, &mut entry)?;
    }
    Ok(())
}
