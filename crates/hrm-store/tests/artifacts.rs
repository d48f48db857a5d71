//! Publishing, checking, damaging and discarding artifacts.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::{flip_bit, info, key, publish, set_time, store};
use hrm_store::{Artifact, ArtifactState, Damage, Store, StoreError, write_atomic};

const FILES: [(&str, &[u8]); 3] = [
    ("dataset.json", b"{\"puzzles\": 3}"),
    ("train/all__inputs.npy", b"1234 5678 9abc"),
    ("test/all__inputs.npy", b"four cells"),
];

fn complete(store: &Store, artifact: &Artifact) -> Artifact {
    match store.artifact(artifact.kind(), artifact.key()).unwrap() {
        ArtifactState::Complete(artifact) => artifact,
        other => panic!("{other:?}"),
    }
}

fn damages(store: &Store, artifact: &Artifact) -> Vec<Damage> {
    match store.artifact(artifact.kind(), artifact.key()).unwrap() {
        ArtifactState::Damaged { reasons } => reasons,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_published_artifact_is_complete_and_says_what_it_is() {
    let (_dir, store) = store();
    let key = key("a");
    assert_eq!(
        store.artifact("dataset", &key).unwrap(),
        ArtifactState::Absent
    );

    let artifact = publish(&store, "dataset", &key, &FILES);

    assert_eq!(complete(&store, &artifact), artifact);
    assert_eq!(store.verify(&artifact).unwrap(), []);
    let manifest = artifact.manifest();
    let paths: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(
        paths,
        [
            "dataset.json",
            "test/all__inputs.npy",
            "train/all__inputs.npy"
        ]
    );
    assert_eq!(manifest.inputs, info("").inputs);
    assert_eq!(manifest.key_parts, info("").key_parts);
    assert_eq!((artifact.kind(), artifact.key()), ("dataset", &key));
    assert_eq!(artifact.bytes(), 14 + 14 + 10);
    assert_eq!(
        fs::read(artifact.file("train/all__inputs.npy")).unwrap(),
        FILES[1].1
    );
    assert!(
        !store.work_path("dataset", &key).exists(),
        "the work folder is gone"
    );
}

#[test]
fn the_content_hash_depends_on_the_files_alone() {
    let (_one, first) = store();
    let (_two, second) = store();
    let base = publish(&first, "dataset", &key("a"), &FILES);
    let again = publish(&second, "train", &key("b"), &FILES);
    assert_eq!(base.content_hash(), again.content_hash());
    assert_eq!(base.content_hash().len(), 64);

    let mut changed = FILES;
    changed[2].1 = b"four calls";
    let other = publish(&first, "dataset", &key("c"), &changed);
    assert_ne!(base.content_hash(), other.content_hash());
}

#[test]
fn every_damage_is_noticed_and_named() {
    type Damaging = fn(&Path);
    let cases: [(&str, Damaging); 9] = [
        (
            "`train/all__inputs.npy` has other content than published",
            |dir| {
                flip_bit(&dir.join("train/all__inputs.npy"), 5);
            },
        ),
        ("`train/all__inputs.npy` has 3 bytes instead of 14", |dir| {
            fs::write(dir.join("train/all__inputs.npy"), "123").unwrap();
        }),
        ("`test/all__inputs.npy` is missing", |dir| {
            fs::remove_file(dir.join("test/all__inputs.npy")).unwrap();
        }),
        ("`test/all__inputs.npy` is missing", |dir| {
            fs::remove_dir_all(dir.join("test")).unwrap();
            fs::write(dir.join("test"), "a file in place of a folder").unwrap();
        }),
        ("`artifact.json` is missing", |dir| {
            fs::remove_file(dir.join("artifact.json")).unwrap();
        }),
        ("`artifact.json` cannot be understood", |dir| {
            fs::write(dir.join("artifact.json"), b"\0\xff garbage").unwrap();
        }),
        (
            "`artifact.json` has a content hash that its list of files does not give",
            |dir| {
                rewrite(dir, "\"bytes\": 10", "\"bytes\": 10 ");
                rewrite(dir, "dataset.json", "dataset.jsom");
            },
        ),
        ("`artifact.json` belongs to `report`", |dir| {
            rewrite(dir, "\"kind\": \"dataset\"", "\"kind\": \"report\"");
        }),
        ("`artifact.json` is missing", |dir| {
            fs::remove_dir_all(dir).unwrap();
            fs::write(dir, "a file in place of the artifact").unwrap();
        }),
    ];
    for (expected, damaging) in cases {
        let (_dir, store) = store();
        let artifact = publish(&store, "dataset", &key("a"), &FILES);
        damaging(artifact.path());
        let found = damages(&store, &artifact);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().starts_with(expected), "{}", found[0]);
    }
}

fn rewrite(dir: &Path, from: &str, to: &str) {
    let path = dir.join("artifact.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn a_manifest_cannot_lead_out_of_its_artifact() {
    let (_dir, store) = store();
    let artifact = publish(&store, "dataset", &key("a"), &FILES);
    rewrite(artifact.path(), "test/all__inputs.npy", "../../../version");
    assert!(
        damages(&store, &artifact)[0]
            .to_string()
            .contains("which lies outside")
    );
}

#[test]
fn verification_notices_a_flipped_bit_even_when_size_and_time_are_unchanged() {
    let (_dir, store) = store();
    let artifact = publish(&store, "dataset", &key("a"), &FILES);
    let path = artifact.file("dataset.json");
    set_time(&path, 1000);
    complete(&store, &artifact); // The stamp now says 1000 s after 1970.
    flip_bit(&path, 1000);

    complete(&store, &artifact);
    let found = store.verify(&artifact).unwrap();
    assert!(matches!(&found[..], [Damage::Content { file, .. }] if file == "dataset.json"));
}

#[test]
fn a_copied_store_is_hashed_once_and_then_trusted() {
    let (_dir, store) = store();
    let artifact = publish(&store, "dataset", &key("a"), &FILES);
    let stamps = artifact.file("stamps.json");
    let at_first = fs::read(&stamps).unwrap();
    set_time(&artifact.file("dataset.json"), 1000);

    complete(&store, &artifact);
    let renewed = fs::read(&stamps).unwrap();
    assert_ne!(renewed, at_first);
    complete(&store, &artifact);
    assert_eq!(fs::read(&stamps).unwrap(), renewed);

    // Without stamps, or with senseless ones, everything is hashed.
    for senseless in [&b"garbage"[..], b"{}"] {
        fs::write(&stamps, senseless).unwrap();
        complete(&store, &artifact);
        assert_eq!(fs::read(&stamps).unwrap(), renewed);
    }
}

#[test]
fn a_damaged_artifact_can_be_discarded_and_made_again() {
    let (_dir, store) = store();
    let key = key("a");
    let artifact = publish(&store, "dataset", &key, &FILES);
    flip_bit(&artifact.file("dataset.json"), 5);
    let lock = store.lock("dataset", &key, || {}).unwrap();
    store.discard(&lock).unwrap();
    assert_eq!(
        store.artifact("dataset", &key).unwrap(),
        ArtifactState::Absent
    );
    store.discard(&lock).unwrap(); // Nothing is there any more, which is what was wanted.
    drop(lock);

    let again = publish(&store, "dataset", &key, &FILES);
    assert_eq!(again.content_hash(), artifact.content_hash());
    assert_eq!(store.verify(&again).unwrap(), []);
    assert_eq!(fs::read_dir(store.root().join("tmp")).unwrap().count(), 0);
}

#[test]
fn publishing_replaces_an_artifact_that_is_there() {
    let (_dir, store) = store();
    publish(&store, "dataset", &key("a"), &FILES);
    let second = publish(&store, "dataset", &key("a"), &FILES[..1]);
    assert_eq!(complete(&store, &second).manifest().files.len(), 1);
    assert!(!second.file("test").exists());
}

#[test]
fn a_folder_of_the_work_can_be_published_without_the_rest() {
    let (_dir, store) = store();
    let lock = store.lock("train", &key("t"), || {}).unwrap();
    let work = store.work_dir(&lock).unwrap();
    write_atomic(&work.join("step-100"), b"an old checkpoint").unwrap();
    let result = work.join("result");
    fs::create_dir(&result).unwrap();
    write_atomic(&result.join("training.json"), b"{}").unwrap();

    let artifact = store.publish(&lock, &result, info("train.hrm")).unwrap();

    let files = &artifact.manifest().files;
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].path, "training.json");
    assert!(!work.exists());
}

#[test]
fn only_the_locked_stage_s_work_can_be_published() {
    let (dir, store) = store();
    let lock = store.lock("train", &key("t"), || {}).unwrap();
    let error = store
        .publish(&lock, dir.path(), info("train.hrm"))
        .unwrap_err();
    assert!(matches!(error, StoreError::NotWorkFolder { .. }), "{error}");
}

#[test]
fn what_a_killed_process_left_is_not_part_of_the_artifact() {
    let (_dir, store) = store();
    let lock = store.lock("train", &key("t"), || {}).unwrap();
    let work = store.work_dir(&lock).unwrap();
    fs::write(work.join("training.json"), b"{}").unwrap();
    // Killed inside `write_atomic`, and in an earlier publication before its rename.
    fs::write(work.join(".hrm-tmp-abc"), b"half a fi").unwrap();
    fs::write(work.join("artifact.json"), b"{\"half\": ").unwrap();
    assert_eq!(
        store.artifact("train", &key("t")).unwrap(),
        ArtifactState::Absent
    );

    let artifact = store.publish(&lock, &work, info("train.hrm")).unwrap();

    assert_eq!(artifact.manifest().files.len(), 1);
    assert!(!artifact.file(".hrm-tmp-abc").exists());
    assert_eq!(store.verify(&artifact).unwrap(), []);
}

#[cfg(unix)]
#[test]
fn links_are_refused() {
    let (_dir, store) = store();
    let lock = store.lock("train", &key("t"), || {}).unwrap();
    let work = store.work_dir(&lock).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", work.join("link")).unwrap();
    let error = store.publish(&lock, &work, info("train.hrm")).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("it is neither a file nor a folder"),
        "{error}"
    );
}
