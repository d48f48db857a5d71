//! Augmentations: distinct, the task's own, and undone without a trace.

mod common;

use common::tasks::{any_augmentation, any_grid, any_pair, augmented, colourful, pair, task};
use hrm_arc::tokens::{Offset, SEQ_LEN, crop, encode};
use hrm_arc::{Augmentation, Convention, Grid, Pair, Task, augmentations, puzzle_hash};
use proptest::prelude::*;
use std::collections::HashSet;

fn contents(task: &Task, augmentations: &[Augmentation]) -> HashSet<hrm_arc::Digest> {
    let pairs: Vec<Pair> = task.pairs().cloned().collect();
    let content = |augmentation| puzzle_hash(&augmented(&pairs, augmentation));
    augmentations.iter().map(content).collect()
}

#[test]
fn an_augmentation_is_11_bytes() {
    assert_eq!(size_of::<Augmentation>(), 11);
}

#[test]
fn the_original_comes_first_and_no_content_twice() {
    let task = colourful("a");
    let found = augmentations(1, &task, 200);
    assert_eq!(found.len(), 201);
    assert_eq!(found[0], Augmentation::IDENTITY);
    assert_eq!(contents(&task, &found).len(), 201);
}

/// One colour and no direction: nine images. So many tries find all of them.
#[test]
fn a_task_with_few_images_stays_short() {
    let task = task("a", vec![pair(&["1"], &["1"])], vec![pair(&["0"], &["1"])]);
    let found = augmentations(1, &task, 100);
    assert_eq!(found.len(), 9);
    assert_eq!(contents(&task, &found).len(), 9);
}

#[test]
fn more_augmentations_begin_with_the_fewer() {
    let task = colourful("a");
    let more = augmentations(1, &task, 100);
    assert_eq!(augmentations(1, &task, 0), more[..1]);
    assert_eq!(augmentations(1, &task, 30), more[..31]);
}

#[test]
fn seed_and_name_each_matter() {
    let found = augmentations(1, &colourful("a"), 20);
    assert_ne!(augmentations(2, &colourful("a"), 20), found);
    assert_ne!(augmentations(1, &colourful("b"), 20), found);
}

proptest! {
    #[test]
    fn the_inverse_undoes(grid in any_grid(), augmentation in any_augmentation()) {
        let image = augmentation.apply(&grid);
        prop_assert_eq!(augmentation.inverse().apply(&image), grid);
    }

    #[test]
    fn names_round_trip(augmentation in any_augmentation(), task in "[a-z0-9]{1,12}") {
        for convention in [Convention::Hrm, Convention::Trm] {
            let name = convention.puzzle_name(&task, &augmentation);
            prop_assert_eq!(convention.parse_name(&name), Ok((task.as_str(), augmentation)));
        }
    }

    #[test]
    fn any_name_is_parsed_or_refused(name in "\\PC*|[a-z_|t0-9]{0,30}") {
        for convention in [Convention::Hrm, Convention::Trm] {
            if let Ok((task, augmentation)) = convention.parse_name(&name) {
                prop_assert!(name.starts_with(task));
                if augmentation != Augmentation::IDENTITY {
                    prop_assert_eq!(convention.puzzle_name(task, &augmentation), name.clone());
                }
            }
        }
    }

    #[test]
    fn an_augmented_grid_is_its_tokens(grid in any_grid(), augmentation in any_augmentation()) {
        let mut tokens = [0; SEQ_LEN];
        encode(&grid, &augmentation, Offset::default(), &mut tokens);
        prop_assert_eq!(crop(&tokens), augmentation.apply(&grid));
    }

    #[test]
    fn any_tokens_are_cropped_to_a_grid_of_their_corner(
        tokens in prop::collection::vec(0u8..14, SEQ_LEN)
    ) {
        let cropped = crop(tokens.as_slice().try_into().unwrap());
        let valid = Grid::new(cropped.rows(), cropped.cols(), cropped.cells().to_vec());
        prop_assert!(cropped == Grid::empty() || valid.as_ref() == Ok(&cropped));
        for (row, cells) in cropped.iter_rows().enumerate() {
            for (col, &cell) in cells.iter().enumerate() {
                prop_assert_eq!(tokens[30 * row + col], cell + 2);
            }
        }
    }

    #[test]
    fn distinct_contents_whatever_the_task(
        pairs in prop::collection::vec(any_pair(), 2..4), seed in 0u64..1000
    ) {
        let task = task("a", pairs[1..].to_vec(), pairs[..1].to_vec());
        let found = augmentations(seed, &task, 20);
        prop_assert!(found.len() <= 21);
        prop_assert_eq!(contents(&task, &found).len(), found.len());
    }
}
