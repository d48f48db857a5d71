//! What a job tells, read from the files that its worker appends to: one for each start of the job.

use crate::worker::WorkerMessage;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A reader of a folder of message files that goes on where it stopped.
#[derive(Debug)]
pub(super) struct Messages {
    folder: PathBuf,
    current: Option<Current>,
}

/// The number of the job that wrote a file, and how often SLURM had started it again.
type Start = (u64, u64);

/// The file that is being read.
#[derive(Debug)]
struct Current {
    start: Start,
    file: File,
    /// The beginning of a line whose end is not there yet.
    line: Vec<u8>,
}

/// What was read.
#[derive(Debug, PartialEq)]
pub(super) enum Told {
    /// The job started, for the first time or again.
    Started,
    /// Its worker told something.
    Message(Box<WorkerMessage>),
}

impl Messages {
    pub(super) fn of(folder: PathBuf) -> Self {
        Self {
            folder,
            current: None,
        }
    }

    /// What was written since the last time. A file is left for good when a later start has one.
    pub(super) fn read(&mut self) -> Vec<Told> {
        let mut told = Vec::new();
        self.read_current(&mut told);
        let after = self.current.as_ref().map(|current| current.start);
        for (start, path) in self.starts() {
            if after.is_some_and(|after| start <= after) {
                continue;
            }
            let Ok(file) = File::open(&path) else { break };
            self.current = Some(Current {
                start,
                file,
                line: Vec::new(),
            });
            told.push(Told::Started);
            self.read_current(&mut told);
        }
        told
    }

    fn read_current(&mut self, told: &mut Vec<Told>) {
        let Some(current) = &mut self.current else {
            return;
        };
        let mut bytes = Vec::new();
        if let Err(error) = current.file.read_to_end(&mut bytes) {
            tracing::warn!(%error, "messages of a job could not be read");
        }
        for byte in bytes {
            if byte != b'\n' {
                current.line.push(byte);
                continue;
            }
            match serde_json::from_slice(&current.line) {
                Ok(message) => told.push(Told::Message(Box::new(message))),
                Err(error) => tracing::warn!(%error, "a message of a job could not be understood"),
            }
            current.line.clear();
        }
    }

    /// The files that are there, in the order of the starts that wrote them.
    fn starts(&self) -> Vec<(Start, PathBuf)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        let mut starts: Vec<_> = paths
            .filter_map(|path| Some((start(&path)?, path)))
            .collect();
        starts.sort();
        starts
    }
}

/// The start that writes `12-1.jsonl`.
fn start(path: &Path) -> Option<Start> {
    let name = path.file_name()?.to_str()?.strip_suffix(".jsonl")?;
    let (job, restarts) = name.split_once('-')?;
    Some((job.parse().ok()?, restarts.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::WorkerEnd;
    use hrm_store::rows::StageCost;
    use std::fs::OpenOptions;
    use std::io::Write;

    fn ended(step: u64) -> WorkerMessage {
        let (step, cost) = (Some(step), StageCost::default());
        WorkerMessage::Ended(WorkerEnd::Interrupted { step, cost })
    }

    fn append(path: &Path, text: &str) {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn message(step: u64) -> Told {
        Told::Message(Box::new(ended(step)))
    }

    fn line(step: u64) -> String {
        serde_json::to_string(&ended(step)).unwrap() + "\n"
    }

    #[test]
    fn messages_are_read_as_they_come() {
        let folder = tempfile::tempdir().unwrap();
        let mut messages = Messages::of(folder.path().to_owned());
        assert_eq!(messages.read(), []);
        let file = folder.path().join("9-0.jsonl");
        let (first, second) = (line(1), line(2));
        let (half, rest) = second.split_at(10);
        append(&file, &first);
        append(&file, half);
        assert_eq!(messages.read(), [Told::Started, message(1)]);
        assert_eq!(messages.read(), []);
        append(&file, rest);
        assert_eq!(messages.read(), [message(2)]);
    }

    #[test]
    fn the_last_start_counts() {
        let folder = tempfile::tempdir().unwrap();
        let mut messages = Messages::of(folder.path().to_owned());
        append(&folder.path().join("9-1.jsonl"), &line(1));
        append(&folder.path().join("10-0.jsonl"), &line(2));
        append(&folder.path().join("notes.txt"), "no messages");
        assert_eq!(
            messages.read(),
            [Told::Started, message(1), Told::Started, message(2)]
        );
        // A job that was given up writes on, and is not heard.
        append(&folder.path().join("9-1.jsonl"), &line(3));
        assert_eq!(messages.read(), []);
    }
}
