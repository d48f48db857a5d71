//! The texts that a workflow is made of, and places in them.

use std::{fs::File, io::Read, path::Path};

/// Largest workflow file that is read. Real ones have a few kilobytes.
pub(crate) const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// A range of bytes in one of the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    /// Index in [`Sources`].
    pub(crate) source: usize,
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
}

/// A workflow file or the text of one override.
#[derive(Debug)]
pub(crate) struct Source {
    /// What it is called in messages: a path, or `--set`.
    pub(crate) label: String,
    /// Its text.
    pub(crate) text: String,
}

/// Every text read so far.
#[derive(Debug, Default)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and returns its index.
    pub(crate) fn add(&mut self, label: String, text: String) -> usize {
        self.0.push(Source { label, text });
        self.0.len() - 1
    }

    /// The text at an index.
    pub(crate) fn get(&self, source: usize) -> Option<&Source> {
        self.0.get(source)
    }

    /// A place moved and cut to character boundaries inside its text.
    pub(crate) fn span(&self, place: Place) -> std::ops::Range<usize> {
        let text = self
            .get(place.source)
            .map_or("", |source| source.text.as_str());
        let start = text.floor_char_boundary(place.start);
        let end = text.ceil_char_boundary(place.end.max(start));
        start..end
    }
}

/// Reads a workflow file.
///
/// # Errors
///
/// What is wrong with the file, as the end of a sentence that starts with its name.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    if path.is_dir() {
        return Err("is a folder, not a workflow file".into());
    }
    let cannot_read = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist".into(),
        std::io::ErrorKind::PermissionDenied => "may not be read: permission denied".into(),
        _ => format!("cannot be read: {error}"),
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot_read)?;
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot_read)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err("is larger than 1 MiB, the limit for workflow files".into());
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = 1 + error
            .as_bytes()
            .iter()
            .take(good)
            .filter(|&&byte| byte == b'\n')
            .count();
        format!("is not UTF-8 text: line {line} has an invalid byte")
    })
}
