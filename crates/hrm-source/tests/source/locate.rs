//! Finding items in a folder with raw data and in the cache.

use crate::support::archive::{Member, tar, zst};
use crate::support::{Folders, file_table, folder_table, manifest, manifest_text, sha256, write};
use hrm_source::{Manifest, SourceError};
use std::io::Read;

const A: &[u8] = b"source,question\na,1\n";
const TASKS: [(&str, &[u8]); 3] = [("a/x.json", b"{}"), ("b.json", b"[1]"), ("c.json", b"")];

fn one_file() -> Manifest {
    let more = "url = 'https://home.example/a.csv'\nalso = ['elsewhere/a_train.csv']";
    manifest(&file_table("a.csv", A, more))
}

fn tables() -> String {
    let folder = folder_table("data/training", &TASKS);
    let download = "[download]\nurl = 'https://home.example/all.tar.gz'\nformat = 'tar.gz'\n";
    format!(
        "archives = ['all.tar.zst']\n{download}{folder}{}",
        file_table("a.csv", A, "")
    )
}

#[test]
fn a_file_is_found_in_every_layout() {
    let zst = zst(A);
    let layouts: [(&str, &[u8]); 6] = [
        ("raw/a.csv", A),
        ("raw/probe/a.csv", A),
        ("raw/elsewhere/a_train.csv", A),
        ("raw/a.csv.zst", &zst),
        ("raw/elsewhere/a_train.csv.zst", &zst),
        ("cache/probe/r1/a.csv", A),
    ];
    for (path, content) in layouts {
        let folders = Folders::new();
        write(folders.raw().parent().unwrap(), &[(path, content)]);
        let located = folders
            .sources_with_raw(one_file())
            .locate("probe")
            .unwrap();
        let file = located.file("a.csv").unwrap();
        assert_eq!(file.read().unwrap(), A, "{path}");
        let mut opened = Vec::new();
        file.open().unwrap().read_to_end(&mut opened).unwrap();
        assert_eq!(opened, A, "{path}");
        assert_eq!(file.content.sha256.to_string(), sha256(A));
        assert_eq!(file.note, None);
        assert_eq!(
            file.plain_path().is_none(),
            path.ends_with(".zst"),
            "{path}"
        );
    }
}

#[test]
fn what_is_something_else_is_passed_over() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", b"another source's file")]);
    write(&folders.raw(), &[("probe/a.csv", &[b'x'; A.len()])]);
    write(
        &folders.raw(),
        &[("elsewhere/a_train.csv.zst", b"not zstd")],
    );
    write(&folders.cached(""), &[("a.csv", A)]);
    let located = folders
        .sources_with_raw(one_file())
        .locate("probe")
        .unwrap();
    assert_eq!(
        located.files[0].plain_path(),
        Some(&*folders.cached("a.csv"))
    );
}

#[test]
fn an_accepted_copy_is_noted() {
    let copy = b"the same, otherwise written";
    let table = format!(
        "[[file.copy]]\nsha256 = '{}'\nsize = {}\nnote = 'with more words'",
        sha256(copy),
        copy.len()
    );
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", copy)]);
    let manifest = manifest(&file_table(
        "a.csv",
        A,
        &format!("url = 'https://a.org/a'\n{table}"),
    ));
    let located = folders.sources_with_raw(manifest).locate("probe").unwrap();
    assert_eq!(located.files[0].note.as_deref(), Some("with more words"));
    assert_eq!(located.files[0].content.sha256.to_string(), sha256(copy));
}

#[test]
fn a_folder_is_its_files_with_the_extension() {
    let folders = Folders::new();
    let dir = folders.raw().join("probe/data/training");
    write(&dir, &TASKS);
    write(
        &dir,
        &[
            ("README.md", b"not a task"),
            ("json", b""),
            ("a/.DS_Store", b""),
        ],
    );
    write(&folders.raw(), &[("a.csv", A)]);
    let located = folders
        .sources_with_raw(manifest(&tables()))
        .locate("probe")
        .unwrap();
    let folder = located.folder("data/training").unwrap();
    assert_eq!(folder.plain_path(), Some(&*dir));
    let files = folder.read().unwrap();
    let expected = TASKS.map(|(path, content)| (path.to_owned(), content.to_vec()));
    assert_eq!(files, expected);
}

#[test]
fn a_folder_with_other_files_is_refused() {
    let faults: [(&str, &[u8], &str); 3] = [
        ("d.json", b"", "it has 4 files, expected 3"),
        ("b.json", b"[2]", "the SHA-256 over its files is "),
        ("b.json", b"[22]", "its files have 6 bytes, expected 5"),
    ];
    for (path, content, expected) in faults {
        let folders = Folders::new();
        write(&folders.raw().join("data/training"), &TASKS);
        write(&folders.raw().join("data/training"), &[(path, content)]);
        let error = folders
            .sources_with_raw(manifest(&tables()))
            .locate("probe");
        let message = error.unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn items_are_read_from_an_archive_as_it_lies() {
    let folders = Folders::new();
    let archive = tar(&[
        Member::special("./", tar::EntryType::Directory, ""),
        Member::file("./data/training/b.json", b"[1]"),
        Member::file("./LICENSE", b"MIT"),
        Member::file("./data/training/c.json", b""),
        Member::file("./data/training/a/x.json", b"{}"),
        Member::file("./a.csv", A),
    ]);
    write(&folders.raw(), &[("all.tar.zst", &zst(&archive))]);
    let located = folders
        .sources_with_raw(manifest(&tables()))
        .locate("probe")
        .unwrap();
    let file = located.file("a.csv").unwrap();
    assert_eq!(
        (file.read().unwrap().as_slice(), file.plain_path()),
        (A, None)
    );
    let folder = located.folder("data/training").unwrap();
    let expected = TASKS.map(|(path, content)| (path.to_owned(), content.to_vec()));
    assert_eq!(folder.read().unwrap(), expected);
    assert_eq!(folder.plain_path(), None);
    assert_eq!(
        folders.everything(),
        ["raw/all.tar.zst"],
        "locating writes nothing"
    );
}

#[test]
fn what_is_absent_is_explained() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", b"short")]);
    let error = folders
        .sources_with_raw(one_file())
        .locate("probe")
        .unwrap_err();
    let shown = error
        .to_string()
        .replace(folders.raw().parent().unwrap().to_str().unwrap(), "~");
    assert_eq!(
        shown,
        "the source `probe` is not complete:\n  \
           `a.csv`\n    \
             `~/raw/a.csv` is something else: it has 5 bytes, expected 20\n    \
             there is no `~/raw/probe/a.csv`\n    \
             there is no `~/raw/elsewhere/a_train.csv`\n    \
             there is no `~/cache/probe/r1/a.csv`\n    \
             it comes from https://home.example/a.csv\n    \
             it can be put at `~/cache/probe/r1/a.csv`\n\
         `hrm data fetch probe` gets it from its home, https://home.example/probe"
    );
}

#[test]
fn a_source_without_a_home_says_so() {
    let text = manifest_text(&file_table("a.csv", A, ""));
    let text = text.replace("home = 'https://home.example/probe'\n", "");
    let manifest = Manifest::parse("probe.toml", &text).unwrap();
    let error = Folders::new()
        .sources(manifest)
        .locate("probe")
        .unwrap_err()
        .to_string();
    assert!(error.contains("published nowhere"), "{error}");
    assert!(error.contains("--from FOLDER"), "{error}");
}

#[test]
fn unknown_names_are_answered_with_the_known_ones() {
    let folders = Folders::new();
    write(&folders.raw(), &[("a.csv", A)]);
    let sources = folders.sources_with_raw(one_file());
    let error = sources.locate("prob").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no source `prob`; there are `probe`"
    );
    let error = sources.locate("probe").unwrap().file("b.csv").unwrap_err();
    assert!(matches!(&error, SourceError::NoItem { known, .. } if known == &["a.csv"]));
}
