//! Opening state folders: new ones, old ones, wrong ones.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;

use common::{set_time, store};
use hrm_store::{Store, StoreError, write_atomic};

#[test]
fn opening_creates_the_folder_and_opening_again_changes_nothing() {
    let (_dir, store) = store();
    assert_eq!(
        fs::read_to_string(store.root().join("version")).unwrap(),
        "1\n"
    );
    let marker = store.root().join("artifacts/marker");
    fs::write(&marker, "").unwrap();
    Store::open(store.root()).unwrap();
    assert!(marker.exists());
}

#[test]
fn raw_data_may_be_there_first() {
    let dir = tempfile::tempdir().unwrap();
    let file = Store::raw_data_path(dir.path()).join("maze-hard/train.csv");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, "").unwrap();
    Store::open(dir.path()).unwrap();
    assert!(file.exists() && dir.path().join("version").exists());
}

#[test]
fn wrong_folders_are_refused_with_a_cure() {
    let dir = tempfile::tempdir().unwrap();
    let folder = |name: &str, file: &str, content: &str| {
        let path = dir.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join(file), content).unwrap();
        path
    };
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let cases = [
        (file, "is not a folder", "--state DIR"),
        (
            folder("foreign", "thesis.tex", ""),
            "is no state folder",
            "--state DIR",
        ),
        (
            folder("newer", "version", "2\n"),
            "has layout 2, but this `hrm` knows layouts up to 1",
            "or a later one",
        ),
        (
            folder("odd", "version", "one"),
            "but holds `one`",
            "write 1 into it",
        ),
        (
            folder("zero", "version", "0"),
            "but holds `0`",
            "write 1 into it",
        ),
    ];
    for (path, message, cure) in cases {
        let before = path.is_dir().then(|| fs::read_dir(&path).unwrap().count());
        let error = Store::open(&path).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert!(
            error.to_string().contains(&*path.to_string_lossy()),
            "{error}"
        );
        assert!(error.help().unwrap().contains(cure), "{:?}", error.help());
        let after = path.is_dir().then(|| fs::read_dir(&path).unwrap().count());
        assert_eq!(before, after, "nothing was written into it");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_refused_with_a_cure() {
    // The kernel's own file system refuses new folders even to the superuser.
    let kernel = std::path::Path::new("/sys");
    if !kernel.join("kernel").exists() {
        println!("skipped: this system has no /sys");
        return;
    }
    let error = Store::open(&kernel.join("hrm-state")).unwrap_err();
    assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("`/sys/hrm-state` cannot be written"),
        "{error}"
    );
    assert!(error.help().unwrap().contains("`--state DIR`"));
}

#[test]
fn first_openings_at_the_same_time_all_succeed() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".hrm");
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| Store::open(&path))).collect();
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
        });
    }
}

#[test]
fn leftovers_of_killed_processes_are_removed_after_a_day() {
    let (_dir, store) = store();
    let tmp = store.root().join("tmp");
    fs::write(tmp.join("old"), "").unwrap();
    set_time(&tmp.join("old"), 1000);
    fs::write(tmp.join("new"), "").unwrap();

    Store::open(store.root()).unwrap();

    assert!(!tmp.join("old").exists());
    assert!(
        tmp.join("new").exists(),
        "it may belong to a process that is just at it"
    );
}

#[test]
fn an_atomic_write_replaces_the_file_and_leaves_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("training.json");
    write_atomic(&path, b"old").unwrap();
    write_atomic(&path, b"new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);

    let error = write_atomic(&dir.path().join("absent/file"), b"").unwrap_err();
    assert!(error.to_string().starts_with("cannot write `"), "{error}");
}

#[cfg(unix)]
#[test]
fn an_atomic_write_gives_the_permissions_of_an_ordinary_file() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let [ordinary, atomic] = ["ordinary", "atomic"].map(|name| dir.path().join(name));
    fs::write(&ordinary, "").unwrap();
    write_atomic(&atomic, b"").unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&atomic), mode(&ordinary));
}
