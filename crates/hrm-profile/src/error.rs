//! What can be wrong with a profile.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why there is no profile.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No folder has a profile of this name.
    #[error("there is no profile `{name}` in {}", listed(folders.iter().map(|folder| folder.display())))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The folders that were looked into.
        folders: Vec<PathBuf>,
        /// The profiles that are there.
        known: Vec<String>,
    },
    /// The file cannot be read.
    #[error("the profile `{path}` cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no profile. The message shows the line.
    #[error("the profile `{path}` is wrong: {source}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: Box<toml::de::Error>,
    },
}

impl ProfileError {
    /// What would be right.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unknown { known, .. } if known.is_empty() => {
                Some("write one; docs/cluster.md shows how".to_owned())
            }
            Self::Unknown { known, .. } => Some(format!("there is {}", listed(known.iter()))),
            Self::Unreadable { .. } => None,
            Self::Wrong { .. } => Some("docs/cluster.md has all keys of a profile".to_owned()),
        }
    }
}

/// `` `a`, `b` ``
fn listed(items: impl Iterator<Item: std::fmt::Display>) -> String {
    let items: Vec<String> = items.map(|item| format!("`{item}`")).collect();
    items.join(", ")
}
