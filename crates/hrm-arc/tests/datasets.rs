//! Datasets with draws of their own: consistent, decodable, independent of threads.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::tasks::{colourful, pair, task};
use common::{shared, task_folder};
use hrm_arc::dataset::{
    ArcDataset, BuildError, DrawSource, Example, Options, PuzzleNames, Split, Subset,
};
use hrm_arc::tokens::{SEQ_LEN, Tokens, crop};
use hrm_arc::{Convention, Role, Task};

fn subsets() -> Vec<Subset> {
    let small = task("c", vec![pair(&["1"], &["2"])], vec![pair(&["3"], &["4"])]);
    vec![
        Subset {
            role: Role::Training,
            tasks: vec![colourful("a"), small],
        },
        Subset {
            role: Role::Evaluation,
            tasks: vec![colourful("b")],
        },
    ]
}

fn options(augmentations: usize) -> Options {
    Options {
        convention: Convention::Trm,
        augmentations,
        draws: DrawSource::PerTask { seed: 5 },
    }
}

fn dataset(augmentations: usize) -> ArcDataset {
    ArcDataset::build(subsets(), options(augmentations)).unwrap()
}

fn tokens(example: &Example<'_>) -> (Tokens, Tokens) {
    let (mut input, mut label) = ([0; SEQ_LEN], [0; SEQ_LEN]);
    example.encode(&mut input, &mut label);
    (input, label)
}

#[test]
fn splits_have_the_published_contents() {
    let dataset = dataset(0);
    assert_eq!(dataset.identifiers(), 4);
    let names: Vec<String> = dataset.puzzle_names(Convention::Trm).collect();
    assert_eq!(names, ["<blank>", "a", "c", "b"]);
    let (train, test) = (dataset.split(Split::Train), dataset.split(Split::Test));
    // All pairs of the training tasks, the demonstrations of the evaluation task, its test pair.
    assert_eq!(train.puzzle_indices().collect::<Vec<_>>(), [0, 3, 5, 7]);
    assert_eq!(train.puzzle_identifiers().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(train.group_indices().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(test.puzzle_indices().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(test.puzzle_identifiers().collect::<Vec<_>>(), [3]);
    assert_eq!(test.group_indices().collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn indices_agree_with_the_examples() {
    let dataset = dataset(10);
    for split in [Split::Train, Split::Test] {
        let split = dataset.split(split);
        let indices: Vec<usize> = split.puzzle_indices().collect();
        let identifiers: Vec<usize> = split.puzzle_identifiers().collect();
        assert_eq!(split.iter().count(), split.examples());
        assert_eq!(
            (identifiers.len(), indices.len()),
            (split.puzzles(), split.puzzles() + 1)
        );
        assert_eq!(split.group_indices().count(), split.groups() + 1);
        assert_eq!(split.group_indices().last(), Some(split.puzzles()));
        for (puzzle, &identifier) in identifiers.iter().enumerate() {
            for index in indices[puzzle]..indices[puzzle + 1] {
                let example = split.example(index).unwrap();
                assert_eq!(example.identifier, identifier);
                assert_eq!(example.pair_index, index - indices[puzzle]);
                assert_eq!(dataset.puzzle(identifier), Some(example.puzzle));
            }
        }
        assert_eq!(split.example(split.examples()), None);
    }
    assert_eq!(dataset.puzzle(0), None);
    assert_eq!(dataset.puzzle(dataset.identifiers()), None);
}

#[test]
fn an_example_holds_its_pair_and_at_least_one_of_a_puzzle_is_not_shifted() {
    let dataset = dataset(20);
    let tasks: Vec<&Task> = dataset.tasks().map(|(task, _)| task).collect();
    let (mut in_corner, mut shifted) = (vec![0; dataset.identifiers()], 0);
    for example in dataset.split(Split::Train).iter() {
        let (input, label) = tokens(&example);
        let task = tasks
            .iter()
            .find(|task| task.name() == example.puzzle.task)
            .unwrap();
        let pair = task.pairs().nth(example.pair_index).unwrap();
        // Grids have a colour, so the first token square with one is the grid's corner or above it.
        let corner = |tokens: &Tokens| {
            let marked = |tokens: &[u8]| tokens.iter().any(|&token| token > 1);
            let row = tokens.chunks(30).position(marked).unwrap();
            let col = (0..30).find(|&col| (0..30).any(|row| tokens[30 * row + col] > 1));
            (row, col.unwrap())
        };
        let (row, col) = corner(&input);
        assert_eq!(corner(&label), (row, col));
        let undo = example.puzzle.augmentation.inverse();
        let unshifted = |tokens: &Tokens| {
            let mut square = [0; SEQ_LEN];
            square[..SEQ_LEN - 30 * row - col].copy_from_slice(&tokens[30 * row + col..]);
            undo.apply(&crop(&square))
        };
        assert_eq!(
            (&unshifted(&input), &unshifted(&label)),
            (&pair.input, &pair.output)
        );
        if (row, col) == (0, 0) {
            in_corner[example.identifier] += 1;
        } else {
            shifted += 1;
        }
    }
    assert!(in_corner[1..].iter().all(|&count| count >= 1));
    assert!(shifted > 0);
    for example in dataset.split(Split::Test).iter() {
        assert_eq!(
            example
                .puzzle
                .augmentation
                .inverse()
                .apply(&crop(&tokens(&example).0)),
            tasks[2].test()[0].input
        );
    }
}

#[test]
fn threads_and_other_tasks_do_not_matter() {
    let examples = |dataset: &ArcDataset, name: &str| -> Vec<(Tokens, Tokens)> {
        let examples = dataset.split(Split::Train);
        let of_task = examples
            .iter()
            .filter(|example| example.puzzle.task == name);
        of_task.map(|example| tokens(&example)).collect()
    };
    let single = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let (one_thread, many) = (single.install(|| dataset(30)), dataset(30));
    assert_eq!(one_thread, many);
    assert_eq!(examples(&one_thread, "b"), examples(&many, "b"));
    let alone = ArcDataset::build(subsets().split_off(1), options(30)).unwrap();
    assert_eq!(examples(&alone, "b"), examples(&many, "b"));
}

#[test]
fn names_give_back_the_puzzles() {
    for convention in [Convention::Hrm, Convention::Trm] {
        let options = Options {
            convention,
            ..options(12)
        };
        let dataset = ArcDataset::build(subsets(), options).unwrap();
        let names =
            PuzzleNames::from_json(convention, &dataset.identifiers_json(convention)).unwrap();
        assert_eq!(names.len(), dataset.identifiers());
        for identifier in 0..=names.len() {
            assert_eq!(names.puzzle(identifier), dataset.puzzle(identifier));
        }
    }
    let error = PuzzleNames::from_json(Convention::Trm, r#"["<blank>", "a|||t9|||0"]"#);
    let message = error.unwrap_err().to_string();
    assert!(
        message.starts_with("identifier 1: the puzzle name `a|||t9|||0`"),
        "{message}"
    );
}

#[test]
fn two_tasks_of_one_name_are_refused() {
    let mut subsets = subsets();
    subsets[1].tasks.push(colourful("a"));
    let error = ArcDataset::build(subsets, options(0)).unwrap_err();
    assert_eq!(error, BuildError::RepeatedTask("a".to_owned()));
}

/// HRM's ARC-AGI-2 with 1,000 augmentations, in the published size.
#[test]
fn the_full_dataset_has_the_published_size() {
    let Some(data) = shared("datasets/arc-agi-2/data") else {
        return;
    };
    let subset = |name: &str, role| Subset {
        role,
        tasks: task_folder(&data.join(name)),
    };
    let subsets = vec![
        subset("evaluation", Role::Evaluation),
        subset("training", Role::Training),
    ];
    let options = Options {
        convention: Convention::Hrm,
        augmentations: 1000,
        draws: DrawSource::Published { seed: 42 },
    };
    let dataset = ArcDataset::build(subsets, options).unwrap();
    assert_eq!(dataset.identifiers(), 1_045_833);
    assert_eq!(dataset.split(Split::Train).examples(), 4_341_783);
    assert_eq!(dataset.split(Split::Test).examples(), 165_388);
}
