//! Every file in `corpus/` is broken, and its message is a snapshot in `snapshots/`. After a
//! change of wording: `INSTA_UPDATE=always cargo test -p hrm-workflow`, then read the difference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

use std::{fs, path::PathBuf};

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_message_says_what_where_and_what_would_be_right() {
    let files = files("tests/corpus");
    assert!(files.len() >= 100, "only {} files", files.len());
    for file in files {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let error = hrm_workflow::load(&file, &[]).expect_err(&name);
        let message = error.to_string();
        assert!(message.starts_with("error: "), "{name}: {message}");
        assert!(error.render(true).contains('\u{1b}'), "{name}: no colors");
        insta::assert_snapshot!(name, message);
    }
}

#[test]
fn files_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let not_text = folder.path().join("not_text.toml");
    fs::write(&not_text, b"name = \"x\"\n# \xff\n").unwrap();
    let large = folder.path().join("large.toml");
    fs::write(&large, "#".repeat(1024 * 1024 + 1)).unwrap();
    let missing = folder.path().join("missing.toml");
    for (path, expected) in [
        (&not_text, "is not UTF-8 text: line 2 has an invalid byte"),
        (&large, "is larger than 1 MiB, the limit for workflow files"),
        (&missing, "does not exist"),
        (
            &folder.path().to_owned(),
            "is a folder, not a workflow file",
        ),
    ] {
        let message = hrm_workflow::load(path, &[]).unwrap_err().to_string();
        assert_eq!(
            message,
            format!("error: the workflow file `{}` {expected}", path.display())
        );
    }
}

#[test]
fn many_messages_are_counted_rather_than_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.toml");
    let stages: String = (0..30).map(|i| format!("[dataset.d{i}]\n")).collect();
    fs::write(&file, format!("name = \"many\"\n{stages}")).unwrap();
    let error = hrm_workflow::load(&file, &[]).unwrap_err();
    assert_eq!(error.count(), 30);
    let message = error.to_string();
    assert_eq!(message.matches("error: ").count(), 20);
    assert!(message.ends_with("note: and 10 more"), "{message}");
}

#[test]
fn deep_nesting_and_long_texts_are_survived() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("arrays", format!("name = {}", "[".repeat(100_000))),
        ("tables", format!("name = {}", "{a=".repeat(100_000))),
        ("dotted", format!("name{} = 1", ".a".repeat(100_000))),
        ("headers", format!("[dataset{}]", ".a".repeat(100_000))),
        ("one_line", format!("name = \"{}\"", "x".repeat(1_000_000))),
        (
            "axes",
            format!(
                "name = \"x\"\n[dataset.d.sweep]\n{}",
                (0..30_000)
                    .map(|i| format!("k{i}=[1,2]\n"))
                    .collect::<String>()
            ),
        ),
        (
            "keys",
            format!(
                "name = \"x\"\n[dataset.d]\n{}",
                (0..50_000).map(|i| format!("k{i}=1\n")).collect::<String>()
            ),
        ),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let message = hrm_workflow::load(&file, &[]).expect_err(name).to_string();
        assert!(message.starts_with("error: "), "{name}");
    }
}
