//! Downloads: attempts, resuming, verifying.

use super::Transfer;
use super::http::{Client, Fault, Reply};
use super::staging::{Staging, create_dir, install, remove};
use crate::archive::Archive;
use crate::copy::{CopyError, copy};
use crate::identify::check_file;
use crate::located::FilePlace;
use crate::manifest::Items;
use crate::{Download, Event, FileItem, Manifest, Progress, SourceError, Url};
use std::fs::{self, OpenOptions};
use std::path::Path;

/// Most bytes of an archive, whose size is not in the manifest.
const ARCHIVE_MAX: u64 = 1 << 30;

/// Downloads the items of one source.
pub(super) struct Downloader<'a> {
    manifest: &'a Manifest,
    transfer: Transfer<'a>,
    progress: &'a dyn Progress,
    client: Client,
}

impl<'a> Downloader<'a> {
    pub(super) fn new(
        manifest: &'a Manifest,
        transfer: Transfer<'a>,
        progress: &'a dyn Progress,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            manifest,
            client: Client::new(&transfer)?,
            transfer,
            progress,
        })
    }

    /// Downloads a file to `<target>.part`, going on from what is there of it, and gives it its
    /// name if it is the item.
    pub(super) fn file(
        &self,
        item: &FileItem,
        url: &Url,
        target: &Path,
    ) -> Result<(), SourceError> {
        let part = target.with_added_extension("part");
        if let Some(parent) = target.parent() {
            create_dir(parent)?;
        }
        loop {
            let resumed = length(&part) > 0;
            self.attempts(url, || self.receive(url, &part, item.size, item.size_max()))?;
            let Err(fault) = check_file(item, FilePlace::Plain(part.clone())) else {
                return install(&part, target, self.progress);
            };
            remove(&part)?;
            // The part that was there may have been of another file, so it gets a second chance.
            if !resumed {
                return Err(item.mismatch(self.manifest, fault));
            }
        }
    }

    /// Downloads an archive and writes its items' files into the staging folder. Archives are not
    /// resumed: hosts that pack them on demand may send other bytes each time.
    pub(super) fn archive(
        &self,
        download: &Download,
        items: Items<'_>,
        staging: &Staging<'_>,
    ) -> Result<(), SourceError> {
        let archive = Archive {
            path: staging.archive(),
            format: download.format,
            strip: download.strip,
        };
        let url = &download.url;
        self.attempts(url, || {
            remove(&archive.path).map_err(Fault::Local)?;
            self.receive(url, &archive.path, None, ARCHIVE_MAX)
        })?;
        self.progress.event(Event::Unpacking { url: url.as_str() });
        archive.visit(items, &mut |path, reader| staging.write(path, reader))
    }

    /// Repeats attempts that fail for a reason that may pass.
    fn attempts(
        &self,
        url: &Url,
        attempt: impl Fn() -> Result<(), Fault>,
    ) -> Result<(), SourceError> {
        let mut wait = self.transfer.first_wait;
        let mut left = self.transfer.attempts;
        loop {
            left = left.saturating_sub(1);
            let reason = match attempt() {
                Ok(()) => return Ok(()),
                Err(Fault::Local(error)) => return Err(error),
                Err(Fault::Transient(reason)) if left > 0 => reason,
                Err(Fault::Transient(reason) | Fault::Permanent(reason)) => {
                    return Err(self.failed(url, &reason));
                }
            };
            self.progress.event(Event::Retrying {
                url: url.as_str(),
                reason: &reason,
                wait,
            });
            (self.transfer.sleep)(wait);
            wait = wait.saturating_mul(2);
        }
    }

    /// One attempt: appends to what is there of the file, or starts anew where the server cannot
    /// go on from there.
    fn receive(&self, url: &Url, path: &Path, size: Option<u64>, limit: u64) -> Result<(), Fault> {
        let there = length(path);
        if size == Some(there) {
            return Ok(());
        }
        let there = if there < limit { there } else { 0 };
        let (from, mut reader) = match self.client.get(url, there)? {
            Reply::Body { from, reader } => (from, reader),
            Reply::NothingLeft if size.is_none() => return Ok(()),
            Reply::NothingLeft | Reply::OtherPart => {
                remove(path).map_err(Fault::Local)?;
                let reason = "the server cannot go on from the part that is there";
                return Err(Fault::Transient(reason.into()));
            }
        };
        self.progress.event(Event::Downloading {
            url: url.as_str(),
            from,
            size,
        });
        let mut options = OpenOptions::new();
        let options = options
            .create(true)
            .append(from > 0)
            .write(true)
            .truncate(from == 0);
        let failed = |action, error| Fault::Local(SourceError::io(action, path)(error));
        let mut file = options
            .open(path)
            .map_err(|error| failed("create", error))?;
        let mut received = |bytes| self.progress.event(Event::Received { bytes });
        let received = match copy(&mut reader, &mut file, limit - from, &mut received) {
            Ok(received) => received,
            Err(CopyError::Read(error)) => return Err(Fault::Transient(error.to_string())),
            Err(CopyError::Write(error)) => return Err(failed("write", error)),
            Err(CopyError::TooLong) => {
                remove(path).map_err(Fault::Local)?;
                return Err(Fault::Permanent(format!("it has more than {limit} bytes")));
            }
        };
        match size {
            Some(size) if from + received < size => Err(Fault::Transient(format!(
                "the connection ended after {} of {size} bytes",
                from + received
            ))),
            _ => Ok(()),
        }
    }

    fn failed(&self, url: &Url, reason: &str) -> SourceError {
        let home = self.manifest.home.as_ref().unwrap_or(url);
        let name = &self.manifest.name;
        SourceError::Download {
            url: url.to_string(),
            reason: format!(
                "{reason}; its home is {home}, and what was downloaded by other means is taken by `hrm data fetch {name} --from FOLDER`"
            ),
        }
    }
}

/// Bytes that are there of a file.
fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}
