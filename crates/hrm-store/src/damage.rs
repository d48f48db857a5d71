//! What is wrong with a damaged artifact.

use std::fmt;

/// One thing that is wrong with an artifact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The manifest `artifact.json` is missing, unreadable, or contradicts itself.
    Manifest {
        /// What is wrong with it.
        problem: String,
    },
    /// A file that the manifest names is missing or is no file.
    Missing {
        /// Path inside the artifact.
        file: String,
    },
    /// A file has another size than when it was published.
    Size {
        /// Path inside the artifact.
        file: String,
        /// Bytes when it was published.
        expected: u64,
        /// Bytes now.
        found: u64,
    },
    /// A file has the same size as when it was published, but other content.
    Content {
        /// Path inside the artifact.
        file: String,
        /// blake3 hash when it was published, 64 hexadecimal digits.
        expected: String,
        /// blake3 hash now.
        found: String,
    },
}

impl Damage {
    /// The damaged file's path inside the artifact.
    pub fn file(&self) -> &str {
        match self {
            Self::Manifest { .. } => crate::manifest::FILE_NAME,
            Self::Missing { file } | Self::Size { file, .. } | Self::Content { file, .. } => file,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.file())?;
        match self {
            Self::Manifest { problem } => f.write_str(problem),
            Self::Missing { .. } => f.write_str("is missing"),
            Self::Size {
                expected, found, ..
            } => write!(f, "has {found} bytes instead of {expected}"),
            Self::Content {
                expected, found, ..
            } => write!(
                f,
                "has other content than published (blake3 {} instead of {})",
                short(found),
                short(expected)
            ),
        }
    }
}

/// The first digits of a hash: enough to tell two apart.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
