//! Looking for the items of a source and verifying what is found.

use crate::archive::Archive;
use crate::findings::{Findings, Members};
use crate::identify::{check_file, check_folder};
use crate::located::FilePlace;
use crate::visit::VisitError;
use crate::{
    AbsentItem, ArchiveFormat, Content, FileItem, FolderItem, LocatedFile, LocatedFolder, Manifest,
    RelativePath, SourceError, Url,
};
use std::path::{Path, PathBuf};

/// Where a source may lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) manifest: &'a Manifest,
    /// A folder with raw data, in any of the layouts that the manifest names.
    pub(crate) from: Option<&'a Path>,
    /// The folder of all cached sources.
    pub(crate) cache: &'a Path,
}

impl Search<'_> {
    /// Looks for every item: first as a file or folder in `from`, then in the cache, then in the
    /// archives in `from`. What cannot be read counts as not found, with the reason.
    pub(crate) fn run(&self) -> Findings {
        let Manifest { files, folders, .. } = self.manifest;
        let mut findings = Findings {
            files: files.iter().map(|item| self.file(item)).collect(),
            folders: folders.iter().map(|item| self.folder(item)).collect(),
        };
        if let Some(from) = self.from {
            for path in &self.manifest.archives {
                self.look_in_archive(path.below(from), &mut findings);
            }
        }
        findings
    }

    /// Fails where nothing lies in an item's place. An archive may hold anything.
    pub(crate) fn glance(&self) -> Result<(), SourceError> {
        let Manifest { files, folders, .. } = self.manifest;
        let mut archives = self.manifest.archives.iter();
        let in_archive = |from| archives.any(|path| path.below(from).is_file());
        if self.from.is_some_and(in_archive) {
            return Ok(());
        }
        let files = files.iter().filter_map(|item| {
            let places = self.candidates(&item.path, &item.also);
            let there = |path: &PathBuf| path.is_file() || with_zst(path).is_file();
            let absent = !places.iter().any(there);
            absent.then(|| self.absent(&item.path, item.url.as_ref()).looked(places))
        });
        let folders = folders.iter().filter_map(|item| {
            let places = self.candidates(&item.path, &item.also);
            let absent = !places.iter().any(|path| path.is_dir());
            absent.then(|| self.absent(&item.path, None).looked(places))
        });
        let items: Vec<_> = files.chain(folders).collect();
        if items.is_empty() {
            return Ok(());
        }
        Err(SourceError::Absent {
            name: self.manifest.name.clone(),
            home: self.manifest.home.clone(),
            items,
        })
    }

    fn file(&self, item: &FileItem) -> Result<LocatedFile, AbsentItem> {
        let mut absent = self.absent(&item.path, item.url.as_ref());
        for path in self.candidates(&item.path, &item.also) {
            let place = if path.is_file() {
                FilePlace::Plain(path)
            } else if with_zst(&path).is_file() {
                FilePlace::Zstd(with_zst(&path))
            } else {
                absent.looked.push(path);
                continue;
            };
            let found = place.path().to_path_buf();
            match check_file(item, place) {
                Ok(file) => return Ok(file),
                Err(fault) => absent.mismatches.push((found, fault)),
            }
        }
        Err(absent)
    }

    fn folder(&self, item: &FolderItem) -> Result<LocatedFolder, AbsentItem> {
        let mut absent = self.absent(&item.path, None);
        for path in self.candidates(&item.path, &item.also) {
            if !path.is_dir() {
                absent.looked.push(path);
                continue;
            }
            match check_folder(item, &path) {
                Ok(folder) => return Ok(folder),
                Err(fault) => absent.mismatches.push((path, fault)),
            }
        }
        Err(absent)
    }

    fn absent(&self, path: &RelativePath, url: Option<&Url>) -> AbsentItem {
        let download = self.manifest.download.as_ref();
        AbsentItem {
            path: path.to_string(),
            looked: Vec::new(),
            mismatches: Vec::new(),
            url: url.or(download.map(|download| &download.url)).cloned(),
            put: path.below(&self.manifest.cache_dir(self.cache)),
        }
    }

    /// Where an item may lie: in the folder as at the home, or below the source's name, or at
    /// another known path; or in the cache.
    fn candidates(&self, path: &RelativePath, also: &[RelativePath]) -> Vec<PathBuf> {
        let mut candidates = Vec::new();
        if let Some(from) = self.from {
            candidates.push(path.below(from));
            candidates.push(path.below(&from.join(&self.manifest.name)));
            candidates.extend(also.iter().map(|path| path.below(from)));
        }
        candidates.push(path.below(&self.manifest.cache_dir(self.cache)));
        candidates
    }

    /// Looks in an archive for all items that were not found yet.
    fn look_in_archive(&self, path: PathBuf, findings: &mut Findings) {
        let format = ArchiveFormat::of_name(&path.to_string_lossy());
        let (true, Some(format)) = (path.is_file(), format) else {
            return findings.each_absent(|absent| absent.looked.push(path.clone()));
        };
        if findings.absent().next().is_none() {
            return;
        }
        let archive = Archive {
            path,
            format,
            strip: 0,
        };
        match member_contents(&archive, self.manifest) {
            Ok(members) => findings.look_in(&archive, &members, self.manifest),
            Err(error) => findings.each_absent(|absent| {
                let mismatch = (archive.path.clone(), error.to_string());
                absent.mismatches.push(mismatch);
            }),
        }
    }
}

fn member_contents(archive: &Archive, manifest: &Manifest) -> Result<Members, SourceError> {
    let mut members = Members::new();
    archive.visit(manifest.items(), &mut |path, reader| {
        // Limited by the archive's reader.
        let content = Content::of(reader, u64::MAX);
        let content = content.map_err(|error| VisitError::Read(error.into_io()))?;
        members.insert(path.to_owned(), content);
        Ok(())
    })?;
    Ok(members)
}

fn with_zst(path: &Path) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".zst");
    path.into()
}
