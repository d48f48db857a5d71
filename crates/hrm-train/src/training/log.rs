//! `metrics.jsonl`: the recorded metrics of a training, one JSON object a line.

use crate::error::TrainError;
use crate::metrics::MetricRow;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The file, open for appending.
#[derive(Debug)]
pub(crate) struct MetricLog {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl MetricLog {
    /// Opens the file and cuts it to `bytes`: what was recorded after the checkpoint that the
    /// training resumes from is recorded again.
    pub(crate) fn open(work_dir: &Path, bytes: u64) -> Result<Self, TrainError> {
        let path = work_dir.join("metrics.jsonl");
        let open = || -> std::io::Result<File> {
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)?;
            file.set_len(bytes)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(TrainError::io(&path))?;
        Ok(Self { file, path, bytes })
    }

    pub(crate) fn append(&mut self, rows: &[MetricRow]) -> Result<(), TrainError> {
        let mut text = String::new();
        for row in rows {
            text.push_str(
                &serde_json::to_string(row)
                    .map_err(|error| TrainError::damaged(&self.path, error))?,
            );
            text.push('\n');
        }
        self.file
            .write_all(text.as_bytes())
            .map_err(TrainError::io(&self.path))?;
        self.bytes += text.len() as u64;
        Ok(())
    }

    /// Puts everything on disk and says how long the file is.
    pub(crate) fn sync(&mut self) -> Result<u64, TrainError> {
        self.file.sync_data().map_err(TrainError::io(&self.path))?;
        Ok(self.bytes)
    }
}
