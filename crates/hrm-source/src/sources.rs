//! The sources and where they are looked for.

use crate::fetch::{self, Origin};
use crate::list::listing;
use crate::search::Search;
use crate::{Listing, Located, Manifest, ManifestError, Progress, SourceError, embedded_manifests};
use std::path::PathBuf;

/// All sources that are known, and the places where they may lie.
#[derive(Debug, Clone)]
pub struct Sources {
    manifests: Vec<Manifest>,
    cache: PathBuf,
    from: Option<PathBuf>,
}

impl Sources {
    /// The sources of the embedded manifests. They are looked for in `from`, a folder with raw
    /// data, where one is given, and in `cache`, the folder of what was fetched.
    ///
    /// # Errors
    /// Where an embedded manifest is wrong; the tests see to it that none is.
    pub fn new(cache: PathBuf, from: Option<PathBuf>) -> Result<Self, ManifestError> {
        Ok(Self::with_manifests(embedded_manifests()?, cache, from))
    }

    /// The sources of the given manifests.
    pub fn with_manifests(manifests: Vec<Manifest>, cache: PathBuf, from: Option<PathBuf>) -> Self {
        Self {
            manifests,
            cache,
            from,
        }
    }

    /// The descriptions of all sources.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The source's description.
    ///
    /// # Errors
    /// Where there is none of that name; names those there are.
    pub fn manifest(&self, name: &str) -> Result<&Manifest, SourceError> {
        let mut manifests = self.manifests.iter();
        let found = manifests.find(|manifest| manifest.name == name);
        found.ok_or_else(|| SourceError::Unknown {
            name: name.into(),
            known: self
                .manifests
                .iter()
                .map(|manifest| manifest.name.clone())
                .collect(),
        })
    }

    /// Finds and verifies all items of a source. Reads every byte of them once.
    ///
    /// # Errors
    /// Where an item is nowhere, or something else lies in its place: says where it was looked for,
    /// what is wrong, from where it can be had and where it can be put.
    pub fn locate(&self, name: &str) -> Result<Located, SourceError> {
        let manifest = self.manifest(name)?;
        self.search(manifest).run().complete(manifest)
    }

    /// Finds and verifies the items of a source with these paths at the home.
    ///
    /// # Errors
    /// As [`Self::locate`].
    pub fn locate_items(&self, name: &str, paths: &[&str]) -> Result<Located, SourceError> {
        let part = self.manifest(name)?.part(paths);
        self.search(&part).run().complete(&part)
    }

    /// Whether the items of a source with these paths at the home seem to be there: looks at names,
    /// and reads nothing.
    ///
    /// # Errors
    /// As [`Self::locate`], where nothing lies in an item's place.
    pub fn glance(&self, name: &str, paths: &[&str]) -> Result<(), SourceError> {
        let part = self.manifest(name)?.part(paths);
        self.search(&part).glance()
    }

    /// The same sources, looked for in another folder with raw data.
    #[must_use]
    pub fn with_folder(self, from: Option<PathBuf>) -> Self {
        Self { from, ..self }
    }

    /// Puts into the cache what is not there of a source. Items that are there and right are left
    /// alone; damaged ones are replaced.
    ///
    /// # Errors
    /// Where an item cannot be had or is not what the manifest names.
    pub fn fetch(
        &self,
        name: &str,
        origin: Origin<'_>,
        progress: &dyn Progress,
    ) -> Result<Located, SourceError> {
        fetch::fetch(self.manifest(name)?, &self.cache, origin, progress)
    }

    /// What is there of every source. Reads and verifies every byte of what is there.
    pub fn list(&self) -> Vec<Listing> {
        let listing = |manifest| listing(&self.search(manifest));
        self.manifests.iter().map(listing).collect()
    }

    fn search<'a>(&'a self, manifest: &'a Manifest) -> Search<'a> {
        Search {
            manifest,
            from: self.from.as_deref(),
            cache: &self.cache,
        }
    }
}
