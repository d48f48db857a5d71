//! Bundles: what comes back is what went in, and nothing else is taken.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use common::{begin_run, key, publish, store};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use hrm_store::{Artifact, ArtifactState, BundleError, Database, Part, RunStatus, Store};
use serde_json::{Value, json};

const FILES: [(&str, &[u8]); 3] = [
    ("metrics.jsonl", b"{}\n"),
    ("checkpoints/step-1/model", b"weights"),
    ("checkpoints/artifact.json", b"not the manifest"),
];

/// A state folder with a run, an artifact and a bundle of them.
struct Fixture {
    dir: tempfile::TempDir,
    run: String,
    artifact: Artifact,
    bundle: PathBuf,
}

fn fixture(part: fn(Artifact) -> Part) -> Fixture {
    let (dir, store) = store();
    let database = Database::open(&store).unwrap();
    let run = begin_run(&database, "quickstart");
    database.finish_run(&run, RunStatus::Done).unwrap();
    let artifact = publish(&store, "train", &key("a"), &FILES);
    let bundle = dir.path().join("run.tar.gz");
    store
        .write_bundle(&run, &[part(artifact.clone())], &bundle)
        .unwrap();
    Fixture {
        dir,
        run,
        artifact,
        bundle,
    }
}

impl Fixture {
    fn elsewhere(&self) -> Store {
        Store::open(&self.dir.path().join("elsewhere")).unwrap()
    }
}

/// Paths and contents of a bundle.
fn members(bundle: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(bundle).unwrap()));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (path, content)
    });
    entries.collect()
}

fn write(bundle: &Path, members: &[(String, Vec<u8>)]) {
    let file = File::create(bundle).unwrap();
    let mut archive = tar::Builder::new(GzEncoder::new(file, Compression::fast()));
    for (path, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // Set as bytes: the library itself refuses paths that lead elsewhere.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        archive.append(&header, &content[..]).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

/// Changes the bundle; the index is made to agree with the other members where `agree` is set.
fn change(bundle: &Path, agree: bool, change: impl Fn(&mut Vec<(String, Vec<u8>)>)) {
    let mut all = members(bundle);
    change(&mut all);
    if agree {
        let mut index: Value = serde_json::from_slice(&all[0].1).unwrap();
        let entry = |(path, content): &(String, Vec<u8>)| {
            let blake3 = blake3::hash(content).to_hex().to_string();
            json!({"path": path, "bytes": content.len(), "blake3": blake3})
        };
        index["files"] = all[1..].iter().map(entry).collect();
        all[0].1 = serde_json::to_vec(&index).unwrap();
    }
    write(bundle, &all);
}

#[test]
fn a_run_and_its_artifacts_come_back_as_they_were() {
    let fixture = fixture(Part::Whole);
    let elsewhere = fixture.elsewhere();
    let take = || {
        let unpacked = elsewhere.unpack_bundle(&fixture.bundle).unwrap();
        assert_eq!(unpacked.run().began.run, fixture.run);
        unpacked.install(&elsewhere).unwrap()
    };
    assert_eq!(take(), [("train".to_owned(), key("a"))]);
    let ArtifactState::Complete(artifact) = elsewhere.artifact("train", &key("a")).unwrap() else {
        panic!("no artifact");
    };
    assert_eq!(artifact.manifest(), fixture.artifact.manifest());
    assert_eq!(elsewhere.verify(&artifact).unwrap(), []);
    for (name, content) in FILES {
        assert_eq!(fs::read(artifact.file(name)).unwrap(), content);
    }
    assert_eq!(elsewhere.logged_runs().unwrap(), [fixture.run.as_str()]);
    assert_eq!(take(), [], "the second time nothing is new");
    assert_eq!(elsewhere.leftovers().unwrap(), Vec::<PathBuf>::new());
}

#[test]
fn a_record_has_what_rows_are_read_from_and_is_no_artifact() {
    let fixture = fixture(|artifact| Part::Record(artifact, &["metrics.jsonl", "absent"]));
    let elsewhere = fixture.elsewhere();
    let unpacked = elsewhere.unpack_bundle(&fixture.bundle).unwrap();
    unpacked.install(&elsewhere).unwrap();
    let state = elsewhere.artifact("train", &key("a")).unwrap();
    assert_eq!(state, ArtifactState::Absent);
    let record = elsewhere.record("train", &key("a")).unwrap().unwrap();
    assert_eq!(record.manifest(), fixture.artifact.manifest());
    assert!(record.file("metrics.jsonl").exists());
    assert!(!record.file("checkpoints").exists());
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let fixture = fixture(Part::Whole);
    let store = Store::open(&fixture.dir.path().join(".hrm")).unwrap();
    let again = fixture.dir.path().join("again.tar.gz");
    let part = Part::Whole(fixture.artifact.clone());
    store.write_bundle(&fixture.run, &[part], &again).unwrap();
    assert!(fs::read(&again).unwrap() == fs::read(&fixture.bundle).unwrap());
}

#[test]
fn a_damaged_artifact_is_not_exported() {
    let fixture = fixture(Part::Whole);
    common::flip_bit(&fixture.artifact.file("metrics.jsonl"), 1000);
    let store = Store::open(&fixture.dir.path().join(".hrm")).unwrap();
    let part = Part::Whole(fixture.artifact.clone());
    let out = fixture.dir.path().join("out.tar.gz");
    let error = store.write_bundle(&fixture.run, &[part], &out).unwrap_err();
    assert!(matches!(error, BundleError::Damaged { .. }), "{error}");
    assert!(!out.exists());
}

/// What is done to the members of a bundle, whether the index is made to agree, and what is said then.
type Attack = (
    &'static str,
    bool,
    fn(&mut Vec<(String, Vec<u8>)>),
    &'static str,
);

const ATTACKS: [Attack; 9] = [
    (
        "a byte flipped",
        false,
        |m| m[3].1[0] ^= 1,
        "has other content",
    ),
    (
        "a byte flipped, and the index changed",
        true,
        |m| m[3].1[0] ^= 1,
        "is not the file of the manifest",
    ),
    (
        "a file more",
        true,
        |m| {
            let path = m[3].0.replace("metrics.jsonl", "more");
            m.push((path.replace("checkpoints/", "other/"), vec![1]));
        },
        "is not in the manifest",
    ),
    ("a file less", true, |m| _ = m.pop(), "is missing"),
    (
        "a file less, and listed",
        false,
        |m| _ = m.pop(),
        "is missing",
    ),
    (
        "a file that is not listed",
        false,
        |m| m.push(("runs/x".to_owned(), vec![1])),
        "is not in the index",
    ),
    (
        "a path that leads elsewhere",
        true,
        |m| m[3].0 = "artifacts/train/../../../../escaped".to_owned(),
        "does not belong into a bundle",
    ),
    (
        "an absolute path",
        true,
        |m| m[3].0 = "/tmp/escaped".to_owned(),
        "does not belong into a bundle",
    ),
    (
        "a log of another run",
        true,
        |m| {
            let text = String::from_utf8(m[1].1.clone()).unwrap();
            m[1].1 = text.replace("\"run\":\"", "\"run\":\"0").into_bytes();
        },
        "does not say how the run began",
    ),
];

#[test]
fn bundles_that_were_changed_are_refused_and_nothing_is_taken() {
    for (what, agree, attack, message) in ATTACKS {
        let fixture = fixture(Part::Whole);
        change(&fixture.bundle, agree, attack);
        let elsewhere = fixture.elsewhere();
        let error = elsewhere.unpack_bundle(&fixture.bundle).unwrap_err();
        assert!(error.to_string().contains(message), "{what}: {error}");
        assert!(error.help().unwrap().contains("hrm store export"), "{what}");
        assert_eq!(elsewhere.artifacts().unwrap(), [], "{what}");
        assert!(elsewhere.logged_runs().unwrap().is_empty(), "{what}");
        assert!(!fixture.dir.path().join("escaped").exists(), "{what}");
    }
}

#[test]
fn files_that_are_no_bundles_are_refused() {
    let fixture = fixture(Part::Whole);
    let elsewhere = fixture.elsewhere();
    let whole = fs::read(&fixture.bundle).unwrap();
    for content in [&b""[..], b"no archive", &whole[..whole.len() / 2]] {
        fs::write(&fixture.bundle, content).unwrap();
        let error = elsewhere.unpack_bundle(&fixture.bundle).unwrap_err();
        assert!(matches!(
            error,
            BundleError::Unreadable { .. } | BundleError::Member { .. }
        ));
    }
    fs::write(&fixture.bundle, &whole).unwrap();
    change(&fixture.bundle, false, |m| m.swap(0, 1));
    let error = elsewhere.unpack_bundle(&fixture.bundle).unwrap_err();
    assert!(error.to_string().contains("does not begin with"), "{error}");
}

#[test]
fn a_later_layout_and_another_run_of_the_same_id_are_refused() {
    let fixture = fixture(Part::Whole);
    let here = Store::open(&fixture.dir.path().join(".hrm")).unwrap();
    change(&fixture.bundle, true, |m| {
        let text = String::from_utf8(m[1].1.clone()).unwrap();
        m[1].1 = text.replace("quickstart", "slowstart!").into_bytes();
    });
    let unpacked = here.unpack_bundle(&fixture.bundle).unwrap();
    let error = unpacked.install(&here).unwrap_err();
    assert!(matches!(error, BundleError::OtherRun { .. }), "{error}");

    change(&fixture.bundle, false, |m| {
        let text = String::from_utf8(m[0].1.clone()).unwrap();
        m[0].1 = text.replace("\"format\":1", "\"format\":2").into_bytes();
    });
    let error = here.unpack_bundle(&fixture.bundle).unwrap_err();
    assert!(
        matches!(error, BundleError::OtherFormat { found: 2, .. }),
        "{error}"
    );
}
