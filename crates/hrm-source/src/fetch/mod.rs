//! Filling the cache.

mod download;
mod http;
mod staging;

use crate::findings::Findings;
use crate::manifest::Items;
use crate::search::Search;
use crate::{AbsentItem, Event, FileItem, FolderItem, Located, Manifest, Progress, SourceError};
use download::Downloader;
use staging::Staging;
use std::path::Path;
use std::time::Duration;

/// From where the cache is filled.
#[derive(Clone, Copy)]
pub enum Origin<'a> {
    /// The source's home, over the network.
    Home(Transfer<'a>),
    /// A folder with raw data, in any layout in which the source is found.
    Folder(&'a Path),
}

/// How downloads are made.
#[derive(Clone, Copy)]
pub struct Transfer<'a> {
    /// Address of an HTTP proxy, for example `http://proxy:3128`.
    pub proxy: Option<&'a str>,
    /// How often a file is asked for in all, at least once; failures that another attempt cannot
    /// cure are not repeated.
    pub attempts: u32,
    /// Pause before the second attempt; it doubles before each further one.
    pub first_wait: Duration,
    /// How long a connection may be silent before the attempt counts as failed.
    pub silence_max: Duration,
    /// Makes a pause; `std::thread::sleep` outside tests.
    pub sleep: &'a dyn Fn(Duration),
}

impl<'a> Transfer<'a> {
    /// Five attempts with pauses of 1, 2, 4 and 8 seconds; 30 seconds of silence; no proxy.
    pub fn new(sleep: &'a dyn Fn(Duration)) -> Self {
        Self {
            proxy: None,
            attempts: 5,
            first_wait: Duration::from_secs(1),
            silence_max: Duration::from_secs(30),
            sleep,
        }
    }
}

/// Puts the items into the cache that are not there, and verifies all.
pub(crate) fn fetch(
    manifest: &Manifest,
    cache: &Path,
    origin: Origin<'_>,
    progress: &dyn Progress,
) -> Result<Located, SourceError> {
    let staging = Staging::new(manifest, cache, progress)?;
    let search = Search {
        manifest,
        from: None,
        cache,
    };
    let findings = search.run();
    if findings.absent().next().is_none() {
        return findings.complete(manifest);
    }
    match origin {
        Origin::Folder(from) => {
            let from = Some(from);
            let located = Search { from, ..search }.run().complete(manifest)?;
            copy_items(&located, &findings, &staging, progress)?;
        }
        Origin::Home(transfer) if manifest.home.is_some() => {
            let downloader = Downloader::new(manifest, transfer, progress)?;
            download_items(&downloader, &findings, manifest, &staging)?;
        }
        Origin::Home(_) => {}
    }
    search.run().complete(manifest)
}

/// Copies every item that was not found in the cache from where it was located.
fn copy_items(
    located: &Located,
    findings: &Findings,
    staging: &Staging<'_>,
    progress: &dyn Progress,
) -> Result<(), SourceError> {
    for file in absent(&located.files, &findings.files) {
        let path = file.item.path.as_str();
        progress.event(Event::Copying { item: path });
        let written = staging.write(path, &mut *file.open()?);
        written.map_err(|error| error.at(SourceError::io("read", Path::new(path))))?;
        staging.publish_file(&file.item)?;
    }
    for folder in absent(&located.folders, &findings.folders) {
        let path = folder.item.path.as_str();
        progress.event(Event::Copying { item: path });
        folder.visit(&mut |path, reader| staging.write(path, reader))?;
        staging.publish_folder(&folder.item)?;
    }
    Ok(())
}

/// Downloads every item that was not found: files from their own addresses, the others from the
/// source's archive.
fn download_items(
    downloader: &Downloader<'_>,
    findings: &Findings,
    manifest: &Manifest,
    staging: &Staging<'_>,
) -> Result<(), SourceError> {
    let files = absent(&manifest.files, &findings.files);
    let (own, archived): (Vec<_>, Vec<_>) = files.partition(|item| item.url.is_some());
    for item in own {
        if let Some(url) = &item.url {
            downloader.file(item, url, &staging.target(&item.path))?;
        }
    }
    let files: Vec<FileItem> = archived.into_iter().cloned().collect();
    let folders = absent(&manifest.folders, &findings.folders);
    let folders: Vec<FolderItem> = folders.cloned().collect();
    if files.is_empty() && folders.is_empty() {
        return Ok(());
    }
    let items = Items {
        files: &files,
        folders: &folders,
    };
    if let Some(download) = &manifest.download {
        downloader.archive(download, items, staging)?;
    }
    files
        .iter()
        .try_for_each(|item| staging.publish_file(item))?;
    folders
        .iter()
        .try_for_each(|item| staging.publish_folder(item))
}

/// Those of all items, in the manifest's order, that were not found.
fn absent<'a, T, U>(
    items: &'a [T],
    findings: &'a [Result<U, AbsentItem>],
) -> impl Iterator<Item = &'a T> {
    let items = items.iter().zip(findings);
    items
        .filter(|(_, finding)| finding.is_err())
        .map(|(item, _)| item)
}
