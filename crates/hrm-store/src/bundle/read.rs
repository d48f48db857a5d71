//! Unpacking a bundle, checking everything, and taking it into a state folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use tar::{Archive, EntryType};

use super::{BundleError, FORMAT, INDEX, INDEX_BYTES_MAX, Index, Place};
use crate::atomic::sync_folders;
use crate::file_lock::FileLock;
use crate::manifest::{FILE_NAME, Manifest};
use crate::run_log::LoggedRun;
use crate::{ArtifactState, EntryName, Store, StoreError};

/// A bundle whose content was unpacked and checked, beside the rest of a state folder.
#[derive(Debug)]
pub struct Unpacked {
    path: PathBuf,
    folder: PathBuf,
    index: Index,
    run: LoggedRun,
    /// Keeps other imports out of the folder.
    _lock: FileLock,
}

impl Store {
    /// Unpacks the bundle `path`. What it holds is checked and not used yet.
    pub fn unpack_bundle(&self, path: &Path) -> Result<Unpacked, BundleError> {
        let lock = FileLock::acquire(&self.import_lock_path())?;
        let folder = self.import_path();
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(StoreError::io("remove", &folder))?;
        }
        fs::create_dir_all(&folder).map_err(StoreError::io("create", &folder))?;
        let index = unpack(path, &folder)?;
        let run = logged_run(path, &folder, &index)?;
        let unpacked = Unpacked {
            path: path.to_owned(),
            folder,
            index,
            run,
            _lock: lock,
        };
        for (_, place) in unpacked.folders() {
            unpacked.check(&place)?;
        }
        Ok(unpacked)
    }

    pub(crate) fn import_path(&self) -> PathBuf {
        self.root().join("import")
    }

    pub(crate) fn import_lock_path(&self) -> PathBuf {
        self.locks().join("import.lock")
    }
}

impl Unpacked {
    /// The run.
    pub fn run(&self) -> &LoggedRun {
        &self.run
    }

    /// Moves everything into the state folder: artifacts and records that are not there yet, and then
    /// the run's log. Returns the names of the artifacts and records that are new.
    pub fn install(self, store: &Store) -> Result<Vec<EntryName>, BundleError> {
        self.check_log(store)?;
        let mut new = Vec::new();
        for (folder, place) in self.folders() {
            let from = self.folder.join(folder);
            match place {
                Place::Log => {}
                Place::Artifact { kind, key } => {
                    let lock = store.lock(&kind, &key, || ())?;
                    if !is_complete(store, &kind, &key)? {
                        store.adopt(&lock, &from)?;
                        new.push((kind, key));
                    }
                }
                Place::Record { kind, key } => {
                    let lock = store.lock(&kind, &key, || ())?;
                    if !is_complete(store, &kind, &key)? && store.record(&kind, &key)?.is_none() {
                        store.install_record(&lock, from)?;
                        new.push((kind, key));
                    }
                }
            }
        }
        self.install_log(store)?;
        fs::remove_dir_all(&self.folder).map_err(StoreError::io("remove", &self.folder))?;
        Ok(new)
    }

    /// The folders with a manifest, and the place of the log.
    fn folders(&self) -> Vec<(PathBuf, Place)> {
        let files = self.index.files.iter();
        let folders = files.filter_map(|file| {
            let place = Place::of(&file.path, &self.index.run)?;
            let folder = file.path.strip_suffix(FILE_NAME)?;
            // An artifact may have files of the same name further down.
            (folder.matches('/').count() == 3).then(|| (PathBuf::from(folder), place))
        });
        folders.collect()
    }

    /// An artifact or record has to be what its manifest says.
    fn check(&self, place: &Place) -> Result<(), BundleError> {
        let (top, kind, key) = match place {
            Place::Log => return Ok(()),
            Place::Artifact { kind, key } => ("artifacts", kind, key),
            Place::Record { kind, key } => ("records", kind, key),
        };
        let folder = format!("{top}/{kind}/{key}");
        let error = |file: &str, problem: String| BundleError::Member {
            path: self.path.clone(),
            member: format!("{folder}/{file}"),
            problem,
        };
        let manifest = Manifest::read(&self.folder.join(&folder), kind, key)?
            .map_err(|damage| error(FILE_NAME, damage.to_string()))?;
        let prefix = format!("{folder}/");
        let members = self.index.files.iter();
        let mut members = members.filter_map(|file| Some((file.path.strip_prefix(&prefix)?, file)));
        let mut present = BTreeSet::new();
        members.try_for_each(|(name, file)| {
            let expected = manifest.files.iter().find(|of| of.path == name);
            present.insert(name);
            match expected {
                _ if name == FILE_NAME => Ok(()),
                Some(expected) if expected.blake3 == file.blake3 => Ok(()),
                Some(_) => Err(error(name, "is not the file of the manifest".to_owned())),
                None => Err(error(name, "is not in the manifest".to_owned())),
            }
        })?;
        let is_missing = |file: &&crate::FileEntry| !present.contains(file.path.as_str());
        match manifest.files.iter().find(is_missing) {
            Some(file) if top == "artifacts" => Err(error(&file.path, "is missing".to_owned())),
            _ => Ok(()),
        }
    }

    /// A run that is here already has to be the same.
    fn check_log(&self, store: &Store) -> Result<(), BundleError> {
        match store.logged_run(&self.index.run)? {
            Some(here) if here != self.run => Err(BundleError::OtherRun {
                run: self.index.run.clone(),
            }),
            _ => Ok(()),
        }
    }

    fn install_log(&self, store: &Store) -> Result<(), BundleError> {
        let target = store.run_path(&self.index.run);
        if target.exists() {
            return Ok(());
        }
        let runs = store.runs();
        fs::create_dir_all(&runs).map_err(StoreError::io("create", &runs))?;
        let from = self.folder.join("runs").join(&self.index.run);
        fs::rename(&from, &target).map_err(StoreError::io("write", &target))?;
        Ok(sync_folders(&[&runs])?)
    }
}

fn is_complete(store: &Store, kind: &str, key: &crate::Key) -> Result<bool, StoreError> {
    let state = store.artifact(kind, key)?;
    Ok(matches!(state, ArtifactState::Complete(_)))
}

/// Unpacks the members that the index lists, one after another, each of the size and hash listed.
fn unpack(path: &Path, folder: &Path) -> Result<Index, BundleError> {
    let unreadable = BundleError::unreadable(path);
    let file = File::open(path).map_err(&unreadable)?;
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(file)));
    let mut entries = archive.entries().map_err(&unreadable)?;
    let mut next = || -> Result<_, BundleError> { entries.next().transpose().map_err(&unreadable) };
    let index = read_index(path, next()?)?;
    for listed in &index.files {
        let error = |problem: &str| BundleError::Member {
            path: path.to_owned(),
            member: listed.path.clone(),
            problem: problem.to_owned(),
        };
        if Place::of(&listed.path, &index.run).is_none() {
            return Err(error("does not belong into a bundle"));
        }
        let entry = next()?.ok_or_else(|| error("is missing"))?;
        if entry.path_bytes() != listed.path.as_bytes() {
            return Err(error("is not where the index says"));
        }
        if entry.header().entry_type() != EntryType::Regular || entry.size() != listed.bytes {
            return Err(error("has another size or type than the index says"));
        }
        let hash = copy(entry, &folder.join(&listed.path)).map_err(&unreadable)?;
        if hash != listed.blake3 {
            return Err(error("has other content than the index says"));
        }
    }
    match next()? {
        None => Ok(index),
        Some(entry) => Err(BundleError::Member {
            path: path.to_owned(),
            member: String::from_utf8_lossy(&entry.path_bytes()).into_owned(),
            problem: "is not in the index".to_owned(),
        }),
    }
}

fn read_index(path: &Path, entry: Option<tar::Entry<'_, impl Read>>) -> Result<Index, BundleError> {
    let problem = |problem: String| BundleError::Unreadable {
        path: path.to_owned(),
        problem,
    };
    let first = entry.filter(|entry| entry.path_bytes() == INDEX.as_bytes());
    let first = first.ok_or_else(|| problem(format!("it does not begin with `{INDEX}`")))?;
    let mut text = Vec::new();
    first
        .take(INDEX_BYTES_MAX)
        .read_to_end(&mut text)
        .map_err(BundleError::unreadable(path))?;
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|error| problem(error.to_string()))?;
    // The number comes first: another layout need not look like this one.
    match value.get("format").and_then(serde_json::Value::as_u64) {
        Some(format) if format != u64::from(FORMAT) => Err(BundleError::OtherFormat {
            path: path.to_owned(),
            found: u32::try_from(format).unwrap_or(u32::MAX),
            known: FORMAT,
        }),
        _ => serde_json::from_value(value).map_err(|error| problem(error.to_string())),
    }
}

/// Writes a member to a new file; returns its hash.
fn copy(mut entry: impl Read, to: &Path) -> io::Result<String> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    // A member that is listed twice, or once as a folder, is refused here.
    let mut file = File::create_new(to)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = entry.read(&mut buffer)?;
        let read = buffer.get(..count).unwrap_or_default();
        if read.is_empty() {
            break;
        }
        hasher.update(read);
        file.write_all(read)?;
    }
    file.sync_all()?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn logged_run(path: &Path, folder: &Path, index: &Index) -> Result<LoggedRun, BundleError> {
    let member = format!("runs/{}/log.jsonl", index.run);
    let error = |problem: &str| BundleError::Member {
        path: path.to_owned(),
        member: member.clone(),
        problem: problem.to_owned(),
    };
    let text = fs::read(folder.join(&member)).map_err(|_| error("is missing"))?;
    let run = LoggedRun::parse(&index.run, &text);
    run.ok_or_else(|| error("does not say how the run began"))
}
