//! What the tests share.

pub(crate) mod archive;
pub(crate) mod server;

use hrm_source::{Event, Manifest, Progress, Sources};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// SHA-256 of bytes, in hexadecimal digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A manifest `probe` with these tables after the keys that every manifest has.
pub(crate) fn manifest_text(tables: &str) -> String {
    format!(
        "name = 'probe'\ntitle = 'Probe'\nabout = 'a test'\nhome = 'https://home.example/probe'\n\
         revision = 'r1'\nlicence = 'MIT'\ncitation = 'nobody'\nverified = 'all'\n{tables}"
    )
}

/// A parsed manifest `probe`.
pub(crate) fn manifest(tables: &str) -> Manifest {
    Manifest::parse("probe.toml", &manifest_text(tables)).unwrap()
}

/// The table of a file with that content; `more` are further lines.
pub(crate) fn file_table(path: &str, content: &[u8], more: &str) -> String {
    format!(
        "[[file]]\npath = '{path}'\nsha256 = '{}'\nsize = {}\nrows = 1\nhash_of = 'original'\n{more}\n",
        sha256(content),
        content.len()
    )
}

/// The table of a folder of JSON files, with names relative to it in byte order.
pub(crate) fn folder_table(path: &str, files: &[(&str, &[u8])]) -> String {
    let line = |(name, content): &(&str, &[u8])| format!("{}  {name}\n", sha256(content));
    let lines: String = files.iter().map(line).collect();
    let size: usize = files.iter().map(|(_, content)| content.len()).sum();
    format!(
        "[[folder]]\npath = '{path}'\nextension = 'json'\nfiles = {}\nsize = {size}\nsha256 = '{}'\nhash_of = 'original'\n",
        files.len(),
        sha256(lines)
    )
}

/// Writes files below a folder.
pub(crate) fn write(dir: &Path, files: &[(&str, &[u8])]) {
    for (path, content) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// Two folders, one with raw data and one for the cache.
pub(crate) struct Folders {
    dir: TempDir,
}

impl Folders {
    pub(crate) fn new() -> Self {
        let folders = Self {
            dir: TempDir::new().unwrap(),
        };
        fs::create_dir(folders.raw()).unwrap();
        folders
    }

    pub(crate) fn raw(&self) -> PathBuf {
        self.dir.path().join("raw")
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    /// A path in the cache, below the revision of `probe`.
    pub(crate) fn cached(&self, path: &str) -> PathBuf {
        self.cache().join("probe").join("r1").join(path)
    }

    /// The sources of one manifest, looked for in the cache alone.
    pub(crate) fn sources(&self, manifest: Manifest) -> Sources {
        Sources::with_manifests(vec![manifest], self.cache(), None)
    }

    /// The sources of one manifest, looked for in the raw data and the cache.
    pub(crate) fn sources_with_raw(&self, manifest: Manifest) -> Sources {
        Sources::with_manifests(vec![manifest], self.cache(), Some(self.raw()))
    }

    /// Every file and folder anywhere, relative to the common parent, except the lock.
    pub(crate) fn everything(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect(self.dir.path(), self.dir.path(), &mut paths);
        paths.sort();
        paths
    }
}

fn collect(root: &Path, dir: &Path, paths: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, paths);
        } else if path.file_name().unwrap() != ".lock" {
            paths.push(
                path.strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/"),
            );
        }
    }
}

/// Keeps the events, written for comparison; bytes received are added up.
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) events: RefCell<Vec<String>>,
    pub(crate) received: RefCell<u64>,
}

impl Progress for Recorder {
    fn event(&self, event: Event<'_>) {
        let text = match event {
            Event::Received { bytes } => {
                *self.received.borrow_mut() += bytes;
                return;
            }
            Event::Downloading { from, .. } => format!("downloading from {from}"),
            Event::Retrying { wait, .. } => format!("retrying in {} ms", wait.as_millis()),
            Event::Copying { item } => format!("copying {item}"),
            Event::Unpacking { .. } => "unpacking".into(),
            Event::Ready { path } => format!("ready {}", path.file_name().unwrap().display()),
            Event::Waiting { .. } => "waiting".into(),
        };
        self.events.borrow_mut().push(text);
    }
}
