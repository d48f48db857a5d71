//! Benchmarks by name, on the raw data beside the repository.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{arrays_hash, build, files, on_threads, shared};
use hrm_config::{Benchmark, Split};
use hrm_dataset::{Dataset, DatasetError, TrainSampler, raw_items};
use hrm_source::Sources;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn benchmark(config: Value) -> Result<Dataset, DatasetError> {
    build(config, Path::new(""))
}

/// A small sample of a benchmark.
fn sample(name: &str) -> Value {
    json!({
        "seed": 3, "benchmark": name, "subsample": 12, "test_rows": 5, "validation": 3,
        "augmentations": 3, "allow_leakage": "a test"
    })
}

/// One golden hash for each recipe whose raw data is there.
#[test]
fn golden_samples_do_not_change_and_do_not_depend_on_threads() {
    // A change here changes every dataset that users have built: raise the semantics version of
    // the dataset stage with it.
    let cases = [
        ("sudoku-extreme-15k", "bdd32edaa85a7b95"),
        ("sudoku-bench", "17c9c69e1a73a00b"),
        ("sudoku-tdoku", "d33adca3c0d6923f"),
        ("sudoku-6x6", "23efdf3f4ed7fdda"),
        ("maze-hard", "d19bd03f0e1ce5e2"),
        ("maze-generated", "ab29249749c53ecd"),
        ("arc-1d", "7e22681c207d0262"),
        ("hrm-arc-1", "365bc33adf46a8ed"),
        ("hrm-arc-2", "ea5d9e6df31be2bd"),
        ("trm-arc-1", "b4c9f56797f7f352"),
        ("trm-arc-2", "6263f6f23de3f6ee"),
    ];
    if shared().is_none() {
        return;
    }
    let hash = |name| arrays_hash(&benchmark(sample(name)).unwrap());
    let hashes: Vec<_> = cases
        .iter()
        .map(|&(name, _)| {
            let one = on_threads(1, || hash(name));
            assert_eq!(on_threads(2, || hash(name)), one, "{name}");
            (name, one)
        })
        .collect();
    let expected = cases.map(|(name, hash)| (name, hash.to_owned()));
    assert_eq!(hashes, expected);
}

#[test]
fn whole_benchmarks_have_their_rows() {
    if shared().is_none() {
        return;
    }
    for name in ["sudoku-bench", "sudoku-6x6", "maze-hard", "maze-generated"] {
        let config: hrm_config::DatasetConfig =
            serde_json::from_value(json!({"benchmark": name})).unwrap();
        let known = [Split::Train, Split::Test].map(|split| config.known_puzzles(split).unwrap());
        let dataset = benchmark(json!({"benchmark": name})).unwrap();
        let groups = |split| dataset.split(split).unwrap().groups();
        assert_eq!([Split::Train, Split::Test].map(groups), known, "{name}");
        let augmented = 1 + config.augmentations() as usize;
        let train = dataset.split(Split::Train).unwrap();
        assert_eq!(train.examples(), augmented * known[0]);
        assert!(dataset.card.description.contains(name));
        let kind = hrm_dataset::expected_puzzle(&config).unwrap();
        assert_eq!(dataset.card.puzzle, kind);
    }
}

/// Of 1D-ARC the tasks that fit, every fifth one evaluated, and none shown in training.
#[test]
fn one_dimensional_tasks_are_those_that_fit() {
    if shared().is_none() {
        return;
    }
    let dataset = benchmark(json!({"benchmark": "arc-1d", "augmentations": 0})).unwrap();
    let plan = dataset.arc().unwrap();
    assert_eq!(plan.tasks().len(), 609);
    assert_eq!(plan.evaluation_tasks().count(), 124);
    assert_eq!(dataset.card.leakage, None);
}

#[test]
fn an_arc_plan_is_read_back_with_the_same_batches_written_out_or_not() {
    if shared().is_none() {
        return;
    }
    let dataset = benchmark(sample("trm-arc-2")).unwrap();
    let draw = |dataset: &Dataset| {
        let mut sampler = TrainSampler::new(dataset.split(Split::Train).unwrap(), 30, 1);
        (0..20).map(|_| sampler.next_batch()).collect::<Vec<_>>()
    };
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [small, whole] = &folders;
    dataset.write(small.path()).unwrap();
    dataset.write_materialized(whole.path()).unwrap();
    assert!(!small.path().join("train/all__inputs.npy").exists());
    assert!(whole.path().join("train/all__inputs.npy").exists());
    assert_eq!(Dataset::read(small.path()).unwrap(), dataset);
    for folder in &folders {
        let read = Dataset::read(folder.path()).unwrap();
        assert_eq!(read.arc(), dataset.arc());
        assert_eq!(read.identifiers(), dataset.identifiers());
        assert!(draw(&read) == draw(&dataset));
    }
}

/// Validation tasks are held out like evaluation tasks, and nothing of them is shown elsewhere.
#[test]
fn validation_tasks_keep_their_test_pairs_from_training() {
    if shared().is_none() {
        return;
    }
    let mut config = sample("hrm-arc-2");
    config["validation"] = json!(6);
    config["allow_leakage"] = Value::Null;
    let dataset = benchmark(config).unwrap();
    let plan = dataset.arc().unwrap();
    let tasks = |role| {
        plan.tasks_of(role)
            .map(|task| task.name().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(tasks(hrm_arc::Role::Training).len(), 6);
    let validation = dataset.split(Split::Validation).unwrap();
    assert_eq!(tasks(hrm_arc::Role::Validation).len(), 6);
    assert_eq!(validation.groups(), 6);
    // Identifiers that were trained, as in the test split.
    let train = dataset.split(Split::Train).unwrap();
    let trained: Vec<i32> = (0..train.puzzles())
        .map(|p| train.puzzle_identifier(p))
        .collect();
    assert!((0..validation.puzzles()).all(|p| trained.contains(&validation.puzzle_identifier(p))));
    let label = |split: Split, example| dataset.split(split).unwrap().label(example).into_owned();
    let shown: Vec<_> = (0..train.examples())
        .map(|e| label(Split::Train, e))
        .collect();
    let first = validation.puzzle_examples(0).start;
    assert!(!shown.contains(&label(Split::Validation, first)));
}

#[test]
fn the_known_leaks_of_arc_1_are_refused_and_told() {
    if shared().is_none() {
        return;
    }
    let mut config = json!({"benchmark": "hrm-arc-1", "augmentations": 0});
    let error = benchmark(config.clone()).unwrap_err().to_string();
    for task in [
        "070dd51e",
        "40853293",
        "50a16a69",
        "caa06a1f",
        "2 puzzles",
        "allow_leakage",
    ] {
        assert!(error.contains(task), "`{task}` in `{error}`");
    }
    config["allow_leakage"] = json!("as published");
    let leakage = benchmark(config).unwrap().card.leakage.unwrap();
    assert_eq!(
        (leakage.pairs, leakage.reason.as_str()),
        (2, "as published")
    );
}

/// With the published draws the whole training set of TRM has the published number of puzzles.
#[test]
fn published_draws_make_the_published_arc_1() {
    if shared().is_none() {
        return;
    }
    let config = json!({
        "benchmark": "trm-arc-1", "seed": 42, "draws": "published", "allow_leakage": "as published"
    });
    let dataset = benchmark(config).unwrap();
    let counts = &dataset.card.splits;
    assert_eq!(dataset.arc().unwrap().identifiers(), 876_406);
    assert_eq!(counts[&Split::Train].examples, 3_633_410);
    assert_eq!(counts[&Split::Test].examples, 385_815);
}

#[test]
fn more_than_there_is_is_refused_by_name() {
    if shared().is_none() {
        return;
    }
    for (key, value, expected) in [
        ("subsample", 2000, "1000 training tasks"),
        ("test_rows", 121, "120 evaluation tasks"),
        ("validation", 1000, "training tasks"),
    ] {
        let error = benchmark(json!({"benchmark": "hrm-arc-2", "augmentations": 0, key: value}));
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains(key), "{error}");
    }
}

#[test]
fn missing_raw_data_says_how_to_get_it() {
    let sources = Sources::new(PathBuf::from("nowhere"), None).unwrap();
    for benchmark in Benchmark::ALL {
        let config = serde_json::from_value(json!({"benchmark": benchmark})).unwrap();
        let error = hrm_dataset::build(&config, Path::new(""), &sources, &mut |_, _, _| {});
        let error = error.unwrap_err().to_string();
        let items = raw_items(benchmark);
        let (source, _) = items.first().unwrap();
        assert!(error.contains("hrm data fetch"), "{error}");
        assert!(
            items.iter().any(|(source, _)| error.contains(source)),
            "{source}: {error}"
        );
        // Cache keys take the hash from the manifest, so each item must be in it.
        for (source, path) in items {
            let manifest = sources.manifest(source).unwrap();
            assert!(manifest.sha256(&path).is_some(), "{source}/{path}");
        }
    }
}

#[test]
fn a_damaged_plan_is_refused() {
    if shared().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let write = || {
        benchmark(sample("hrm-arc-2"))
            .unwrap()
            .write(dir.path())
            .unwrap();
    };
    let cases = [
        (
            "arc/plan.json",
            "\"augmentations\": 3",
            "\"augmentations\": 2",
            "not those of the plan",
        ),
        (
            "arc/plan.json",
            "\"hrm\"",
            "\"none\"",
            "not the expected JSON",
        ),
        (
            "arc/tasks-0.json",
            "\"input\": [[",
            "\"input\": [[10, ",
            "arc/tasks-0.json",
        ),
        (
            "train/dataset.json",
            "\"total_groups\": ",
            "\"total_groups\": 1",
            "not those of the plan",
        ),
    ];
    for (file, from, to, expected) in cases {
        write();
        common::edit_file(&dir.path().join(file), from, to);
        let error = Dataset::read(dir.path()).unwrap_err().to_string();
        assert!(error.contains(expected), "`{expected}` in `{error}`");
    }
    write();
    std::fs::remove_file(dir.path().join("arc/tasks-1.json")).unwrap();
    assert!(Dataset::read(dir.path()).is_err());
    assert!(!files(dir.path()).is_empty());
}
