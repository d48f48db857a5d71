//! The folders that the published builders made are read, and written again as they were.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{build, files, shared};
use hrm_arc::Convention;
use hrm_config::Split;
use hrm_dataset::{Dataset, SplitData, TrainSampler, eval_batches, eval_examples};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Every folder below `dir` that has a `train/dataset.json`.
fn datasets(dir: &Path) -> Vec<PathBuf> {
    let meta = Path::new("train/dataset.json");
    files(dir)
        .into_iter()
        .filter(|file| file.ends_with(meta))
        .map(|file| file.ancestors().nth(2).unwrap().to_path_buf())
        .collect()
}

#[test]
fn every_published_folder_is_read_and_written_back_unchanged() {
    let Some(shared) = shared() else { return };
    let found = datasets(&shared.join("fixtures"));
    assert!(found.len() >= 16, "only {} folders", found.len());
    for folder in found {
        let dataset = Dataset::read(&folder).unwrap();
        let copy = tempfile::tempdir().unwrap();
        dataset.write(copy.path()).unwrap();
        assert_eq!(
            Dataset::read(copy.path()).unwrap(),
            dataset,
            "{}",
            folder.display()
        );
        for file in files(copy.path()) {
            if file.extension().is_some_and(|extension| extension == "npy") {
                let original = folder.join(file.strip_prefix(copy.path()).unwrap());
                assert_same_array(&original, &file);
            }
        }
    }
}

/// Byte-identical files, or, where the original's tokens are wider than a byte, the same values.
fn assert_same_array(original: &Path, copy: &Path) {
    let (original_bytes, copy_bytes) = (
        std::fs::read(original).unwrap(),
        std::fs::read(copy).unwrap(),
    );
    if original_bytes[..128]
        .windows(5)
        .any(|text| text == b"'<i8'")
    {
        let narrow: Vec<u8> = original_bytes[128..]
            .chunks(8)
            .map(|item| item[0])
            .collect();
        assert!(narrow == copy_bytes[128..], "{}", original.display());
    } else {
        assert!(original_bytes == copy_bytes, "{}", original.display());
    }
}

/// Compares the arrays of two datasets, leaving out what only one of the formats has.
fn assert_same_examples(ours: &SplitData, published: &SplitData) {
    assert_eq!(ours.counts(), published.counts());
    for example in 0..ours.examples() {
        assert_eq!(
            ours.input(example),
            published.input(example),
            "example {example}"
        );
        assert_eq!(
            ours.label(example),
            published.label(example),
            "example {example}"
        );
    }
    for puzzle in 0..ours.puzzles() {
        assert_eq!(
            ours.puzzle_identifier(puzzle),
            published.puzzle_identifier(puzzle)
        );
        assert_eq!(
            ours.puzzle_examples(puzzle),
            published.puzzle_examples(puzzle)
        );
    }
    let mut meta = ours.meta().clone();
    meta.total_puzzles = published.meta().total_puzzles;
    assert_eq!(&meta, published.meta());
}

#[test]
fn csv_files_give_what_the_published_builders_make_of_them() {
    let Some(shared) = shared() else { return };
    let data = shared.join("fixtures/data");
    let cases = [
        (
            "sudoku",
            "sudoku_subset_csv",
            Value::Null,
            "hrm_sudoku_noaug",
        ),
        (
            "sudoku",
            "sudoku_subset_csv",
            Value::Null,
            "trm_sudoku_noaug",
        ),
        ("sudoku", "sudoku_subset_csv", json!(20), "hrm_sudoku_min20"),
        ("maze", "maze_subset_csv", Value::Null, "hrm_maze_noaug"),
        ("maze", "maze_subset_csv", Value::Null, "trm_maze_noaug"),
    ];
    for (puzzle, folder, min_rating, published) in cases {
        let csv = json!({"puzzle": puzzle, "train": "train.csv", "test": "test.csv", "min_rating": min_rating});
        let ours = build(json!({"csv": csv}), &data.join(folder)).unwrap();
        let published = Dataset::read(&data.join(published)).unwrap();
        for split in [Split::Train, Split::Test] {
            assert_same_examples(ours.split(split).unwrap(), published.split(split).unwrap());
        }
    }
}

/// Everything that the published builders draw: rows, symmetries, turned mazes.
#[test]
fn published_draws_make_the_published_datasets() {
    let Some(shared) = shared() else { return };
    let data = shared.join("fixtures/data");
    let cases = [
        ("sudoku", 20, 4, "sudoku_sub20_aug4"),
        ("maze", 10, 7, "maze_sub10_aug"),
    ];
    for (puzzle, subsample, augmentations, published) in cases {
        let csv = json!({"puzzle": puzzle, "train": "train.csv", "test": "test.csv", "subsample": subsample});
        let config =
            json!({"seed": 42, "draws": "published", "augmentations": augmentations, "csv": csv});
        let ours = build(config, &data.join(format!("{puzzle}_subset_csv"))).unwrap();
        for (convention, prefix) in [(Convention::Hrm, "hrm"), (Convention::Trm, "trm")] {
            let folder = data.join(format!("{prefix}_{published}"));
            assert_exported(&ours, convention, &folder);
        }
    }
}

#[test]
fn every_published_layout_is_exported_to_the_byte() {
    let Some(shared) = shared() else { return };
    let data = shared.join("fixtures/data");
    let mut exported = 0;
    for folder in datasets(&data) {
        let name = folder.file_name().unwrap().to_str().unwrap();
        let convention = match name.get(..4) {
            Some("hrm_") => Convention::Hrm,
            Some("trm_") => Convention::Trm,
            _ => continue,
        };
        let dataset = build(json!({"folder": {"path": name}}), &data);
        assert_exported(&dataset.unwrap(), convention, &folder);
        exported += 1;
    }
    assert_eq!(exported, 14);
}

/// Exports a dataset and compares every file with the published one.
fn assert_exported(dataset: &Dataset, convention: Convention, published: &Path) {
    let dir = tempfile::tempdir().unwrap();
    dataset.export(dir.path(), convention).unwrap();
    let names = |dir: &Path| -> Vec<PathBuf> {
        let below = |file: PathBuf| file.strip_prefix(dir).unwrap().to_path_buf();
        let files = files(dir).into_iter().map(below);
        // Only a plan knows the tasks behind the grids.
        let known = |file: &PathBuf| file != Path::new("test_puzzles.json");
        files.filter(known).collect()
    };
    assert_eq!(names(dir.path()), names(published));
    for name in names(published) {
        let (ours, theirs) = (dir.path().join(&name), published.join(&name));
        if name.extension().is_some_and(|extension| extension == "npy") {
            assert_same_array(&theirs, &ours);
        } else {
            let text = |path: &Path| std::fs::read_to_string(path).unwrap();
            assert_eq!(text(&ours), text(&theirs), "{}", theirs.display());
        }
    }
}

#[test]
fn published_folders_are_recognized_and_their_splits_checked() {
    let Some(shared) = shared() else { return };
    let data = shared.join("fixtures");
    let cases = [
        (
            "data/hrm_sudoku_sub20_aug4",
            "9×9 Sudoku",
            "share no puzzle",
        ),
        ("data/trm_maze_sub10_aug", "30×30 maze", "share no puzzle"),
        ("data/hrm_arc_subset_aug3", "ARC grid", "share no puzzle"),
        ("units/dataset_tiny", "unknown kind", "was not checked"),
    ];
    for (folder, kind, guarantee) in cases {
        let dataset = build(json!({"folder": {"path": folder}}), &data).unwrap();
        let card = &dataset.card;
        assert!(card.description.contains(kind), "{}", card.description);
        assert!(card.guarantee.contains(guarantee), "{}", card.guarantee);
    }
}

#[test]
fn groups_move_from_an_imported_train_split_to_validation() {
    let Some(shared) = shared() else { return };
    let data = shared.join("fixtures/data");
    let config = json!({"folder": {"path": "hrm_sudoku_sub20_aug4", "validation": 6}});
    let dataset = build(config.clone(), &data).unwrap();
    let train = dataset.split(Split::Train).unwrap();
    let validation = dataset.split(Split::Validation).unwrap();
    assert_eq!((train.groups(), train.puzzles()), (14, 70));
    assert_eq!(
        (validation.groups(), validation.puzzles()),
        (6, 6),
        "originals only"
    );
    assert_eq!(build(config, &data).unwrap(), dataset);
    let original = Dataset::read(&data.join("hrm_sudoku_sub20_aug4")).unwrap();
    let original = original.split(Split::Train).unwrap();
    let is_original = |input: &[u8]| (0..20).any(|group| *original.input(group * 5) == *input);
    assert!((0..6).all(|example| is_original(&validation.input(example))));
}

#[test]
fn evaluation_batches_are_the_published_ones() {
    let Some(shared) = shared() else { return };
    let units = std::fs::read_to_string(shared.join("fixtures/units/units.json")).unwrap();
    let units: Value = serde_json::from_str(&units).unwrap();
    let tiny = Dataset::read(&shared.join("fixtures/units/dataset_tiny")).unwrap();
    let expected = units["dataset_test_batches_gbs4"].as_array().unwrap();
    let test = tiny.split(Split::Test).unwrap();
    let examples = eval_examples(test, None, None);
    let batches: Vec<_> = eval_batches(test, 4, &examples).collect();
    assert_eq!(batches.len(), expected.len());
    let rows = |values: &[i32]| values.chunks(9).map(<[i32]>::to_vec).collect::<Vec<_>>();
    for (batch, expected) in batches.iter().zip(expected) {
        assert_eq!(json!(rows(&batch.inputs)), expected["inputs"]);
        assert_eq!(json!(rows(&batch.labels)), expected["labels"]);
        assert_eq!(
            json!(batch.puzzle_identifiers),
            expected["puzzle_identifiers"]
        );
        assert_eq!(
            json!(batch.examples.iter().flatten().count()),
            expected["global_batch_size"]
        );
    }
}

#[test]
fn training_takes_as_many_batches_as_the_published_code() {
    let Some(shared) = shared() else { return };
    let tiny = Dataset::read(&shared.join("fixtures/units/dataset_tiny")).unwrap();
    // The published run had 8 full batches of 4 in 5 epochs, depending on the puzzles drawn.
    let mut sampler = TrainSampler::new(tiny.split(Split::Train).unwrap(), 4, 0);
    let batches = (0..).take_while(|_| {
        sampler.next_batch();
        sampler.position().epoch < 5
    });
    let count = batches.count();
    assert!((5..=10).contains(&count), "{count}");
}
