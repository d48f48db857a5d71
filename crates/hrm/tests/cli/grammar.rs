//! The command line's grammar and exit codes.

use crate::bench::Bench;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty, starts_with};
use std::fs;

#[test]
fn help_lists_every_command_and_exit_code() {
    let bench = Bench::new();
    let help = bench.stdout(&["help"]);
    for command in [
        "run",
        "plan",
        "explain",
        "check",
        "runs",
        "show",
        "metrics",
        "report",
        "schema",
        "completions",
        "doctor",
        "data",
        "store",
    ] {
        assert!(
            help.contains(&format!("\n  {command} ")),
            "{command}: {help}"
        );
    }
    for code in [
        "  0  ", "  1  ", "  2  ", "  3  ", "  4  ", "  5  ", "130  ",
    ] {
        assert!(help.contains(code), "{code}: {help}");
    }
}

#[test]
fn usage_errors_exit_with_2() {
    let bench = Bench::new();
    let cases: [(&[&str], &str); 12] = [
        (&[], "Usage"),
        (&["rnu"], "a similar subcommand exists: 'runs'"),
        (&["run"], "<FILE>"),
        (
            &["run", "tiny.toml", "--device", "gpu"],
            "use `auto`, `cpu`, `cuda` or `cuda:N`",
        ),
        (
            &["run", "tiny.toml", "trian.hrm"],
            "did you mean `train.hrm`?",
        ),
        (&["run", "tiny.toml", "sudokv"], "did you mean `sudoku`?"),
        (
            &["run", "tiny.toml", "--force", "nothing"],
            "no stage is called `nothing`",
        ),
        (&["explain", "tiny.toml"], "<STAGE>"),
        (&["check"], "<FILE>"),
        (&["show", "latest"], "there is no run yet"),
        (&["show", "abc"], "there is no run `abc`"),
        (&["report", "tiny.toml"], "`tiny` was never run"),
    ];
    for (arguments, message) in cases {
        bench
            .hrm(arguments)
            .assert()
            .code(2)
            .stdout(is_empty())
            .stderr(contains(message));
    }
}

#[test]
fn invalid_workflows_exit_with_3() {
    let bench = Bench::new();
    bench.write(
        "bad.toml",
        "name = \"bad\"\n[train.hrm]\ndataset = \"none\"\nsteps = 1\n",
    );
    for arguments in [
        &["run", "bad.toml"][..],
        &["plan", "bad.toml"],
        &["explain", "bad.toml", "hrm"],
        &["check", "bad.toml"],
        &["report", "bad.toml"],
        &["run", "missing.toml"],
        &["run", "tiny.toml", "--set", "train.lrr=1"],
    ] {
        let assert = bench.hrm(arguments).assert().code(3);
        assert.stdout(is_empty()).stderr(starts_with("error"));
    }
    bench
        .hrm(&["check", "bad.toml"])
        .assert()
        .stderr(contains("bad.toml:3").and(contains("`none`")));
}

#[test]
fn check_looks_at_every_file() {
    let bench = Bench::new();
    bench.write("bad.toml", "nam = \"bad\"\n");
    let assert = bench
        .hrm(&["check", "bad.toml", "tiny.toml"])
        .assert()
        .code(3);
    assert
        .stdout("tiny.toml: ok, 6 stages\n")
        .stderr(contains("bad.toml:1"));
    assert!(
        !bench.path().join(".hrm").exists(),
        "a check needs no state"
    );
}

#[test]
fn a_state_folder_that_cannot_be_used_is_said_with_a_cure() {
    let bench = Bench::new();
    bench.write("file", "");
    for arguments in [
        &["runs", "--state", "file"][..],
        &["plan", "tiny.toml", "--state", "file"],
    ] {
        let message = contains("`file` is not a folder").and(contains("`--state DIR`"));
        bench.hrm(arguments).assert().code(1).stderr(message);
    }
    bench
        .hrm(&["runs"])
        .env("HRM_STATE", "elsewhere")
        .assert()
        .success();
    assert!(bench.path().join("elsewhere").is_dir());
}

#[test]
fn schema_and_reference_are_printed() {
    let bench = Bench::new();
    let schema = bench.json(&["schema"]);
    assert!(schema["properties"]["train"].is_object());
    assert!(
        bench
            .stdout(&["schema", "--reference"])
            .contains("hidden_size")
    );
}

/// What the shell's script would ask for the last of these words, and the candidates it would get.
fn candidates(bench: &Bench, shell: &str, words: &[&str]) -> Vec<String> {
    let arguments = [&["--", "hrm"], words].concat();
    let assert = bench
        .hrm(&arguments)
        .env("HRM_COMPLETE", shell)
        .env("_CLAP_COMPLETE_INDEX", words.len().to_string())
        .env("_CLAP_IFS", "\n")
        .assert()
        .success();
    let stdout = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    // zsh and fish get a description after a colon or a tab.
    let candidate = |line: &str| line.split(['\t', ':']).next().unwrap().to_owned();
    stdout.lines().map(candidate).collect()
}

#[test]
fn completions_know_the_commands() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = bench.stdout(&["completions", shell]);
        assert!(script.contains("HRM_COMPLETE"), "{shell}: {script}");
        assert_eq!(candidates(&bench, shell, &["expl"]), ["explain"]);
    }
    assert_eq!(
        candidates(&bench, "bash", &["run", "tiny.toml", "--keep"]),
        ["--keep-going"]
    );
    bench.hrm(&["completions", "csh"]).assert().code(2);
}

#[test]
fn completions_know_runs_stages_and_names() {
    let bench = Bench::new();
    assert_eq!(candidates(&bench, "bash", &["show", "l"]), ["latest"]);
    assert!(
        !bench.path().join(".hrm").exists(),
        "a shell's question changes nothing"
    );
    let stages = candidates(&bench, "bash", &["run", "tiny.toml", "train"]);
    assert_eq!(
        stages,
        ["train.hrm", "train.hrm[seed=0]", "train.hrm[seed=1]"]
    );
    bench.run(&[]);
    let runs = bench.json(&["runs", "--json"]);
    let id = runs[0]["id"].as_str().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        for command in ["show", "metrics", "report"] {
            assert_eq!(candidates(&bench, shell, &[command, &id[..6]]), [id]);
        }
        let evaluations = candidates(&bench, shell, &["compare", "evaluate.test[seed=1"]);
        assert_eq!(evaluations, ["evaluate.test[seed=1]"]);
        let trainings = candidates(&bench, shell, &["solve", "train.hrm[seed=0"]);
        assert_eq!(trainings, ["train.hrm[seed=0]"]);
        let sorted = candidates(&bench, shell, &["runs", "--sort", "-test.q_halt_accuracy."]);
        assert_eq!(sorted, ["-test.q_halt_accuracy.adaptive"]);
        let columns = ["runs", "--columns", "seed,model.hidden"];
        assert_eq!(
            candidates(&bench, shell, &columns),
            ["seed,model.hidden_size"]
        );
        let filter = ["runs", "--where", "seed = 1 and model.hidden"];
        assert_eq!(
            candidates(&bench, shell, &filter),
            ["seed = 1 and model.hidden_size"]
        );
    }
    fs::rename(bench.path().join(".hrm"), bench.path().join("other")).unwrap();
    let elsewhere = ["--state", "other", "show", &id[..6]];
    assert_eq!(candidates(&bench, "bash", &elsewhere), [id]);
    assert_eq!(
        candidates(&bench, "bash", &["show", &id[..6]]),
        Vec::<String>::new()
    );
}

#[test]
fn the_store_is_measured() {
    let bench = Bench::new();
    let size = ["--runs", "3", "--rows", "100", "--puzzles", "60"];
    let measured = bench.json(&[&["bench", "store", "--json"], &size[..]].concat());
    let measures = measured["measures"].as_array().unwrap();
    let names: Vec<&str> = measures
        .iter()
        .map(|m| m["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["runs", "command", "compare", "record"]);
    assert!(
        !bench.path().join(".hrm").exists(),
        "it uses a folder of its own"
    );
}

#[test]
fn doctor_tells_of_devices_and_of_a_broken_state_folder() {
    let bench = Bench::new();
    bench
        .hrm(&["doctor", "--device", "cuda:99"])
        .assert()
        .code(1);
    let assert = bench.hrm(&["doctor"]).assert().success();
    assert.stdout(
        contains("device cpu")
            .and(contains("device cuda"))
            .and(contains("first run")),
    );
    assert!(
        !bench.path().join(".hrm").exists(),
        "a look changes nothing"
    );
    bench.write("file", "");
    let assert = bench
        .hrm(&["doctor", "--json", "--state", "file"])
        .assert()
        .code(1);
    assert.stdout(contains("is not a folder"));
}
