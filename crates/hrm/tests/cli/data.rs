//! `hrm data`.

use crate::bench::Bench;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::{contains, is_empty};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const HEADER: &str = "source,question,answer,rating\n";
/// Two rows of one class, and one of another.
const ROW: &str = "a,1234341221434...,1234341221434321,3\n";
const TRANSPOSED: &str = "a,1324241.314.423.,1324241331424231,3\n";
const OTHER: &str = "a,123434122143....,1234341221434321,5\n";

/// A folder `rows` with `train.csv` and `test.csv`.
fn rows(train: &str, test: &str) -> Bench {
    let bench = Bench::new();
    fs::create_dir(bench.path().join("rows")).unwrap();
    bench.write("rows/train.csv", &format!("{HEADER}{train}"));
    bench.write("rows/test.csv", &format!("{HEADER}{test}"));
    bench
}

/// The raw data beside the project; nothing, with a line that says so, where it is absent.
fn raw() -> Option<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/datasets");
    if dir.is_dir() {
        return Some(dir.canonicalize().unwrap());
    }
    println!("skipped: there is no {}", dir.display());
    None
}

#[test]
fn sources_are_listed_whether_they_are_here_or_not() {
    let bench = Bench::new();
    let text = bench.stdout(&["data", "list"]);
    assert!(
        text.contains("sudoku-extreme-1k") && text.contains("not here"),
        "{text}"
    );
    let listed = bench.json(&["data", "list", "--json"]);
    let source = &listed[0];
    assert_eq!(source["name"], "arc-1d");
    assert_eq!(source["state"]["is"], "absent");
    assert!(
        !bench.path().join(".hrm").exists(),
        "a look changes nothing"
    );
}

#[test]
fn a_source_that_cannot_be_had_is_said_with_a_cure() {
    let bench = Bench::new();
    let cases: [(&[&str], &str); 5] = [
        (
            &["data", "fetch", "sudoku-extrem"],
            "did you mean `sudoku-extreme`?",
        ),
        (
            &["data", "fetch", "sudoku-extreme-15k"],
            "takes it from a folder that has it",
        ),
        (
            &["data", "fetch", "maze-hard", "--from", "."],
            "there is no `./maze/train.csv`",
        ),
        (
            &["data", "audit", "maze-hard"],
            "`hrm data fetch maze-hard`",
        ),
        (
            &["data", "inspect", "maze-hart"],
            "did you mean `maze-hard`?",
        ),
    ];
    for (arguments, message) in cases {
        let assert = bench.hrm(arguments).assert().code(2);
        assert.stdout(is_empty()).stderr(contains(message));
    }
}

#[test]
fn a_source_is_fetched_from_a_folder_and_used_from_the_cache() {
    let Some(raw) = raw() else { return };
    let bench = Bench::new();
    let fetch = [
        "data",
        "fetch",
        "maze-hard",
        "--from",
        raw.to_str().unwrap(),
    ];
    let assert = bench.hrm(&fetch).assert().success();
    assert
        .stdout(contains("maze-hard: here and verified").and(contains("is a copy")))
        .stderr(contains("Copying train.csv").and(contains("Ready")));
    // The second time there is nothing to do.
    bench.hrm(&fetch).assert().success().stderr(is_empty());
    let file = bench.path().join(".hrm/data/maze-hard");
    assert!(file.is_dir());
    let text = bench.stdout(&["data", "audit", "maze-hard"]);
    assert!(
        text.contains("no two splits of one dataset share a puzzle"),
        "{text}"
    );

    // A fetch looks into the folder of raw data before it asks the network.
    let mut command = bench.hrm(&["data", "fetch", "sudoku-bench"]);
    command
        .env("HRM_DATA_DIR", &raw)
        .env("https_proxy", "http://127.0.0.1:1");
    command
        .assert()
        .success()
        .stdout(contains("sudoku-bench: here"));
}

#[test]
fn an_audit_of_the_raw_sets_finds_what_is_known() {
    let Some(raw) = raw() else { return };
    let bench = Bench::new();
    let raw = raw.to_str().unwrap();
    let arguments = ["data", "audit", "arc-agi-1", "arc-agi-2", "--data-dir", raw];
    let assert = bench.hrm(&arguments).assert().code(5);
    assert.stdout(
        contains("LEAK arc-agi-1 training (train) and arc-agi-1 evaluation (test)")
            .and(contains("40853293 and 070dd51e: the same"))
            .and(contains("376 of one name"))
            .and(contains("6 of one name"))
            .and(contains("1 leak between splits of one dataset")),
    );
    let mut command = bench.hrm(&[&arguments[..], &["--json"]].concat());
    let output = command.assert().code(5).get_output().stdout.clone();
    let audit: Value = serde_json::from_slice(&output).unwrap();
    let overlaps = audit["overlaps"].as_array().unwrap();
    let leaks: Vec<_> = overlaps
        .iter()
        .filter(|overlap| overlap["leak"] == true)
        .collect();
    assert_eq!(leaks.len(), 1);
    assert_eq!(leaks[0]["shared"][0]["second"], "070dd51e");
}

#[test]
fn an_audit_exits_with_5_on_leaks_and_wrong_answers_only() {
    let bench = rows(ROW, OTHER);
    let text = bench.stdout(&["data", "audit", "rows"]);
    assert!(
        text.contains("rows train.csv") && text.contains("no two splits"),
        "{text}"
    );

    let bench = rows(ROW, &format!("{OTHER}{TRANSPOSED}"));
    for arguments in [
        &["data", "audit", "rows"][..],
        &["data", "audit", "rows/train.csv", "rows/test.csv"],
    ] {
        let assert = bench.hrm(arguments).assert().code(5);
        assert.stdout(contains("line 2 and line 3: symmetric"));
    }

    let wrong = ROW.replace("4321,3", "4312,3");
    let bench = rows(ROW, &wrong);
    let assert = bench.hrm(&["data", "audit", "rows"]).assert().code(5);
    assert.stdout(contains("line 2: the answer does not solve the question"));

    bench.write("rows/test.csv", &format!("{HEADER}a,12345,12345,1\n"));
    let assert = bench.hrm(&["data", "audit", "rows"]).assert().code(2);
    assert.stderr(contains("test.csv`, line 2"));
}

#[test]
fn a_built_dataset_is_audited_inspected_and_exported_by_its_stage() {
    let bench = Bench::new();
    bench
        .hrm(&["run", "tiny.toml", "dataset.sudoku"])
        .assert()
        .success();
    let text = bench.stdout(&["data", "audit", "dataset.sudoku"]);
    assert!(
        text.contains("dataset.sudoku validation  validation  8"),
        "{text}"
    );

    let text = bench.stdout(&[
        "data", "inspect", "sudoku", "--split", "train", "--count", "1",
    ]);
    for part in [
        "24 4×4 Sudokus",
        "givens: ",
        "group 0",
        "augmentation 3",
        "┌─────┬─────┐",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("(test)"), "{text}");
    let assert = bench
        .hrm(&["data", "inspect", "rows", "--split", "exam"])
        .assert()
        .code(2);
    assert.stderr(contains("use `train`, `validation` or `test`"));

    bench.stdout(&["data", "inspect", "sudoku", "--html", "page.html"]);
    let page = fs::read_to_string(bench.path().join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("<svg"));

    bench.stdout(&["data", "export", "sudoku", "--out", "published"]);
    assert!(
        bench
            .path()
            .join("published/train/all__inputs.npy")
            .is_file()
    );
    bench.stdout(&[
        "data", "export", "sudoku", "--out", "csv", "--format", "csv",
    ]);
    let train = fs::read_to_string(bench.path().join("csv/train.csv")).unwrap();
    assert_eq!(train.lines().count(), 25);
    let assert = bench
        .hrm(&["data", "export", "sudoku", "--out", "csv"])
        .assert()
        .code(2);
    assert.stderr(contains("`csv` is there already"));

    // What was exported holds the same puzzles.
    let audit = ["data", "audit", "published", "csv", "--json"];
    let audit = bench.json(&audit);
    let overlaps = audit["overlaps"].as_array().unwrap();
    assert_eq!(overlaps.len(), 3);
    for (overlap, puzzles) in overlaps.iter().zip([24, 8, 12]) {
        assert_eq!(overlap["shared"].as_array().unwrap().len(), puzzles);
    }
    let import = ["data", "import", "csv", "--out", "imported"];
    let assert = bench.hrm(&import).assert().success();
    assert.stderr(contains("`csv/validation.csv` is left out"));
}

#[test]
fn parquet_files_are_written_and_not_read() {
    let bench = rows(ROW, OTHER);
    let export = [
        "data", "export", "rows", "--format", "parquet", "--out", "written",
    ];
    bench.stdout(&export);
    let bytes = fs::read(bench.path().join("written/train.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));

    fs::write(bench.path().join("rows/train.csv"), bytes).unwrap();
    let assert = bench
        .hrm(&["data", "import", "rows", "--out", "dataset"])
        .assert();
    let message = contains("rows/train.csv").and(contains("convert it to CSV"));
    assert.code(2).stderr(message);
    assert!(!bench.path().join("dataset").exists());
}

#[test]
fn rows_and_published_folders_are_imported_or_refused_without_a_trace() {
    let bench = rows(&format!("{ROW}{ROW}"), OTHER);
    let text = bench.stdout(&["data", "import", "rows", "--out", "dataset"]);
    assert!(
        text.contains("dataset: 4×4 Sudoku puzzles from CSV files"),
        "{text}"
    );
    bench.stdout(&["data", "import", "dataset", "--out", "again"]);
    for file in ["train/all__inputs.npy", "test/all__labels.npy"] {
        let bytes = |dir: &str| fs::read(bench.path().join(dir).join(file)).unwrap();
        assert_eq!(bytes("dataset"), bytes("again"), "{file}");
    }

    let bench = rows(ROW, TRANSPOSED);
    let assert = bench
        .hrm(&["data", "import", "rows", "--out", "dataset"])
        .assert()
        .code(5);
    assert.stderr(contains("line 2 of").and(contains("up to symmetry")));
    let assert = bench
        .hrm(&["data", "import", "nothing", "--out", "dataset"])
        .assert()
        .code(2);
    assert.stderr(contains("`nothing`"));
    let left = fs::read_dir(bench.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let mut left: Vec<_> = left.collect();
    left.sort();
    assert_eq!(left, ["rows", "tiny.toml"]);
}

#[test]
fn a_benchmark_is_built_without_a_workflow() {
    let bench = Bench::new();
    let mut command = bench.hrm(&["data", "build", "maze-hrd", "--out", "mazes"]);
    command
        .assert()
        .code(2)
        .stderr(contains("did you mean `maze-hard`?"));
    let arguments = [
        "data",
        "build",
        "maze-hard",
        "--out",
        "mazes",
        "--set",
        "subsampel=3",
    ];
    let assert = bench.hrm(&arguments).assert().code(3);
    assert.stderr(contains("subsampel").and(contains("subsample")));
    assert!(!bench.path().join("mazes").exists());

    let Some(raw) = raw() else { return };
    let raw = raw.to_str().unwrap();
    let sets = [
        "subsample=3",
        "augmentations=7",
        "test_rows=2",
        "materialize=true",
    ];
    let mut arguments = vec![
        "data",
        "build",
        "maze-hard",
        "--out",
        "mazes",
        "--data-dir",
        raw,
    ];
    sets.iter().for_each(|set| arguments.extend(["--set", set]));
    let text = bench.stdout(&arguments);
    assert!(
        text.contains("train") && text.contains("\"examples\":24"),
        "{text}"
    );
    let inputs = fs::metadata(bench.path().join("mazes/train/all__inputs.npy")).unwrap();
    assert_eq!(inputs.len(), 128 + 24 * 900);
}

#[test]
fn speed_is_measured_where_the_data_is_here() {
    let bench = Bench::new();
    let assert = bench
        .hrm(&["bench", "data", "sudoku-solvr"])
        .assert()
        .code(2);
    assert.stderr(contains("no measure `sudoku-solvr`").and(contains("sudoku-solver")));
    let assert = bench.hrm(&["bench", "data", "sudoku-solver"]).assert();
    assert
        .failure()
        .stderr(contains("`hrm data fetch sudoku-tdoku --from FOLDER`"));

    let Some(raw) = raw() else { return };
    let raw = raw.to_str().unwrap();
    let measures = ["sudoku-materialized", "sudoku-sampler"];
    let arguments = [
        "bench",
        "data",
        measures[0],
        measures[1],
        "--data-dir",
        raw,
        "--json",
    ];
    let measured = bench.json(&arguments);
    let [built, sampled] = &measured["measures"].as_array().unwrap()[..] else {
        panic!("{measured}");
    };
    // 1,000 puzzles with 1,000 copies, and the 100 rows of the test split.
    assert_eq!(built["count"], 1_001_100);
    // Two bytes a cell, and three 32-bit indices a puzzle.
    assert!(built["bytes_written"].as_u64().unwrap() > 1_001_000 * (2 * 81 + 4 * 2));
    assert_eq!(sampled["name"], measures[1]);
    assert!(sampled["count"].as_u64().unwrap().is_multiple_of(768));
    assert!(sampled["peak_memory"].as_u64().unwrap() > 1 << 20);
}
