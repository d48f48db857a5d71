//! Small tasks made for the tests.

use hrm_arc::{Augmentation, ColourPermutation, Dihedral, Grid, Pair, PairOrder, Task};
use proptest::prelude::*;

pub(crate) fn grid(rows: &[&str]) -> Grid {
    let cells = rows.concat().bytes().map(|digit| digit - b'0').collect();
    Grid::new(rows.len(), rows[0].len(), cells).unwrap()
}

pub(crate) fn pair(input: &[&str], output: &[&str]) -> Pair {
    Pair {
        input: grid(input),
        output: grid(output),
    }
}

pub(crate) fn task(name: &str, train: Vec<Pair>, test: Vec<Pair>) -> Task {
    Task::new(name, train, test, PairOrder::TrainFirst).unwrap()
}

/// A task with several colours and without symmetry, and one test pair.
pub(crate) fn colourful(name: &str) -> Task {
    let train = vec![
        pair(&["1234", "0056"], &["12", "34"]),
        pair(&["770"], &["0081", "0900"]),
    ];
    task(name, train, vec![pair(&["345", "600"], &["6"])])
}

prop_compose! {
    pub(crate) fn any_grid()(rows in 1usize..=5, cols in 1usize..=5)(
        cells in prop::collection::vec(0u8..10, rows * cols),
        cols in Just(cols),
    ) -> Grid {
        Grid::new(cells.len() / cols, cols, cells).unwrap()
    }
}

prop_compose! {
    pub(crate) fn any_pair()(input in any_grid(), output in any_grid()) -> Pair {
        Pair { input, output }
    }
}

prop_compose! {
    pub(crate) fn any_augmentation()(
        dihedral in 0usize..8,
        images in Just([1u8, 2, 3, 4, 5, 6, 7, 8, 9]).prop_shuffle(),
    ) -> Augmentation {
        let mut colours = [0; 10];
        colours[1..].copy_from_slice(&images);
        Augmentation {
            dihedral: Dihedral::ALL[dihedral],
            colours: ColourPermutation::new(colours).unwrap(),
        }
    }
}

pub(crate) fn augmented(pairs: &[Pair], augmentation: &Augmentation) -> Vec<Pair> {
    let augmented = |pair: &Pair| Pair {
        input: augmentation.apply(&pair.input),
        output: augmentation.apply(&pair.output),
    };
    pairs.iter().map(augmented).collect()
}
