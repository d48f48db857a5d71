//! Every command of the README runs: with the workflows at a size that takes a second, and with
//! `cargo` standing for the program under test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Keys that decide how long a workflow takes, with the value for this test.
const SMALL: [(&str, &str); 9] = [
    ("augmentations", "1"),
    ("train", "40"),
    ("validation", "8"),
    ("test", "12"),
    ("steps", "4"),
    ("lr_warmup_steps", "2"),
    ("eval_interval", "2"),
    ("batch_size", "8"),
    // So small a training reaches nothing.
    ("at_least", "0.0"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A workflow with the same stages and keys, but little to do.
fn shrink(text: &str) -> String {
    let line = |line: &str| {
        let small = line.split_once(" = ").and_then(|(key, value)| {
            let is_number = value.parse::<f64>().is_ok();
            SMALL.iter().find(|(name, _)| *name == key && is_number)
        });
        small.map_or_else(
            || line.to_owned(),
            |(key, value)| format!("{key} = {value}"),
        )
    };
    text.lines().map(|l| line(l) + "\n").collect()
}

/// The lines of all `sh` blocks of the README.
fn commands(readme: &str) -> Vec<String> {
    let blocks = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

/// Stands for cargo: `run` starts the program, `test` is what runs this, anything else fails.
const CARGO: &str = r#"#!/bin/sh
case "$*" in
"run --release --locked -- "*) shift 4; exec hrm "$@" ;;
"test --release --locked --workspace") exit 0 ;;
*) echo "the README says: cargo $*" >&2; exit 1 ;;
esac
"#;

#[test]
fn every_command_of_the_readme_runs() {
    let folder = tempfile::tempdir().unwrap();
    let workflows = folder.path().join("workflows");
    fs::create_dir(&workflows).unwrap();
    for entry in fs::read_dir(root().join("workflows")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let text = shrink(&fs::read_to_string(&path).unwrap());
            fs::write(workflows.join(path.file_name().unwrap()), text).unwrap();
        }
    }
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    fs::write(bin.join("cargo"), CARGO).unwrap();
    fs::set_permissions(bin.join("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink(assert_cmd::cargo::cargo_bin!("hrm"), bin.join("hrm")).unwrap();

    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let commands = commands(&readme);
    assert!(commands.len() > 15, "{commands:?}");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for command in commands {
        let output = Command::new("sh")
            .args(["-ec", &command])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env_remove("HRM_STATE")
            .env_remove("HRM_DATA_DIR")
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{command}` failed: {stderr}");
    }
}

#[test]
fn shipped_workflows_are_valid() {
    for entry in fs::read_dir(root().join("workflows")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            if let Err(error) = hrm_workflow::load(&path, &[]) {
                panic!("{error}");
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(
                text.starts_with("#:schema schema.json\n"),
                "{}",
                path.display()
            );
        }
    }
}
