//! What bytes are meant: sizes and SHA-256 of files and of folders.

use crate::copy::{CopyError, copy};
use serde::Deserialize;
use sha2::Digest;
use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

/// A SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Sha256([u8; 32]);

impl FromStr for Sha256 {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || format!("`{text}` is not a SHA-256: 64 digits 0-9 and a-f are expected");
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(fault());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for &digit in pair {
                let value = match digit {
                    b'0'..=b'9' => digit - b'0',
                    b'a'..=b'f' => digit - b'a' + 10,
                    _ => return Err(fault()),
                };
                *byte = *byte << 4 | value;
            }
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for Sha256 {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The bytes of a file, decompressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Number of bytes.
    pub size: u64,
}

impl Content {
    /// Reads to the end. More than `limit` bytes are a [`CopyError::TooLong`].
    pub(crate) fn of(reader: &mut dyn Read, limit: u64) -> Result<Self, CopyError> {
        let mut hasher = Hasher(sha2::Sha256::new());
        let size = copy(reader, &mut hasher, limit, &mut |_| {})?;
        Ok(Self {
            sha256: Sha256(hasher.0.finalize().into()),
            size,
        })
    }
}

/// A hash as a place to write to.
struct Hasher(sha2::Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The bytes of a folder's files, with their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderContent {
    /// SHA-256 of one line per file, `<SHA-256 of the file>  <path>\n`, in the byte order of the
    /// paths, which are relative to the folder and have `/` between their parts. For a folder of
    /// JSON files that is what this prints, run in the folder under `LC_ALL=C`:
    /// `find . -type f -name '*.json' | sed 's|^\./||' | sort | xargs sha256sum | sha256sum`.
    pub sha256: Sha256,
    /// Number of files.
    pub files: u64,
    /// Bytes of all files together.
    pub size: u64,
}

impl FolderContent {
    /// Of files in any order; paths relative to the folder.
    pub(crate) fn of<'a>(files: impl IntoIterator<Item = (&'a str, Content)>) -> Self {
        let mut files: Vec<_> = files.into_iter().collect();
        files.sort_unstable_by_key(|&(path, _)| path);
        let mut hasher = sha2::Sha256::new();
        for (path, content) in &files {
            hasher.update(format!("{}  {path}\n", content.sha256));
        }
        Self {
            sha256: Sha256(hasher.finalize().into()),
            files: files.len() as u64,
            size: files.iter().map(|(_, content)| content.size).sum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn content_of_the_standards_example() {
        // FIPS 180-2, appendix B.1.
        let content = Content::of(&mut &b"abc"[..], 3).unwrap();
        assert_eq!(content.sha256.to_string(), ABC);
        assert_eq!(content.size, 3);
    }

    #[test]
    fn a_reader_longer_than_the_limit_is_refused() {
        let result = Content::of(&mut &b"abc"[..], 2);
        assert!(matches!(result, Err(CopyError::TooLong)));
    }

    #[test]
    fn a_folders_hash_is_what_sha256sum_prints() {
        // printf abc > b.json; mkdir a; printf '' > a/c.json; then the command of the docstring.
        let abc = Content::of(&mut &b"abc"[..], 3).unwrap();
        let empty = Content::of(&mut &b""[..], 0).unwrap();
        let folder = FolderContent::of([("b.json", abc), ("a/c.json", empty)]);
        assert_eq!(
            folder.sha256.to_string(),
            "d0d7656355b2de0236cbf4f05f8df814ec8e9875ab3edd3342abe3044864e06c"
        );
        assert_eq!((folder.files, folder.size), (2, 3));
    }

    #[test]
    fn only_64_lower_case_digits_are_a_sha256() {
        assert_eq!(ABC.parse::<Sha256>().unwrap().to_string(), ABC);
        for text in [
            "",
            &ABC[1..],
            &ABC.to_uppercase(),
            &ABC.replace('b', "g"),
            "é",
        ] {
            assert!(text.parse::<Sha256>().is_err(), "{text}");
        }
    }
}
