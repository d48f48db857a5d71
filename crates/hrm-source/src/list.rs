//! What is there of which source.

use crate::search::Search;
use crate::{Manifest, SourceError};
use serde::Serialize;

/// A source and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// How it is called.
    pub name: String,
    /// How its authors call it.
    pub title: String,
    /// SPDX name, or `none stated`.
    pub licence: String,
    /// Commit or other version at the home.
    pub revision: String,
    /// Bytes of all items, as far as they are known.
    pub size: u64,
    /// What is there of it.
    pub state: State,
}

/// What is there of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    /// Every item, verified.
    Present,
    /// No item.
    Absent,
    /// Some items.
    Incomplete {
        /// Paths of those that are not there.
        missing: Vec<String>,
    },
    /// An item in the cache is not what the manifest names.
    Damaged {
        /// Path of the item.
        item: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Looks for a source and says what is there. Reads and verifies every byte that is.
pub(crate) fn listing(search: &Search<'_>) -> Listing {
    let manifest = search.manifest;
    Listing {
        name: manifest.name.clone(),
        title: manifest.title.clone(),
        licence: manifest.licence.clone(),
        revision: manifest.revision.clone(),
        size: manifest.size(),
        state: state(search, manifest),
    }
}

fn state(search: &Search<'_>, manifest: &Manifest) -> State {
    let Err(SourceError::Absent { items, .. }) = search.run().complete(manifest) else {
        return State::Present;
    };
    // A folder that the caller named may hold anything; the cache only what was put there as this.
    let damage = items.iter().find_map(|item| {
        let (_, reason) = item.mismatches.iter().find(|(path, _)| *path == item.put)?;
        Some((item.path.clone(), reason.clone()))
    });
    if let Some((item, reason)) = damage {
        return State::Damaged { item, reason };
    }
    if items.len() == manifest.files.len() + manifest.folders.len() {
        return State::Absent;
    }
    State::Incomplete {
        missing: items.into_iter().map(|item| item.path).collect(),
    }
}
