//! Symmetries form a group, and the canonical form tells exactly their orbits apart.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

use hrm_puzzle::sudoku::{
    GenerateOptions, Grid, Puzzle, Shape, Solutions, Symmetry, canonical, generate, invariant,
    solve,
};
use hrm_random::stream;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn shape(box_rows: usize, box_cols: usize) -> Shape {
    Shape::new(box_rows, box_cols).unwrap()
}

fn puzzle(shape: Shape, seed: u64) -> Puzzle {
    let options = GenerateOptions {
        shape,
        givens: None,
        guesses: None,
    };
    generate(&options, &mut stream(seed, "puzzle", 0), 10).unwrap()
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop::sample::select(vec![(2, 2), (2, 3), (3, 2), (2, 4), (3, 3), (2, 5), (3, 4)])
        .prop_map(|(r, c)| shape(r, c))
}

proptest! {
    #[test]
    fn an_image_is_a_puzzle_of_the_same_class(shape in any_shape(), seed: u64) {
        let puzzle = puzzle(shape, seed);
        let symmetry = Symmetry::random(shape, &mut stream(seed, "symmetry", 0));
        let (question, answer) = (symmetry.apply(&puzzle.question), symmetry.apply(&puzzle.answer));
        prop_assert_eq!(solve(&question).solutions, Solutions::Unique(answer.clone()));
        prop_assert_eq!(canonical(&question, &answer), canonical(&puzzle.question, &puzzle.answer));
        prop_assert_eq!(invariant(&question), invariant(&puzzle.question));
    }

    #[test]
    fn symmetries_compose_and_invert(shape in any_shape(), seed: u64) {
        let question = puzzle(shape, seed).question;
        let first = Symmetry::random(shape, &mut stream(seed, "symmetry", 1));
        let second = Symmetry::random(shape, &mut stream(seed, "symmetry", 2));
        prop_assert_eq!(first.compose(&second).apply(&question), second.apply(&first.apply(&question)));
        prop_assert_eq!(first.inverse().apply(&first.apply(&question)), question.clone());
        prop_assert_eq!(first.compose(&first.inverse()), Symmetry::identity(shape));
        prop_assert_eq!(Symmetry::identity(shape).apply(&question), question);
    }

    #[test]
    fn another_pattern_of_givens_is_another_class(shape in any_shape(), seed: u64) {
        let Puzzle { question, answer, .. } = puzzle(shape, seed);
        let mut cells = question.cells().to_vec();
        let blank = cells.iter().position(|&digit| digit == 0).unwrap();
        cells[blank] = answer.cells()[blank];
        let easier = Grid::new(shape, cells).unwrap();
        prop_assert_ne!(canonical(&easier, &answer), canonical(&question, &answer));
    }
}

/// The published builder's own example, for its random state 0.
#[test]
fn the_published_shuffle_keeps_the_class() {
    let shape = shape(3, 3);
    let grid = |text: &str| Grid::parse(shape, text).unwrap();
    let solution =
        grid("123456789456789123789123456234567891567891234891234567345678912678912345912345678");
    let shuffled =
        grid("471638295529714638863295714794186352618352947235947186382579461957461823146823579");
    let board =
        grid("100400700400700100700100400200500800500800200800200500300600900600900300900300600");
    let shuffled_board =
        grid("070600200020700600060200700090100300010300900030900100080500400050400800040800500");
    assert_eq!(
        canonical(&board, &solution),
        canonical(&shuffled_board, &shuffled)
    );
    assert_ne!(
        canonical(&board, &solution),
        canonical(&shuffled, &shuffled)
    );
}

/// All 128 · 4! symmetries of 4×4 grids, reached from random ones by composition.
fn all_symmetries_4x4() -> Vec<Symmetry> {
    let shape = shape(2, 2);
    let mut rng = stream(0, "generators", 0);
    let generators: Vec<Symmetry> = (0..12).map(|_| Symmetry::random(shape, &mut rng)).collect();
    let mut group = vec![Symmetry::identity(shape)];
    let mut next = 0;
    while next < group.len() {
        for generator in &generators {
            let product = group[next].compose(generator);
            if !group.contains(&product) {
                group.push(product);
            }
        }
        next += 1;
    }
    group
}

#[test]
fn canonical_classes_of_4x4_are_those_of_brute_force() {
    let symmetries = all_symmetries_4x4();
    assert_eq!(symmetries.len(), 128 * 24);
    let mut classes: BTreeMap<Grid, BTreeSet<Vec<u8>>> = BTreeMap::new();
    for seed in 0..300 {
        let options = GenerateOptions {
            shape: shape(2, 2),
            givens: Some((4, 6)),
            guesses: None,
        };
        let Puzzle {
            question, answer, ..
        } = generate(&options, &mut stream(seed, "puzzle", 1), 100).unwrap();
        let smallest = symmetries
            .iter()
            .map(|symmetry| symmetry.apply(&question))
            .min()
            .unwrap();
        classes
            .entry(smallest)
            .or_default()
            .insert(canonical(&question, &answer).as_bytes().to_vec());
    }
    let forms: BTreeSet<&Vec<u8>> = classes.values().flatten().collect();
    assert!(
        classes.values().all(|forms| forms.len() == 1),
        "one class has two canonical forms"
    );
    assert_eq!(
        forms.len(),
        classes.len(),
        "two classes share a canonical form"
    );
    assert!(
        (100..300).contains(&classes.len()),
        "{} classes test little",
        classes.len()
    );
}

#[test]
fn the_two_4x4_grids_have_as_many_classes_of_puzzles_as_counted() {
    // Distinct classes of uniquely solvable puzzles with 4 to 6 givens, from both classes of grids.
    let shape = shape(2, 2);
    let mut classes = BTreeSet::new();
    for answer in ["1234341221434321", "1234341223414123"] {
        let answer = Grid::parse(shape, answer).unwrap();
        for mask in (0..1u32 << 16).filter(|mask| (4..=6).contains(&mask.count_ones())) {
            let given =
                |(cell, &digit): (usize, &u8)| if mask >> cell & 1 == 1 { digit } else { 0 };
            let question = Grid::new(
                shape,
                answer.cells().iter().enumerate().map(given).collect(),
            )
            .unwrap();
            if matches!(solve(&question).solutions, Solutions::Unique(_)) {
                classes.insert(canonical(&question, &answer));
            }
        }
    }
    assert_eq!(classes.len(), 13 + 96 + 376);
}
