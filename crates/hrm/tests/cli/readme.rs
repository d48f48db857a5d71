//! Every command of the README runs and prints what the README shows of it: with the workflows at a size
//! that takes a second, and with `cargo` standing for the program under test.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

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

/// An output that the README shows: the command, and what it printed.
struct Shown {
    command: String,
    output: String,
}

/// The `text` blocks of the README below a line `<!-- output of: COMMAND -->`.
fn shown_outputs(readme: &str) -> Vec<Shown> {
    let blocks = readme.split("<!-- output of: ").skip(1);
    let shown = blocks.map(|rest| {
        let (command, rest) = rest.split_once(" -->\n```text\n").unwrap();
        let (output, _) = rest.split_once("```").unwrap();
        Shown {
            command: command.to_owned(),
            output: output.to_owned(),
        }
    });
    shown.collect()
}

/// What a line ends with only where something was found.
const FOUND: [&str; 2] = [" (puzzles ", "; one of "];

/// A text as a smaller workflow must print it, too: with `#` for everything that has a digit (or is a
/// missing value) and the units after it, one space for several, and without what only results bring.
fn without_numbers(text: &str) -> Vec<String> {
    let is_number = |word: &str| word == "–" || word.contains(|c: char| c.is_ascii_digit());
    let is_unit = |word: &str| {
        [
            "%", "s", "ms", "min", "h", "kFLOP", "MFLOP", "GFLOP", "TFLOP",
        ]
        .contains(&word)
    };
    let line = |line: &str| {
        let end = FOUND.iter().filter_map(|found| line.find(found)).min();
        let mut words: Vec<&str> = Vec::new();
        for word in line[..end.unwrap_or(line.len())].split_whitespace() {
            let after_number = words.last() == Some(&"#");
            match word {
                word if is_number(word) && after_number => {}
                word if is_number(word) => words.push("#"),
                word if is_unit(word) && after_number => {}
                word => words.push(word),
            }
        }
        words.join(" ")
    };
    text.lines().map(line).collect()
}

/// Stands for cargo: `run` starts the program, `test` is what runs this, anything else fails.
const CARGO: &str = r#"#!/bin/sh
case "$*" in
"run --release --locked -- "*) shift 4; exec hrm "$@" ;;
"test --release --locked --workspace") exit 0 ;;
*) echo "the README says: cargo $*" >&2; exit 1 ;;
esac
"#;

/// A folder with the workflows at a size that takes a second, and the program on its path.
struct FreshClone {
    folder: TempDir,
    path: String,
}

impl FreshClone {
    fn new() -> Self {
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
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        Self { folder, path }
    }

    /// What a command prints on standard output; it must succeed.
    fn run(&self, command: &str) -> String {
        let output = Command::new("sh")
            .args(["-ec", command])
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .env_remove("HRM_STATE")
            .env_remove("HRM_DATA_DIR")
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{command}` failed: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn every_command_of_the_readme_runs_and_prints_what_the_readme_shows() {
    let clone = FreshClone::new();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let commands = commands(&readme);
    assert!(commands.len() > 15, "{commands:?}");
    let mut shown = shown_outputs(&readme);
    assert!(shown.len() >= 3, "the README shows too few outputs");
    for command in commands {
        let output = clone.run(&command);
        if let Some(place) = shown.iter().position(|shown| shown.command == command) {
            let shown = shown.swap_remove(place);
            assert_eq!(
                without_numbers(&output),
                without_numbers(&shown.output),
                "`{command}` does not print what the README shows"
            );
        }
    }
    let rest: Vec<String> = shown.into_iter().map(|shown| shown.command).collect();
    assert_eq!(
        rest, [""; 0],
        "outputs of commands that the README does not name"
    );
}

#[test]
fn outputs_are_compared_but_for_their_numbers() {
    let words = |text: &str| without_numbers(text).join("|");
    assert_eq!(
        words("time  1 min 3 s  –\nok"),
        words("time 450 ms 2 s\nok")
    );
    assert_ne!(words("time 1 s"), words("times 1 s"));
    assert_ne!(words("a 1\nb"), words("a 1"));
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
