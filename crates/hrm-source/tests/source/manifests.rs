//! The embedded manifests, and what is said of wrong ones.

use crate::support::{file_table, folder_table, manifest_text};
use hrm_source::{Manifest, embedded_manifests};
use std::fs;
use std::path::Path;

#[test]
fn the_embedded_manifests_are_the_folder_datasets() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    let files = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "toml"));
    let mut parsed: Vec<_> = files
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            Manifest::parse(&file.to_string_lossy(), &text).unwrap()
        })
        .collect();
    parsed.sort_by(|a, b| a.name.cmp(&b.name));
    let embedded = embedded_manifests().unwrap();
    let names = |manifests: &[Manifest]| -> Vec<String> {
        manifests
            .iter()
            .map(|manifest| manifest.name.clone())
            .collect()
    };
    assert_eq!(names(&embedded), names(&parsed));
    assert!(embedded == parsed);
}

#[test]
fn addresses_of_a_manifest_hold_its_revision() {
    for manifest in embedded_manifests().unwrap() {
        let files = manifest.files.iter().filter_map(|file| file.url.as_ref());
        let download = manifest.download.as_ref().map(|download| &download.url);
        for url in files.chain(download) {
            let revision = &manifest.revision;
            assert!(
                url.as_str().contains(revision.as_str()),
                "{url} lacks {revision}"
            );
        }
    }
}

/// What a wrong manifest's message must contain, beside the file's name.
fn message(text: &str) -> String {
    let error = Manifest::parse("dir/probe.toml", text)
        .unwrap_err()
        .to_string();
    assert!(error.contains("`dir/probe.toml`"), "{error}");
    error
}

#[test]
fn errors_name_the_key() {
    let file = file_table("a.csv", b"a", "url = 'https://a.org/a'");
    let right = manifest_text(&file);
    Manifest::parse("dir/probe.toml", &right).unwrap();
    // What is replaced by what, and what the message says then.
    let cases = [
        ("name = 'probe'", "name = 'other'", "key `name`"),
        ("name = 'probe'", "name = 'Probe'", "key `name`"),
        ("title = 'Probe'", "title = ' '", "key `title`"),
        ("title = 'Probe'\n", "", "missing field `title`"),
        ("title =", "titel =", "unknown field `titel`"),
        ("rows = 1", "row = 1", "unknown field `row`"),
        ("rows = 1\n", "", "key `file[0].rows`"),
        ("rows = 1\n", "rows = 1\ntasks = 1\n", "key `file[0].rows`"),
        ("revision = 'r1'", "revision = '../r1'", "key `revision`"),
        ("home = 'https://", "home = 'http://", "home = 'http://home"),
        (
            "home = 'https://home.example/probe'\n",
            "",
            "key `file[0].url`",
        ),
        ("url = 'https://a.org/a'", "", "key `file[0].url`"),
        (
            "url = 'https://a.org/a'",
            "url = 'ftp://a.org/a'",
            "url = 'ftp://a.org/a'",
        ),
        ("path = 'a.csv'", "path = '../a.csv'", "path = '../a.csv'"),
        ("sha256 = '", "sha256 = 'x", "is not a SHA-256"),
        ("size = 1", "size = -1", "size = -1"),
        (
            "hash_of = 'original'",
            "hash_of = 'me'",
            "unknown variant `me`",
        ),
        (
            "verified = 'all'",
            "verified = 'all'\narchives = ['a.rar']",
            "key `archives`",
        ),
    ];
    for (old, new, expected) in cases {
        let wrong = right.replacen(old, new, 1);
        assert_ne!(wrong, right, "{old} is not in the manifest");
        let message = message(&wrong);
        assert!(message.contains(expected), "{new}: {message}");
    }
}

#[test]
fn errors_of_folders_and_of_no_items() {
    let folder = folder_table("data", &[("a.json", b"{}")]);
    let download = "[download]\nurl = 'https://a.org/a'\nformat = 'tar.gz'\n";
    let right = manifest_text(&format!("{download}{folder}"));
    Manifest::parse("dir/probe.toml", &right).unwrap();
    let cases = [
        (right.replace(download, ""), "key `folder[0].path`"),
        (
            right.replace("files = 1", "files = 0"),
            "key `folder[0].files`",
        ),
        (
            right.replace("'json'", "'.json'"),
            "key `folder[0].extension`",
        ),
        (right.replace("'tar.gz'", "'rar'"), "unknown variant `rar`"),
        (right.replace(&folder, ""), "at least one"),
        (format!("{right}{folder}"), "key `data"),
        (
            format!("{right}{}", folder.replace("'data'", "'data/more'")),
            "key `data/more",
        ),
        (
            format!("{right}{}", file_table("data/b", b"", "")),
            "key `data",
        ),
    ];
    for (wrong, expected) in cases {
        let message = message(&wrong);
        assert!(message.contains(expected), "{message}");
    }
}
