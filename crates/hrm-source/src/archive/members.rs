//! Which members of an archive are taken, and how much of them.

use super::Archive;
use crate::SourceError;
use crate::manifest::{Items, part_fault};
use crate::visit::Visit;
use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, a device, or anything else.
    Other,
}

/// The checks that all formats have in common.
pub(super) struct Members<'a, 'v> {
    archive: &'a Path,
    strip: usize,
    items: Items<'a>,
    visit: &'a mut Visit<'v>,
    seen: BTreeSet<String>,
    files_max: u64,
    bytes_left: u64,
}

impl<'a, 'v> Members<'a, 'v> {
    pub(super) fn new(archive: &'a Archive, items: Items<'a>, visit: &'a mut Visit<'v>) -> Self {
        Self {
            archive: &archive.path,
            strip: archive.strip,
            items,
            visit,
            seen: BTreeSet::new(),
            files_max: items.files_max(),
            bytes_left: items.size_max(),
        }
    }

    /// Takes one member if it is a file of an item.
    pub(super) fn take(
        &mut self,
        raw_path: &[u8],
        kind: Kind,
        content: &mut dyn Read,
    ) -> Result<(), SourceError> {
        let shown = String::from_utf8_lossy(raw_path);
        let refuse = |reason: &str| SourceError::archive(self.archive, Some(&shown), reason);
        let parts = parts_below(&shown).map_err(refuse)?;
        let parts = parts.get(self.strip..).unwrap_or_default();
        let path = parts.join("/");
        if kind == Kind::Folder || !self.items.contain(&path) {
            return Ok(());
        }
        if std::str::from_utf8(raw_path).is_err() {
            return Err(refuse("its path is not UTF-8"));
        }
        if let Some(fault) = parts.iter().find_map(|part| part_fault(part)) {
            return Err(refuse(fault));
        }
        if kind == Kind::Other {
            return Err(refuse("it should be a file, but is a link or a device"));
        }
        if self.seen.contains(&path) {
            return Err(refuse("it is there twice"));
        }
        if self.seen.len() as u64 == self.files_max {
            let reason = format!(
                "there are more than the {} files of the manifest",
                self.files_max
            );
            return Err(refuse(&reason));
        }
        let mut limited = Limited {
            reader: content,
            left: self.bytes_left,
        };
        let taken = (self.visit)(&path, &mut limited);
        taken.map_err(|error| error.at(|error| refuse(&format!("it cannot be read: {error}"))))?;
        self.bytes_left = limited.left;
        self.seen.insert(path);
        Ok(())
    }

    /// The archive cannot be read on.
    pub(super) fn damaged(&self, error: &dyn std::error::Error) -> SourceError {
        let reason = format!("it is damaged or no such archive: {error}");
        SourceError::archive(self.archive, None, reason)
    }
}

/// The parts of a member's path. Archives made of `.` have paths with a leading `./`, and those of
/// folders end with `/`. Paths that lead out of a folder are refused even where they are no item's.
fn parts_below(path: &str) -> Result<Vec<&str>, &'static str> {
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
    let parts: Vec<_> = parts.collect();
    if path.starts_with('/') {
        return Err("its path is absolute");
    }
    if parts.contains(&"..") {
        return Err("its path has a part `..`");
    }
    Ok(parts)
}

/// A reader that fails where its limit is exceeded.
pub(super) struct Limited<R> {
    pub(super) reader: R,
    /// Bytes that may still be read.
    pub(super) left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        match self.left.checked_sub(length as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other("it unpacks to more bytes than it may")),
        }
        Ok(length)
    }
}
