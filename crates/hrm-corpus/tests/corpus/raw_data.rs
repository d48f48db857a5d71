//! The audit of the raw benchmarks, where they stand beside the project.

use crate::shared;
use hrm_audit::{Audit, Likeness, PuzzleSet, SetOverlap, audit};
use hrm_corpus::of_source;
use hrm_source::Sources;

/// The sets of some sources.
fn sets(names: &[&str]) -> Option<Vec<PuzzleSet>> {
    let raw = shared("datasets")?;
    let cache = tempfile::tempdir().unwrap();
    let sources = Sources::new(cache.path().to_path_buf(), Some(raw)).unwrap();
    let sets = names
        .iter()
        .flat_map(|name| of_source(&sources, name).unwrap().sets);
    Some(sets.collect())
}

fn overlap<'a>(audit: &'a Audit, first: (&str, &str), second: (&str, &str)) -> &'a SetOverlap {
    let is = |name: &hrm_audit::SetName, (dataset, set): (&str, &str)| {
        name.dataset == dataset && name.name == set
    };
    let mut overlaps = audit.overlaps.iter();
    let found = overlaps.find(|overlap| is(&overlap.first, first) && is(&overlap.second, second));
    found.unwrap_or_else(|| panic!("{first:?} and {second:?} share nothing"))
}

/// Names of the tasks and how they agree.
fn found(overlap: &SetOverlap) -> Vec<(&str, &str, Likeness)> {
    let shared = overlap.shared.iter();
    shared
        .map(|shared| (&*shared.first, &*shared.second, shared.likeness))
        .collect()
}

fn same_name(overlap: &SetOverlap) -> usize {
    let shared = overlap.shared.iter();
    shared.filter(|shared| shared.same_name).count()
}

#[test]
fn the_overlaps_of_arc_are_those_that_are_known() {
    let Some(sets) = sets(&["arc-agi-1", "arc-agi-2"]) else {
        return;
    };
    let audit = audit(&sets);
    let counts = audit.sets.iter().map(|set| (&*set.set.name, set.puzzles));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [
            ("training", 400),
            ("evaluation", 400),
            ("training", 1000),
            ("evaluation", 120)
        ]
    );
    let training_1 = ("arc-agi-1", "training");
    let evaluation_1 = ("arc-agi-1", "evaluation");
    let evaluation_2 = ("arc-agi-2", "evaluation");

    let within_1 = overlap(&audit, training_1, evaluation_1);
    assert!(within_1.leak);
    assert_eq!(
        found(within_1),
        [
            ("40853293", "070dd51e", Likeness::Same),
            ("caa06a1f", "50a16a69", Likeness::Pairs(2))
        ]
    );

    let in_training_2 = overlap(&audit, evaluation_1, ("arc-agi-2", "training"));
    assert!(!in_training_2.leak, "these are two datasets");
    let shared = found(in_training_2);
    assert_eq!(same_name(in_training_2), 376);
    let same = shared.iter().filter(|shared| shared.2 == Likeness::Same);
    assert_eq!(same.count(), 375);
    let others: Vec<_> = shared
        .iter()
        .filter(|shared| shared.2 != Likeness::Same)
        .collect();
    assert_eq!(
        others,
        [
            &("50a16a69", "caa06a1f", Likeness::Pairs(2)),
            &("ac0c5833", "ac0c5833", Likeness::Pairs(3)),
        ]
    );

    let in_evaluation_2 = overlap(&audit, evaluation_1, evaluation_2);
    assert_eq!(same_name(in_evaluation_2), 6);
    let shared = found(in_evaluation_2);
    let same = shared.iter().filter(|shared| shared.2 == Likeness::Same);
    assert_eq!((shared.len(), same.count()), (7, 6));
    assert!(
        audit.overlaps.iter().all(|found| {
            (&*found.first.dataset, &*found.second.dataset) != ("arc-agi-2", "arc-agi-2")
        }),
        "ARC-AGI-2's own splits share nothing"
    );
}

#[test]
fn the_sudoku_of_the_benchmarks_are_distinct_and_solved() {
    let Some(sets) = sets(&["sudoku-extreme-1k", "sudoku-extreme-15k", "sudoku-bench"]) else {
        return;
    };
    let audit = audit(&sets);
    let counts = audit.sets.iter().map(|set| (set.puzzles, set.classes));
    assert_eq!(
        counts.collect::<Vec<_>>(),
        [(1_000, 1_000), (15_000, 15_000), (100, 100)]
    );
    assert_eq!((audit.wrong(), audit.overlaps.len()), (0, 0));
}

#[test]
fn no_maze_is_in_two_sets() {
    let Some(sets) = sets(&["maze-hard", "maze-generated"]) else {
        return;
    };
    let audit = audit(&sets);
    let counts = audit.sets.iter().map(|set| (set.puzzles, set.classes));
    assert_eq!(counts.collect::<Vec<_>>(), [(1_000, 1_000); 3]);
    assert_eq!((audit.wrong(), audit.overlaps.len()), (0, 0));
}

/// TRM's copies: the same tasks, but for six of the evaluation tasks.
#[test]
fn the_copies_of_trm_are_told_from_the_originals() {
    let Some(sets) = sets(&["arc-agi-2", "concept-arc", "arc-kaggle"]) else {
        return;
    };
    let audit = audit(&sets);
    let copy = ("arc-kaggle/arc-agi-2", "evaluation2");
    let shared = found(overlap(&audit, ("arc-agi-2", "evaluation"), copy));
    let same = shared.iter().filter(|shared| shared.2 == Likeness::Same);
    assert_eq!((shared.len(), same.count()), (120, 114));
    let copy = ("arc-kaggle/concept-arc", "concept");
    let concept = overlap(&audit, ("concept-arc", "tasks"), copy);
    assert_eq!(same_name(concept), 160);
}
