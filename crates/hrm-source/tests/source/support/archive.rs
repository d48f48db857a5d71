//! Archives, good and hostile, made in memory.

use std::io::Write;
use tar::{EntryType, Header};

/// One member of a tar archive.
pub(crate) struct Member<'a> {
    pub(crate) path: &'a [u8],
    pub(crate) kind: EntryType,
    pub(crate) link: &'a str,
    pub(crate) content: &'a [u8],
}

impl<'a> Member<'a> {
    pub(crate) fn file(path: &'a str, content: &'a [u8]) -> Self {
        Self {
            path: path.as_bytes(),
            kind: EntryType::Regular,
            link: "",
            content,
        }
    }

    pub(crate) fn special(path: &'a str, kind: EntryType, link: &'a str) -> Self {
        Self {
            path: path.as_bytes(),
            kind,
            link,
            content: b"",
        }
    }
}

/// A tar archive. Paths are written as they are, which the `tar` crate itself refuses to do.
pub(crate) fn tar(members: &[Member<'_>]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for member in members {
        let mut header = Header::new_gnu();
        header.as_old_mut().name[..member.path.len()].copy_from_slice(member.path);
        header.as_old_mut().linkname[..member.link.len()].copy_from_slice(member.link.as_bytes());
        header.set_entry_type(member.kind);
        header.set_size(member.content.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, member.content).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(crate) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}
