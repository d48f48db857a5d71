//! Filling the cache from a folder.

use crate::support::archive::{Member, gz, tar, zst};
use crate::support::{Folders, Recorder, file_table, folder_table, manifest, write};
use hrm_source::{Origin, SourceError};
use std::fs;

const A: &[u8] = b"source,question\na,1\n";
const TASKS: [(&str, &[u8]); 2] = [("a/x.json", b"{}"), ("b.json", b"[1]")];

fn tables(archive: &str) -> String {
    let download = "[download]\nurl = 'https://home.example/all.tar.gz'\nformat = 'tar.gz'\n";
    let folder = folder_table("data", &TASKS);
    format!(
        "archives = ['{archive}']\n{download}{folder}{}",
        file_table("a.csv", A, "")
    )
}

const CACHED: [&str; 3] = [
    "cache/probe/r1/a.csv",
    "cache/probe/r1/data/a/x.json",
    "cache/probe/r1/data/b.json",
];

#[test]
fn every_container_gives_the_same_cache() {
    let members: [(&str, &[u8]); 3] = [
        ("a.csv", A),
        ("data/b.json", b"[1]"),
        ("data/a/x.json", b"{}"),
    ];
    let tar = tar(&members.map(|(path, content)| Member::file(path, content)));
    let containers: [(&str, Vec<u8>); 2] = [("all.tar.gz", gz(&tar)), ("all.tar.zst", zst(&tar))];
    for (name, bytes) in containers {
        let folders = Folders::new();
        write(&folders.raw(), &[(name, &bytes)]);
        let sources = folders.sources(manifest(&tables(name)));
        let origin = folders.raw();
        let located = sources
            .fetch("probe", Origin::Folder(&origin), &())
            .unwrap();
        assert_eq!(
            located.file("a.csv").unwrap().plain_path(),
            Some(&*folders.cached("a.csv"))
        );
        assert_eq!(
            located.folder("data").unwrap().plain_path(),
            Some(&*folders.cached("data"))
        );
        let raw = format!("raw/{name}");
        assert_eq!(
            folders.everything(),
            [&CACHED[..], &[&raw]].concat(),
            "{name}"
        );
    }
}

#[test]
fn files_are_copied_and_decompressed_once() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv.zst", &zst(A))]);
    write(&folders.raw().join("data"), &TASKS);
    let sources = folders.sources(manifest(&tables("all.tar.gz")));
    let (raw, recorder) = (folders.raw(), Recorder::default());
    sources
        .fetch("probe", Origin::Folder(&raw), &recorder)
        .unwrap();
    let events = ["copying a.csv", "ready a.csv", "copying data", "ready data"];
    assert_eq!(*recorder.events.borrow(), events);
    assert_eq!(fs::read(folders.cached("a.csv")).unwrap(), A);

    fs::remove_dir_all(&raw).unwrap();
    let recorder = Recorder::default();
    sources
        .fetch("probe", Origin::Folder(&raw), &recorder)
        .unwrap();
    assert!(recorder.events.borrow().is_empty(), "nothing is left to do");
}

#[test]
fn what_is_damaged_is_replaced() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", A)]);
    write(&folders.raw().join("data"), &TASKS);
    write(
        &folders.cached(""),
        &[
            ("a.csv", A),
            ("data/b.json", b"wrong"),
            ("data/y.json", b""),
        ],
    );
    let sources = folders.sources(manifest(&tables("all.tar.gz")));
    let (raw, recorder) = (folders.raw(), Recorder::default());
    sources
        .fetch("probe", Origin::Folder(&raw), &recorder)
        .unwrap();
    assert_eq!(*recorder.events.borrow(), ["copying data", "ready data"]);
    let cached = folders
        .everything()
        .into_iter()
        .filter(|path| path.starts_with("cache"));
    assert_eq!(cached.collect::<Vec<_>>(), CACHED);
}

#[test]
fn an_incomplete_folder_changes_nothing() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", A)]);
    let sources = folders.sources(manifest(&tables("all.tar.gz")));
    let raw = folders.raw();
    let error = sources
        .fetch("probe", Origin::Folder(&raw), &())
        .unwrap_err();
    assert!(
        matches!(&error, SourceError::Absent { items, .. } if items.len() == 1),
        "{error}"
    );
    assert_eq!(folders.everything(), ["raw/a.csv"]);
}

#[test]
fn what_a_killed_process_left_is_removed() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", A)]);
    write(&folders.raw().join("data"), &TASKS);
    write(
        &folders.cache(),
        &[("probe/.staging/items/data/b.json", b"half")],
    );
    let sources = folders.sources(manifest(&tables("all.tar.gz")));
    let raw = folders.raw();
    sources.fetch("probe", Origin::Folder(&raw), &()).unwrap();
    let cached = folders
        .everything()
        .into_iter()
        .filter(|path| path.starts_with("cache"));
    assert_eq!(cached.collect::<Vec<_>>(), CACHED);
}
