//! The log of a run: what its rows are written from.
//!
//! `.hrm/runs/<id>/log.jsonl` has one JSON object a line and is only ever appended to. A line is written
//! before its row, so that a database which is locked, damaged or deleted loses nothing: the rows are read
//! from the log again. A line that a crash cut off is skipped.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::atomic::{TEMPORARY_PREFIX, sync_folders, write_atomic};
use crate::rows::{EnvironmentRow, StageCost};
use crate::{Key, RunStatus, StageStatus, Store, StoreError};

/// Hexadecimal digits of a run's id: short enough to type, long enough for millions of runs.
pub(crate) const RUN_ID_DIGITS: usize = 12;

const FILE_NAME: &str = "log.jsonl";

/// One line of a run's log. Times are RFC 3339 in UTC with six decimals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum LogEntry {
    /// The run began; always the first line.
    RunBegan(Box<RunBegan>),
    /// A stage began, or needed no work.
    StageBegan(StageBegan),
    /// A stage ended.
    StageEnded(StageEnded),
    /// The run ended; a run that was killed has no such line.
    RunEnded {
        /// When.
        at: String,
        /// How.
        status: RunStatus,
    },
}

/// How a run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunBegan {
    /// When.
    pub at: String,
    /// Id of the run.
    pub run: String,
    /// Name of the workflow.
    pub workflow: String,
    /// Path of the workflow file, as given.
    pub file: String,
    /// The command line.
    pub command: String,
    /// The resolved workflow.
    pub config: Value,
    /// Where it runs.
    pub environment: EnvironmentRow,
}

/// How a stage began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageBegan {
    /// When.
    pub at: String,
    /// Instance, for example `train.hrm[seed=1]`; once in a run.
    pub instance: String,
    /// Kind, for example `train`.
    pub kind: String,
    /// Name in the workflow, for example `hrm`.
    pub name: String,
    /// Key, where it is known.
    pub key: Option<Key>,
    /// `Running`, or how it ended at once.
    pub status: StageStatus,
    /// Why it has to run.
    pub reason: Option<String>,
    /// Device of the computations, where one is used.
    pub device: Option<String>,
}

/// How a stage ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageEnded {
    /// When.
    pub at: String,
    /// Its instance.
    pub instance: String,
    /// How.
    pub status: StageStatus,
    /// What the work cost.
    #[serde(flatten)]
    pub cost: StageCost,
    /// What went wrong.
    pub error: Option<String>,
}

impl LogEntry {
    /// When it happened.
    pub(crate) fn at(&self) -> &str {
        match self {
            Self::RunBegan(began) => &began.at,
            Self::StageBegan(began) => &began.at,
            Self::StageEnded(ended) => &ended.at,
            Self::RunEnded { at, .. } => at,
        }
    }
}

/// The log of a run that happens now.
#[derive(Debug)]
pub(crate) struct RunLog {
    path: PathBuf,
    file: File,
    /// Whether the last line may be cut off: writing it failed.
    is_torn: bool,
}

impl RunLog {
    /// Makes the log of a new run.
    pub(crate) fn create(store: &Store, began: &RunBegan) -> Result<Self, StoreError> {
        let folder = store.run_path(&began.run);
        fs::create_dir_all(&folder).map_err(StoreError::io("create", &folder))?;
        let path = folder.join(FILE_NAME);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(StoreError::io("create", &path))?;
        let mut log = Self {
            path,
            file,
            is_torn: false,
        };
        log.append(&LogEntry::RunBegan(Box::new(began.clone())))?;
        sync_folders(&[&folder])?;
        Ok(log)
    }

    /// Writes a line. Those that end something are on disk when this returns.
    pub(crate) fn append(&mut self, entry: &LogEntry) -> Result<(), StoreError> {
        let error = || StoreError::io("write", &self.path);
        let json = serde_json::to_string(entry).map_err(|failed| error()(failed.into()))?;
        // A line of its own also after one that was cut off.
        let before = if self.is_torn { "\n" } else { "" };
        let line = format!("{before}{json}\n");
        let written = self.file.write_all(line.as_bytes());
        self.is_torn = written.is_err();
        written.map_err(error())?;
        match entry {
            LogEntry::StageBegan(_) => Ok(()),
            _ => self.file.sync_data().map_err(error()),
        }
    }
}

/// What a run's log holds.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedRun {
    /// How it began.
    pub began: RunBegan,
    /// The lines after the first.
    pub entries: Vec<LogEntry>,
    /// Lines that are cut off or damaged.
    pub unreadable: usize,
}

impl LoggedRun {
    /// Reads a log from its text; `None` where it does not say how the run `id` began.
    pub fn parse(id: &str, text: &[u8]) -> Option<Self> {
        let mut unreadable = 0;
        let mut entries = Vec::new();
        for line in text.split(|&byte| byte == b'\n').filter(|l| !l.is_empty()) {
            match serde_json::from_slice(line) {
                Ok(entry) => entries.push(entry),
                Err(_) => unreadable += 1,
            }
        }
        let mut entries = entries.into_iter();
        match entries.next() {
            Some(LogEntry::RunBegan(began)) if began.run == id => Some(Self {
                began: *began,
                entries: entries.collect(),
                unreadable,
            }),
            _ => None,
        }
    }

    /// How the run ended, if it says so.
    pub fn status(&self) -> Option<RunStatus> {
        let mut entries = self.entries.iter().rev();
        entries.find_map(|entry| match entry {
            LogEntry::RunEnded { status, .. } => Some(*status),
            _ => None,
        })
    }

    /// Its stages, in the order in which they began.
    pub fn stages(&self) -> impl Iterator<Item = &StageBegan> {
        self.entries.iter().filter_map(|entry| match entry {
            LogEntry::StageBegan(began) => Some(began),
            _ => None,
        })
    }
}

impl Store {
    /// Folder of what is known of a run.
    pub(crate) fn run_path(&self, run: &str) -> PathBuf {
        self.runs().join(run)
    }

    /// The log of a run.
    pub fn run_log_path(&self, run: &str) -> PathBuf {
        self.run_path(run).join(FILE_NAME)
    }

    /// Makes the log of a run that is over, all at once.
    pub(crate) fn write_log(&self, run: &str, entries: &[LogEntry]) -> Result<(), StoreError> {
        let (runs, target) = (self.runs(), self.run_path(run));
        let error = || StoreError::io("write", &target);
        fs::create_dir_all(&runs).map_err(error())?;
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .tempdir_in(&runs)
            .map_err(error())?;
        let lines: Result<Vec<String>, _> = entries.iter().map(serde_json::to_string).collect();
        let text = lines.map_err(|failed| error()(failed.into()))?.join("\n") + "\n";
        write_atomic(&temporary.path().join(FILE_NAME), text.as_bytes())?;
        fs::rename(temporary.keep(), &target).map_err(error())?;
        sync_folders(&[&runs])
    }

    /// Ids of the runs that have a log, sorted.
    pub fn logged_runs(&self) -> Result<Vec<String>, StoreError> {
        let folder = self.runs();
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(StoreError::io("read", &folder))?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry.map_err(StoreError::io("read", &folder))?.file_name();
            ids.extend(name.into_string().ok().filter(|name| is_run_id(name)));
        }
        ids.sort();
        Ok(ids)
    }

    /// What the log of the run `id` holds; `None` without a log, or with one that is not of this run.
    pub fn logged_run(&self, id: &str) -> Result<Option<LoggedRun>, StoreError> {
        let path = self.run_log_path(id);
        match fs::read(&path) {
            Ok(text) => Ok(LoggedRun::parse(id, &text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("read", &path)(error)),
        }
    }
}

/// Whether a text has the form of a run's id. One that has is also safe as the name of a folder.
pub(crate) fn is_run_id(text: &str) -> bool {
    text.len() == RUN_ID_DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
