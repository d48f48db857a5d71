//! A folder of its own for each test, with a workflow that takes a second.

use assert_cmd::Command;
use assert_cmd::cargo::cargo_bin_cmd;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A dataset, a training of a few steps with two seeds, evaluations and a report.
const WORKFLOW: &str = r#"
name = "tiny"
description = "As small as it gets"

[dataset.sudoku]
sudoku = { box_rows = 2, box_cols = 2, train = 24, validation = 8, test = 12, givens = [4, 10] }

[train.hrm]
dataset = "sudoku"
seeds = [0, 1]
segments = 2
batch_size = 8
steps = 6
lr = 1e-3
lr_warmup_steps = 2
log_interval = 2
checkpoint_interval = 2

[train.hrm.model]
hidden_size = 16
num_heads = 2
h_layers = 1
l_layers = 1
h_cycles = 1
l_cycles = 1
pos_encodings = "learned"

[evaluate.test]
train = "hrm"
batch_size = 8
traces = 2

[report.main]
"#;

/// The folder in which a test works.
pub(crate) struct Bench(TempDir);

impl Bench {
    /// A folder with `tiny.toml`.
    pub(crate) fn new() -> Self {
        let bench = Self(tempfile::tempdir().unwrap());
        bench.write("tiny.toml", WORKFLOW);
        bench
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Its state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.path().join(".hrm")
    }

    /// Writes a file of the folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    /// Replaces a part of `tiny.toml`, which has to be there.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let path = self.path().join("tiny.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// `hrm` in the folder.
    pub(crate) fn hrm(&self, arguments: &[&str]) -> Command {
        let mut command = cargo_bin_cmd!("hrm");
        command
            .current_dir(self.path())
            .args(arguments)
            .env_remove("HRM_STATE")
            .env_remove("HRM_DATA_DIR")
            .env_remove("HRM_LOG");
        command
    }

    /// Runs `hrm`, which has to succeed, and returns its standard output.
    pub(crate) fn stdout(&self, arguments: &[&str]) -> String {
        let assert = self.hrm(arguments).assert().success();
        String::from_utf8(assert.get_output().stdout.clone()).unwrap()
    }

    /// The same, read as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.stdout(arguments)).unwrap()
    }

    /// Runs `hrm run … --json`, which has to succeed, and returns its events.
    pub(crate) fn run(&self, arguments: &[&str]) -> Vec<Value> {
        let arguments = [&["run", "tiny.toml", "--json"], arguments].concat();
        events(&self.stdout(&arguments))
    }
}

/// The events on standard output.
pub(crate) fn events(stdout: &str) -> Vec<Value> {
    stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The stages of all events of this name, sorted.
pub(crate) fn stages(events: &[Value], name: &str) -> Vec<String> {
    let of_name = events.iter().filter(|event| event["event"] == name);
    let mut stages: Vec<String> = of_name
        .map(|event| event["stage"].as_str().unwrap().to_owned())
        .collect();
    stages.sort();
    stages
}

/// Content of every artifact of a state folder: path and bytes, except what holds times.
pub(crate) fn artifacts(state: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                collect(&entry.path(), &name, files);
            } else if !name.ends_with("artifact.json") && !name.ends_with("stamps.json") {
                files.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut files = BTreeMap::new();
    for kind in ["dataset", "train", "evaluate"] {
        collect(&state.join("artifacts").join(kind), kind, &mut files);
    }
    files
}

/// A run after a disturbance has left the same artifacts as an undisturbed one, and nothing unfinished.
pub(crate) fn assert_healed(
    bench: &Bench,
    undisturbed: &BTreeMap<String, Vec<u8>>,
    disturbance: &str,
) {
    let healed = artifacts(&bench.state());
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&healed), names(undisturbed), "{disturbance}");
    for (name, bytes) in &healed {
        let same = *bytes == undisturbed[name];
        assert!(same, "{disturbance}: {name} differs");
    }
    let unfinished: Vec<_> = fs::read_dir(bench.state().join("work")).unwrap().collect();
    assert!(unfinished.is_empty(), "{disturbance}: {unfinished:?}");
}
