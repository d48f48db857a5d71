//! Canonical forms, and what the public sets of tasks have in common.

mod common;

use common::tasks::{any_augmentation, any_pair, augmented, colourful, pair, task};
use common::{shared, task_folder};
use hrm_arc::{Fingerprints, Likeness, Overlap, Task, canonical_pair, canonical_task};
use proptest::prelude::*;

fn overlap(first: &[Task], second: &[Task]) -> Vec<Overlap> {
    hrm_arc::overlap(&Fingerprints::new(first), &Fingerprints::new(second))
}

/// Pairs of one form, which only the order of their colours tells apart.
fn alike(colours: &[(u8, u8)]) -> Task {
    let pair = |&(a, b): &(u8, u8)| {
        let row = format!("{a}0{b}");
        pair(&[&row], &[&row])
    };
    let pairs: Vec<_> = colours.iter().map(pair).collect();
    task("a", pairs[1..].to_vec(), pairs[..1].to_vec())
}

#[test]
fn pairs_that_look_alike_are_matched_by_their_colours() {
    // Cycles of colours: one of six against two of three. The mirrored pair swaps its colours, so
    // directions do not matter.
    let six = alike(&[(1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 1)]);
    let renamed = alike(&[(5, 6), (9, 2), (2, 7), (8, 5), (6, 9), (7, 8)]);
    let three_and_three = alike(&[(1, 2), (2, 3), (3, 1), (4, 5), (5, 6), (6, 4)]);
    assert_eq!(canonical_task(&six), canonical_task(&renamed));
    assert_ne!(canonical_task(&six), canonical_task(&three_and_three));
}

#[test]
fn the_background_is_a_colour_of_its_own() {
    let (black, blue) = (pair(&["01"], &["0"]), pair(&["21"], &["2"]));
    assert_ne!(canonical_pair(&black), canonical_pair(&blue));
}

#[test]
fn repeated_pairs_count() {
    let [a, b] = [pair(&["12"], &["1"]), pair(&["3"], &["3"])];
    let once = task("a", vec![a.clone()], vec![b.clone()]);
    let twice = task("a", vec![a.clone(), a], vec![b]);
    assert_ne!(canonical_task(&once), canonical_task(&twice));
}

proptest! {
    #[test]
    fn augmentation_and_order_do_not_matter(
        (pairs, shuffled) in prop::collection::vec(any_pair(), 2..7)
            .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle())),
        augmentation in any_augmentation(),
    ) {
        let shuffled = augmented(&shuffled, &augmentation);
        let a = task("a", pairs[1..].to_vec(), pairs[..1].to_vec());
        let b = task("b", shuffled[..1].to_vec(), shuffled[1..].to_vec());
        prop_assert_eq!(canonical_task(&a), canonical_task(&b));
        let pair = augmented(&pairs[..1], &augmentation).remove(0);
        prop_assert_eq!(canonical_pair(&pairs[0]), canonical_pair(&pair));
    }

    /// A change of one cell to the background changes how often the background occurs.
    #[test]
    fn other_content_has_another_form(pair in any_pair()) {
        prop_assume!(pair.input.cells()[0] != 0);
        let mut cells = pair.input.cells().to_vec();
        cells[0] = 0;
        let mut other = pair.clone();
        other.input = hrm_arc::Grid::new(pair.input.rows(), pair.input.cols(), cells).unwrap();
        prop_assert_ne!(canonical_pair(&pair), canonical_pair(&other));
    }
}

#[test]
fn overlap_tells_names_contents_and_pairs_apart() {
    let first = [
        colourful("a"),
        task("b", vec![pair(&["1"], &["2"])], vec![pair(&["3"], &["4"])]),
    ];
    let same = colourful("c");
    let mirrored = {
        let flip = hrm_arc::Augmentation {
            dihedral: hrm_arc::Dihedral::ALL[4],
            ..hrm_arc::Augmentation::IDENTITY
        };
        task(
            "d",
            augmented(same.test(), &flip),
            augmented(same.train(), &flip),
        )
    };
    let other = task(
        "a",
        vec![pair(&["5"], &["6"])],
        vec![pair(&["111"], &["0"])],
    );
    let expected = |first: &str, second: &str, likeness, shared_pairs| Overlap {
        first: first.to_owned(),
        second: second.to_owned(),
        same_name: first == second,
        likeness,
        shared_pairs,
    };
    assert_eq!(
        overlap(&first, &[other, same, mirrored]),
        [
            expected("a", "a", None, 0),
            expected("a", "c", Some(Likeness::Same), 3),
            expected("a", "d", Some(Likeness::Symmetric), 3),
            expected("b", "a", None, 2),
        ]
    );
}

/// The overlaps between tasks of one name, and the others.
fn by_name(overlaps: &[Overlap]) -> (Vec<&Overlap>, Vec<&Overlap>) {
    overlaps.iter().partition(|overlap| overlap.same_name)
}

fn names<'a>(overlaps: &[&'a Overlap]) -> Vec<(&'a str, &'a str)> {
    let names = |overlap: &&'a Overlap| (overlap.first.as_str(), overlap.second.as_str());
    overlaps.iter().map(names).collect()
}

#[test]
fn the_known_overlap_of_the_public_sets() {
    let Some(datasets) = shared("datasets") else {
        return;
    };
    let folder = |name: &str| task_folder(&datasets.join(name));
    let (training_1, evaluation_1) = (
        folder("arc-agi-1/data/training"),
        folder("arc-agi-1/data/evaluation"),
    );
    let (training_2, evaluation_2) = (
        folder("arc-agi-2/data/training"),
        folder("arc-agi-2/data/evaluation"),
    );
    assert_eq!(
        [&training_1, &evaluation_1, &training_2, &evaluation_2].map(Vec::len),
        [400, 400, 1000, 120]
    );

    let in_training_2 = overlap(&evaluation_1, &training_2);
    let (named, others) = by_name(&in_training_2);
    assert_eq!(named.len(), 376);
    let differs = |overlap: &&&Overlap| overlap.likeness != Some(Likeness::Same);
    let different: Vec<&&Overlap> = named.iter().filter(differs).collect();
    assert_eq!(different.len(), 1);
    assert_eq!(
        (different[0].first.as_str(), different[0].shared_pairs),
        ("ac0c5833", 3)
    );
    assert_eq!(names(&others), [("50a16a69", "caa06a1f")]);

    let in_evaluation_2 = overlap(&evaluation_1, &evaluation_2);
    let (named, others) = by_name(&in_evaluation_2);
    assert_eq!(named.len(), 6);
    assert!(
        named
            .iter()
            .all(|overlap| overlap.likeness == Some(Likeness::Same))
    );
    assert_eq!(names(&others), [("55783887", "db695cfb")]);

    let within_1 = overlap(&evaluation_1, &training_1);
    let found: Vec<_> = within_1
        .iter()
        .map(|found| (found.first.as_str(), found.second.as_str(), found.likeness))
        .collect();
    let expected = [
        ("070dd51e", "40853293", Some(Likeness::Same)),
        ("50a16a69", "caa06a1f", None),
    ];
    assert_eq!(found, expected);

    let within_2 = overlap(&evaluation_2, &training_2);
    assert_eq!(within_2, []);
}
