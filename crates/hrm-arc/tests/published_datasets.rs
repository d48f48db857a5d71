//! Datasets with the published draws against those of the published builders, byte for byte.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests, and helpers of tests do not count as such"
)]

mod common;

use common::{kaggle, npy, shared, task_folder, text};
use hrm_arc::dataset::{ArcDataset, DrawSource, Options, Split, SplitView, Subset};
use hrm_arc::tokens::{SEQ_LEN, Tokens};
use hrm_arc::{Collection, Convention, Recipe, SubsetSource, Task};
use std::path::Path;

fn tasks(raw: &Path, source: &SubsetSource) -> Vec<Task> {
    match source.collection {
        Collection::ArcAgi1 | Collection::ArcAgi2 => {
            task_folder(&raw.join("ARC-AGI/data").join(source.name))
        }
        Collection::ConceptArc => {
            let folder = raw.join("ConceptARC/corpus").join(source.name);
            if folder.is_dir() {
                task_folder(&folder)
            } else {
                Vec::new()
            }
        }
        Collection::TrmKaggle => kaggle(&raw.join("kaggle"), source.name),
    }
}

fn build(raw: &Path, recipe: &Recipe, augmentations: usize) -> ArcDataset {
    let subset = |source: &SubsetSource| Subset {
        role: source.role,
        tasks: tasks(raw, source),
    };
    let options = Options {
        convention: recipe.convention,
        augmentations,
        draws: DrawSource::Published { seed: 42 },
    };
    ArcDataset::build(recipe.subsets.iter().map(subset).collect(), options).unwrap()
}

/// The arrays of a split as the bytes of the published files.
fn arrays(split: &SplitView<'_>) -> [(&'static str, Vec<u8>); 5] {
    let (mut inputs, mut labels) = (Vec::new(), Vec::new());
    let (mut input, mut label): (Tokens, Tokens) = ([0; SEQ_LEN], [0; SEQ_LEN]);
    for example in split.iter() {
        example.encode(&mut input, &mut label);
        inputs.extend_from_slice(&input);
        labels.extend_from_slice(&label);
    }
    [
        ("inputs", inputs),
        ("labels", labels),
        ("puzzle_identifiers", int32(split.puzzle_identifiers())),
        ("puzzle_indices", int32(split.puzzle_indices())),
        ("group_indices", int32(split.group_indices())),
    ]
}

fn int32(values: impl Iterator<Item = usize>) -> Vec<u8> {
    values
        .flat_map(|value| (value as i32).to_le_bytes())
        .collect()
}

#[test]
fn published_draws_make_the_published_files() {
    let Some(fixtures) = shared("fixtures/data") else {
        return;
    };
    let cases = [
        (Recipe::HRM_ARC_1, "hrm_arc_subset_aug0", 0),
        (Recipe::HRM_ARC_1, "hrm_arc_subset_aug3", 3),
        (Recipe::TRM_ARC_1, "trm_arc_subset_aug0", 0),
        (Recipe::TRM_ARC_1, "trm_arc_subset_aug3", 3),
    ];
    for (recipe, folder, augmentations) in cases {
        let dataset = build(&fixtures.join("arc_subset_raw"), &recipe, augmentations);
        let folder = fixtures.join(folder);
        assert_eq!(
            dataset.identifiers_json(recipe.convention),
            text(folder.join("identifiers.json"))
        );
        if recipe.convention == Convention::Trm {
            let published = text(folder.join("test_puzzles.json"));
            assert_eq!(dataset.test_puzzles_json(), published);
        }
        for (split, name) in [(Split::Train, "train"), (Split::Test, "test")] {
            let split = dataset.split(split);
            assert_eq!(
                split.dataset_json(),
                text(folder.join(name).join("dataset.json"))
            );
            for (array, bytes) in arrays(&split) {
                let path = folder.join(name).join(format!("all__{array}.npy"));
                assert!(bytes == npy(&path), "{} differs", path.display());
            }
        }
    }
}
