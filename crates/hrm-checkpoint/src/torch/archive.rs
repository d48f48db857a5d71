//! The zip container of a `torch.save` file.

use super::tensor::Storage;
use crate::ParseError;
use crate::quote::Quote;
use std::collections::BTreeMap;
use std::io::{self, Cursor};
use zip::read::{ArchiveOffset, Config, ZipFile};
use zip::{CompressionMethod, ZipArchive};

/// The entries of a container. All are stored as they are: nothing is decompressed, so a small
/// file cannot grow.
pub(crate) struct Archive<'a> {
    /// The content of each entry, under its name without the root folder.
    entries: BTreeMap<String, &'a [u8]>,
}

impl<'a> Archive<'a> {
    /// Opens a container and compares every entry with its checksum.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ParseError> {
        let config = Config {
            archive_offset: ArchiveOffset::Known(0),
        };
        let mut archive = ZipArchive::with_config(config, Cursor::new(bytes)).map_err(|error| {
            container(format!(
                "{error}; if the file was cut short or damaged, copy it again"
            ))
        })?;
        // Among others: duplicate names, overlapping entries, entries that are not listed.
        archive
            .validate_header_consistency()
            .map_err(|error| container(error.to_string()))?;

        let mut root = None;
        let mut entries = BTreeMap::new();
        for index in 0..archive.len() {
            let (name, content) = entry(&mut archive, index, bytes)?;
            let (folder, name) = split_root(&name)?;
            let root = root.get_or_insert_with(|| folder.to_owned());
            if root != folder {
                let (root, folder) = (Quote(root), Quote(folder));
                return Err(container(format!(
                    "entries in two root folders, {root} and {folder}; `torch.save` makes one"
                )));
            }
            entries.insert(name.to_owned(), content);
        }
        let archive = Self { entries };
        archive.check_byte_order()?;
        Ok(archive)
    }

    /// The pickle that describes the saved value.
    pub(crate) fn pickle(&self) -> Result<&'a [u8], ParseError> {
        let pickle = self.entries.get("data.pkl").copied();
        pickle.ok_or_else(|| {
            container("no entry `data.pkl`; this is not a file of `torch.save`".to_owned())
        })
    }

    /// The bytes of a storage: exactly as many as it declares.
    pub(crate) fn storage(&self, storage: &Storage<'_>) -> Result<&'a [u8], String> {
        let entry = format!("data/{}", storage.key);
        let content = self.entries.get(&entry).copied();
        let content = content.ok_or_else(|| format!("no entry {} in the file", Quote(&entry)))?;
        let bytes = storage.len.checked_mul(storage.format.bytes());
        bytes.and_then(|bytes| content.get(..bytes)).ok_or_else(|| {
            format!(
                "its storage is {} {} numbers, but entry {} has {} bytes",
                storage.len,
                storage.format,
                Quote(&entry),
                content.len()
            )
        })
    }

    /// Versions of PyTorch that write no `byteorder` write the machine's, which was little-endian
    /// on all but a few.
    fn check_byte_order(&self) -> Result<(), ParseError> {
        match self.entries.get("byteorder").copied() {
            None | Some(b"little") => Ok(()),
            Some(other) => Err(container(format!(
                "byte order {}; only `little` is read: save the file again on a little-endian \
                 machine",
                Quote(&String::from_utf8_lossy(other))
            ))),
        }
    }
}

/// Name and content of one entry.
fn entry<'a>(
    archive: &mut ZipArchive<Cursor<&'a [u8]>>,
    index: usize,
    bytes: &'a [u8],
) -> Result<(String, &'a [u8]), ParseError> {
    let raw = archive
        .by_index_raw(index)
        .map_err(|error| container(format!("entry {index}: {error}")))?;
    let raw_name = raw.name_raw().to_vec();
    let name = String::from_utf8(raw_name)
        .map_err(|_| container(format!("entry {index}: its name is not UTF-8")))?;
    let named_error = |reason: String| container(format!("entry {}: {reason}", Quote(&name)));
    let content = stored_content(&raw, bytes).map_err(named_error)?;
    drop(raw);

    let mut checked = archive
        .by_index(index)
        .map_err(|error| named_error(error.to_string()))?;
    io::copy(&mut checked, &mut io::sink())
        .map_err(|error| named_error(format!("{error}; the file is damaged, copy it again")))?;
    drop(checked);
    Ok((name, content))
}

/// The content of an entry that is a plain, stored, unencrypted file.
fn stored_content<'a>(
    entry: &ZipFile<'_, Cursor<&'a [u8]>>,
    bytes: &'a [u8],
) -> Result<&'a [u8], String> {
    if entry.encrypted() {
        return Err("encrypted; `torch.save` does not encrypt".to_owned());
    }
    if !entry.is_file() || entry.is_symlink() {
        return Err("a folder or a link, not a file".to_owned());
    }
    if entry.compression() != CompressionMethod::Stored {
        return Err("compressed; `torch.save` stores entries as they are".to_owned());
    }
    let content = || {
        let start = usize::try_from(entry.data_start()?).ok()?;
        let size = usize::try_from(entry.size()).ok()?;
        bytes.get(start..start.checked_add(size)?)
    };
    content()
        .filter(|_| entry.size() == entry.compressed_size())
        .ok_or_else(|| format!("declares {} bytes, which are not there", entry.size()))
}

/// Splits a name at the root folder, which `torch.save` names after the file.
fn split_root(name: &str) -> Result<(&str, &str), ParseError> {
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    name.split_once('/')
        .filter(|(root, rest)| plain(root) && rest.split('/').all(plain))
        .ok_or_else(|| {
            container(format!(
                "entry {}: expected `ROOT/NAME` without `.` and `..`",
                Quote(name)
            ))
        })
}

fn container(reason: String) -> ParseError {
    ParseError::Container { reason }
}
