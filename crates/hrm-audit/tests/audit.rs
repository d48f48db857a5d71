//! What is found in sets that share puzzles in known ways.

#![allow(
    clippy::unwrap_used,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

use hrm_arc::{Augmentation, ColourPermutation, Dihedral, Grid, Pair, PairOrder, Task};
use hrm_audit::{Entry, Fault, Likeness, Place, Puzzle, PuzzleSet, audit};
use hrm_config::Split;
use hrm_puzzle::maze::{Maze, label, transform};
use hrm_puzzle::sudoku::{self, Shape, Symmetry};
use hrm_random::stream;
use proptest::prelude::*;

fn set(dataset: &str, split: Split, puzzles: Vec<Puzzle>) -> PuzzleSet {
    let entry = |(index, puzzle): (usize, Puzzle)| Entry {
        place: match &puzzle {
            Puzzle::Arc(task) => Place::Task(task.name().to_owned()),
            _ => Place::Line(index + 2),
        },
        difficulty: None,
        puzzle,
    };
    PuzzleSet {
        dataset: dataset.to_owned(),
        name: format!("{}.csv", split.name()),
        split,
        entries: puzzles.into_iter().enumerate().map(entry).collect(),
    }
}

fn sudoku(question: &str, answer: &str) -> Puzzle {
    let shape = Shape::new(2, 2).unwrap();
    Puzzle::Sudoku {
        question: sudoku::Grid::parse(shape, question).unwrap(),
        answer: sudoku::Grid::parse(shape, answer).unwrap(),
    }
}

/// Two 4×4 Sudoku of different classes.
fn sudokus() -> [Puzzle; 2] {
    let answer = "1234341221434321";
    [
        sudoku("1234341221434...", answer),
        sudoku("123434122143....", answer),
    ]
}

fn maze(text: &str) -> Puzzle {
    let question = Maze::parse(3, 3, text).unwrap();
    Puzzle::Maze {
        answer: label(&question).unwrap(),
        question,
    }
}

fn pair(input: &[u8], output: &[u8]) -> Pair {
    let grid = |cells: &[u8]| Grid::new(1, cells.len(), cells.to_vec()).unwrap();
    Pair {
        input: grid(input),
        output: grid(output),
    }
}

fn task(name: &str, pairs: [Pair; 2]) -> Puzzle {
    let [train, test] = pairs;
    Puzzle::Arc(Task::new(name, vec![train], vec![test], PairOrder::TrainFirst).unwrap())
}

fn likenesses(sets: &[PuzzleSet]) -> Vec<(String, String, Likeness)> {
    let overlaps = audit(sets).overlaps.into_iter();
    let shared = overlaps.flat_map(|overlap| overlap.shared);
    shared
        .map(|shared| (shared.first, shared.second, shared.likeness))
        .collect()
}

#[test]
fn splits_of_one_dataset_leak_and_those_of_two_only_overlap() {
    let [one, two] = sudokus();
    let train = set("a", Split::Train, vec![two.clone(), one.clone()]);
    let clean = audit(&[train.clone(), set("a", Split::Test, vec![])]);
    assert!(!clean.leaks() && clean.overlaps.is_empty());

    for (dataset, split, leak) in [
        ("a", Split::Test, true),
        ("a", Split::Validation, true),
        ("a", Split::Train, false),
        ("b", Split::Test, false),
    ] {
        let audit = audit(&[train.clone(), set(dataset, split, vec![one.clone()])]);
        assert_eq!(audit.leaks(), leak, "{dataset} {split:?}");
        let [overlap] = &audit.overlaps[..] else {
            panic!("{audit:?}");
        };
        assert_eq!(overlap.shared[0].first, "line 3");
        assert_eq!(overlap.shared[0].likeness, Likeness::Same);
    }
}

#[test]
fn repeats_are_counted_once_and_named_by_their_first_place() {
    let [one, two] = sudokus();
    let sets = [
        set("a", Split::Train, vec![one.clone(), two, one.clone()]),
        set("a", Split::Test, vec![one.clone(), one]),
    ];
    let audit = audit(&sets);
    let counts = audit.sets.iter().map(|set| (set.puzzles, set.classes));
    assert_eq!(counts.collect::<Vec<_>>(), [(3, 2), (2, 1)]);
    assert_eq!(
        likenesses(&sets),
        [("line 2".into(), "line 2".into(), Likeness::Same)]
    );
}

#[test]
fn mazes_are_compared_under_eight_symmetries_whatever_their_path() {
    let Puzzle::Maze { question, .. } = maze("S # G##  ") else {
        panic!("a maze");
    };
    for k in 0..8 {
        let image = transform(&question, k);
        let image = Puzzle::Maze {
            answer: label(&image).unwrap(),
            question: image,
        };
        let sets = [
            set("a", Split::Train, vec![maze("S # G##  ")]),
            set("a", Split::Test, vec![image]),
        ];
        let expected = if k == 0 {
            Likeness::Same
        } else {
            Likeness::Symmetric
        };
        assert_eq!(likenesses(&sets)[0].2, expected, "{k}");
    }
    let other = [
        set("a", Split::Train, vec![maze("S # G##  ")]),
        set("a", Split::Test, vec![maze("S # G#   ")]),
    ];
    assert_eq!(likenesses(&other), []);
}

#[test]
fn tasks_are_compared_by_task_by_pair_and_by_name() {
    let (a, b, c) = (
        pair(&[1, 2], &[2]),
        pair(&[3, 3], &[4, 5]),
        pair(&[6], &[7, 0]),
    );
    let flip = Augmentation {
        dihedral: Dihedral::ALL[4],
        colours: ColourPermutation::parse("0132456789").unwrap(),
    };
    let flipped = |pair: &Pair| Pair {
        input: flip.apply(&pair.input),
        output: flip.apply(&pair.output),
    };
    let train = vec![task("x", [a.clone(), b.clone()])];
    let test = vec![
        task("same", [b.clone(), a.clone()]),
        task("symmetric", [flipped(&a), flipped(&b)]),
        task("pair", [flipped(&b), c.clone()]),
        task("other", [c.clone(), c.clone()]),
        task("x", [c.clone(), c]),
    ];
    let sets = [
        set("a", Split::Train, train.clone()),
        set("a", Split::Test, test),
    ];
    let found = |second: &str, likeness| ("x".to_owned(), second.to_owned(), likeness);
    assert_eq!(
        likenesses(&sets),
        [
            found("same", Likeness::Same),
            found("symmetric", Likeness::Symmetric),
            found("pair", Likeness::Pairs(1)),
            found("x", Likeness::Name),
        ]
    );
    let only_name = set(
        "a",
        Split::Test,
        vec![task("x", [pair(&[6], &[7, 0]), pair(&[6], &[6])])],
    );
    let audit = audit(&[set("a", Split::Train, train), only_name]);
    assert!(!audit.leaks() && audit.overlaps.len() == 1);
}

#[test]
fn wrong_answers_are_found_and_not_compared() {
    let wrong = vec![
        sudoku("1234341221434...", "4321341221431234"),
        sudoku("................", "1234341221434321"),
        Puzzle::Maze {
            question: Maze::parse(1, 4, "S oG").unwrap(),
            answer: Maze::parse(1, 4, "SooG").unwrap(),
        },
        Puzzle::Maze {
            question: Maze::parse(1, 4, "S  G").unwrap(),
            answer: Maze::parse(1, 4, "S oG").unwrap(),
        },
        Puzzle::Maze {
            question: Maze::parse(3, 3, "S G      ").unwrap(),
            answer: Maze::parse(3, 3, "S Gooo   ").unwrap(),
        },
    ];
    let audit = audit(&[
        set("a", Split::Train, wrong.clone()),
        set("a", Split::Test, wrong),
    ]);
    let faults: Vec<Fault> = audit.sets[0]
        .wrong
        .iter()
        .map(|wrong| wrong.fault)
        .collect();
    assert_eq!(
        faults,
        [
            Fault::NoSolution,
            Fault::Ambiguous,
            Fault::PathInQuestion,
            Fault::NoPath,
            Fault::LongPath,
        ]
    );
    assert_eq!((audit.wrong(), audit.sets[0].classes), (10, 0));
    assert_eq!(audit.overlaps, []);
}

proptest! {
    #[test]
    fn a_sudoku_is_found_under_every_symmetry(seed: u64) {
        let [one, _] = sudokus();
        let Puzzle::Sudoku { question, answer } = &one else { return Ok(()) };
        let symmetry = Symmetry::random(question.shape(), &mut stream(seed, "test", 0));
        let image = Puzzle::Sudoku {
            question: symmetry.apply(question),
            answer: symmetry.apply(answer),
        };
        let audit = audit(&[
            set("a", Split::Train, vec![one.clone()]),
            set("a", Split::Test, vec![image]),
        ]);
        prop_assert!(audit.leaks());
    }
}
