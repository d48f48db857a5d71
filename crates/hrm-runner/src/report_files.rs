//! Where reports lie for people: `reports/<workflow>/`.

use crate::RunnerError;
use hrm_report::Rendered;
use hrm_store::{Artifact, write_atomic};
use std::fs;
use std::path::{Path, PathBuf};

/// The page of a report.
const PAGE: &str = "index.html";

/// The folders of a workflow's reports.
#[derive(Debug, Clone)]
pub(crate) struct ReportFolders {
    folder: PathBuf,
    /// Whether each report has a folder of its own, because there are several.
    several: bool,
}

impl ReportFolders {
    /// The folders below `reports` for a workflow with one report, or `several`.
    pub(crate) fn new(reports: &Path, workflow: &str, several: bool) -> Self {
        Self {
            folder: reports.join(workflow),
            several,
        }
    }

    fn folder(&self, report: &str) -> PathBuf {
        if self.several {
            self.folder.join(report)
        } else {
            self.folder.clone()
        }
    }

    /// The page of the report stage called `report`.
    pub(crate) fn page(&self, report: &str) -> PathBuf {
        self.folder(report).join(PAGE)
    }

    /// Copies the artifact of the report stage called `report`, unless its page is there already.
    /// Returns the page's path.
    pub(crate) fn copy(&self, report: &str, artifact: &Artifact) -> Result<PathBuf, RunnerError> {
        let page = self.page(report);
        let made = artifact.file(PAGE);
        let bytes = fs::read(&made).map_err(RunnerError::io("read", &made))?;
        if fs::read(&page).is_ok_and(|there| there == bytes) {
            return Ok(page);
        }
        let mut files = Rendered::new();
        for entry in &artifact.manifest().files {
            let path = artifact.file(&entry.path);
            files.insert(
                entry.path.clone(),
                fs::read(&path).map_err(RunnerError::io("read", &path))?,
            );
        }
        self.write(report, &files)
    }

    /// Writes the files of the report stage called `report`; returns the page's path.
    pub(crate) fn write(&self, report: &str, files: &Rendered) -> Result<PathBuf, RunnerError> {
        let folder = self.folder(report);
        fs::create_dir_all(&folder).map_err(RunnerError::io("create", &folder))?;
        // The page comes last: whoever sees the new one finds the new plots beside it.
        let (page, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| *name == PAGE);
        for (name, bytes) in others.into_iter().chain(page) {
            write_atomic(&folder.join(name), bytes)?;
        }
        Ok(self.page(report))
    }
}
