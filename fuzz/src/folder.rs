//! Files for parsers that read paths.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;

/// Made once in each process; `TMPDIR` says where.
static ROOT: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder for files"));

/// A folder of one target.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let dir = ROOT.path().join(name);
        std::fs::create_dir_all(&dir).expect("a folder can be made");
        Self(dir)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    }
}
