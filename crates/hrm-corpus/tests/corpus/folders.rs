//! Folders with raw files, and those of datasets.

use crate::shared;
use hrm_audit::{Place, Puzzle, PuzzleSet, audit};
use hrm_config::Split;
use hrm_corpus::{CorpusError, of_path};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const HEADER: &str = "source,question,answer,rating\n";
const TASK: &str = r#"{"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]], "output": [[4]]}]}"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// Name, split and number of puzzles of each set.
fn summary(sets: &[PuzzleSet]) -> Vec<(&str, Split, usize)> {
    let sets = sets.iter();
    sets.map(|set| (&*set.name, set.split, set.entries.len()))
        .collect()
}

#[test]
fn rows_and_tasks_are_found_at_any_depth() {
    let sudoku = format!("{HEADER}a,1234341221434...,1234341221434321,5\n");
    let maze = format!("{HEADER}a,S  G,SooG,\n");
    let dir = folder(&[
        ("data/train.csv", &sudoku),
        ("data/deep/maze_test.csv", &maze),
        ("data/training/a.json", TASK),
        ("data/training/b.json", TASK),
        ("data/evaluation/c.json", TASK),
        ("data/notes.txt", "nothing"),
    ]);
    let corpus = of_path("x", &dir.path().join("data")).unwrap();
    assert_eq!(
        summary(&corpus.sets),
        [
            ("train.csv", Split::Train, 1),
            ("training", Split::Train, 2),
            ("maze_test.csv", Split::Test, 1),
            ("evaluation", Split::Test, 1),
        ]
    );
    let entry = &corpus.sets[0].entries[0];
    assert_eq!((&entry.place, entry.difficulty), (&Place::Line(2), Some(5)));
    assert!(audit(&corpus.sets).leaks(), "`c` is `a`");
}

#[test]
fn a_folder_or_file_itself_names_its_split_and_what_lies_above_does_not() {
    let dir = folder(&[("test/training/a.json", TASK), ("test/rows.csv", HEADER)]);
    let inside = dir.path().join("test");
    let of = |path: &str| of_path("x", &inside.join(path)).unwrap().sets[0].split;
    assert_eq!(of("training"), Split::Train);
    assert_eq!(of("training/a.json"), Split::Train);
    assert_eq!(of("rows.csv"), Split::Train);
}

#[test]
fn the_layout_of_the_competitions_is_two_files() {
    let challenges =
        r#"{"a": {"train": [{"input": [[1]], "output": [[2]]}], "test": [{"input": [[3]]}]}}"#;
    let dir = folder(&[
        ("arc-agi_evaluation2_challenges.json", challenges),
        ("arc-agi_evaluation2_solutions.json", r#"{"a": [[[4]]]}"#),
    ]);
    let corpus = of_path("x", dir.path()).unwrap();
    assert_eq!(summary(&corpus.sets), [("evaluation2", Split::Test, 1)]);
    assert_eq!(corpus.sets[0].dataset, "x/arc-agi-2");
    fs::remove_file(dir.path().join("arc-agi_evaluation2_solutions.json")).unwrap();
    let error = of_path("x", dir.path()).unwrap_err().to_string();
    assert!(
        error.contains("there is no `arc-agi_evaluation2_solutions.json`"),
        "{error}"
    );
}

#[test]
fn malformed_files_are_refused_with_their_place() {
    let row = |row: &str| format!("{HEADER}a,1234341221434...,1234341221434321,5\n{row}\n");
    let cases: [(&str, String, &str); 8] = [
        (
            "a.csv",
            row("a,1234,1234341221434321,5"),
            "line 3: the question is no grid: a 4×4 grid has 16 cells, found 4",
        ),
        (
            "a.csv",
            row("a,x234341221434...,1234341221434321,5"),
            "line 3",
        ),
        (
            "a.csv",
            row("a,,1234341221434321,5"),
            "line 3: `question` is empty",
        ),
        (
            "a.csv",
            row("a,1234341221434...,1234341221434321,-1"),
            "rating `-1`",
        ),
        (
            "a.csv",
            format!("{HEADER}a,12345,12345,\n"),
            "line 2: a question of 5 characters",
        ),
        ("a.csv", "question\n".into(), "no column `answer`"),
        ("a.json", "{\"train\": [[".into(), "`a`"),
        ("a.txt", "text".into(), "no puzzles"),
    ];
    for (name, text, message) in cases {
        let dir = folder(&[(name, &text)]);
        let error = of_path("x", dir.path()).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
    let dir = folder(&[("a.json", "")]);
    fs::write(dir.path().join("a.json"), [0xff]).unwrap();
    let error = of_path("x", dir.path()).unwrap_err();
    assert!(matches!(error, CorpusError::NotText { .. }), "{error}");
    assert!(of_path("x", Path::new("not/there")).is_err());
}

#[test]
fn published_folders_are_read_whoever_built_them() {
    let Some(fixtures) = shared("fixtures/data") else {
        return;
    };
    for (name, train, test) in [
        ("hrm_sudoku_sub20_aug4", 20, 60),
        ("trm_sudoku_noaug", 60, 60),
        ("hrm_maze_sub10_aug", 10, 24),
        ("trm_maze_noaug", 24, 24),
        ("hrm_arc_subset_aug3", 12, 11),
        ("trm_arc_subset_aug0", 12, 11),
    ] {
        let corpus = of_path(name, &fixtures.join(name)).unwrap();
        let expected = [("train", Split::Train, train), ("test", Split::Test, test)];
        assert_eq!(summary(&corpus.sets), expected, "{name}");
        assert_eq!(audit(&corpus.sets).wrong(), 0, "{name}");
    }
}

/// Grids cut out of token squares, shifted ones included, are those of the raw files.
#[test]
fn tasks_of_a_published_folder_are_those_it_was_built_from() {
    let Some(fixtures) = shared("fixtures/data") else {
        return;
    };
    let raw = of_path("raw", &fixtures.join("arc_subset_raw")).unwrap();
    let built = of_path("built", &fixtures.join("hrm_arc_subset_aug3")).unwrap();
    let mut tasks = built.sets.iter().flat_map(|set| &set.entries);
    let single = raw.sets.iter().filter(|set| set.dataset == "raw");
    let mut originals = single.flat_map(|set| &set.entries);
    let pairs = |puzzle: &Puzzle| {
        let Puzzle::Arc(task) = puzzle else {
            panic!("an ARC task");
        };
        let mut pairs: Vec<_> = task.pairs().cloned().collect();
        pairs.sort();
        pairs
    };
    let count = originals.clone().count();
    assert_eq!((count, tasks.clone().count()), (23, 23));
    assert!(tasks.all(|task| {
        originals.clone().any(|original| {
            original.place == task.place && pairs(&original.puzzle) == pairs(&task.puzzle)
        })
    }));
    assert!(originals.next().is_some());
}
