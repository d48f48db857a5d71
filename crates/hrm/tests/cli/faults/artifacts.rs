//! One wrong byte in a file of an artifact.

use super::heal;
use crate::bench::{Bench, stages};
use predicates::str::contains;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The files of each artifact of a state folder, sorted.
fn files_of_artifacts(state: &Path) -> Vec<Vec<PathBuf>> {
    let mut artifacts = Vec::new();
    for kind in fs::read_dir(state.join("artifacts")).unwrap() {
        for artifact in fs::read_dir(kind.unwrap().path()).unwrap() {
            let mut files = Vec::new();
            collect(&artifact.unwrap().path(), &mut files);
            files.sort();
            artifacts.push(files);
        }
    }
    artifacts
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}

/// Changes a bit in the middle of a file; `unnoticed` leaves its time as it was, as a failing disk does.
fn flip(file: &Path, unnoticed: bool) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    let Some(byte) = bytes.get_mut(middle) else {
        return;
    };
    *byte ^= 1;
    let time = fs::metadata(file).unwrap().modified().unwrap();
    fs::write(file, bytes).unwrap();
    if unnoticed {
        File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }
}

#[test]
fn no_artifact_with_a_wrong_byte_is_taken() {
    let bench = Bench::new();
    bench.run(&[]);
    let most = files_of_artifacts(&bench.state())
        .iter()
        .map(Vec::len)
        .max();
    // In each round another file of every artifact.
    for round in 0..most.unwrap() {
        for files in files_of_artifacts(&bench.state()) {
            flip(&files[round % files.len()], false);
        }
        heal(
            &bench,
            &format!("one byte of file {round} of every artifact"),
        );
    }
}

#[test]
fn an_artifact_that_went_bad_unnoticed_is_not_used() {
    let bench = Bench::new();
    bench.run(&[]);
    for files in files_of_artifacts(&bench.state()) {
        let is_data =
            |file: &&PathBuf| !file.ends_with("artifact.json") && !file.ends_with("stamps.json");
        files
            .iter()
            .filter(is_data)
            .for_each(|file| flip(file, true));
    }
    // Every stage reads what it needs before it is made again.
    bench.run(&["--force", "train.hrm", "--force", "evaluate.test"]);
    heal(&bench, "every file of every artifact gone bad");
}

#[test]
fn a_report_that_went_bad_unnoticed_is_not_shown() {
    let bench = Bench::new();
    bench.run(&[]);
    let reports = bench.path().join("reports");
    let page = || fs::read(reports.join("tiny/index.html")).unwrap();
    let report = files_of_artifacts(&bench.state())
        .into_iter()
        .flatten()
        .find(|file| file.ends_with("index.html"))
        .unwrap();
    flip(&report, true);
    let bad = fs::read(&report).unwrap();
    let events = bench.run(&[]);
    assert_eq!(stages(&events, "stage_finished"), ["report.main"]);
    assert!(page() != bad);
    flip(&report, true);
    fs::remove_dir_all(&reports).unwrap();
    // Something else is to be done, too.
    bench.run(&["--force", "evaluate.test"]);
    assert!(page() == fs::read(report).unwrap());
    heal(&bench, "a report gone bad");
}

#[test]
fn a_model_that_went_bad_unnoticed_answers_nothing() {
    let bench = Bench::new();
    bench.run(&[]);
    let weights = files_of_artifacts(&bench.state()).into_iter().flatten();
    let weights = weights.filter(|file| file.ends_with("weights.safetensors"));
    weights.for_each(|file| flip(&file, true));
    for training in ["train.hrm[seed=0]", "train.hrm[seed=1]"] {
        let refused = bench.hrm(&["solve", training, "1..............."]).assert();
        let refused = refused.failure();
        refused.stderr(contains("run its workflow again"));
    }
    heal(&bench, "weights gone bad");
    bench.stdout(&["solve", "train.hrm", "1..............."]);
}
