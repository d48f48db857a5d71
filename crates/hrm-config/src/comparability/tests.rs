//! What differs between results, in words.

use super::*;
use crate::Arch;

fn ours(edit: impl FnOnce(&mut DatasetConfig, &mut TrainConfig)) -> Comparability {
    let mut dataset = DatasetConfig {
        benchmark: Some(Benchmark::SudokuExtreme1k),
        ..DatasetConfig::default()
    };
    let mut train = TrainConfig::for_dataset("sudoku");
    edit(&mut dataset, &mut train);
    let evaluate = serde_json::from_str(r#"{"train": "hrm"}"#).unwrap();
    Comparability::of(&dataset, &train, &evaluate)
}

fn texts(a: &Comparability, b: &Comparability) -> Vec<String> {
    a.differences(b).iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_not_known_does_not_differ() {
    let ours = ours(|_, _| ());
    assert_eq!(texts(&ours, &ours), [""; 0]);
    assert_eq!(texts(&ours, &Comparability::default()), [""; 0]);
}

#[test]
fn every_key_is_told_with_both_values() {
    let published = Comparability {
        dataset: Some("maze-hard".to_owned()),
        split: Some(Split::Validation),
        puzzles: Some(10),
        training_examples: Some(1000),
        architecture: Architecture {
            arch: Some(Arch::Trm),
            l_cycles: Some(6),
            ema: Some(true),
            ..Architecture::default()
        },
        segments: Some(8),
        votes: Some(1000),
        selection: Some(Selection::BestOnTest),
    };
    let mut ours = ours(|dataset, _| dataset.validation = 100);
    ours.puzzles = Some(422_786);
    assert_eq!(
        texts(&ours, &published),
        [
            "dataset sudoku-extreme and maze-hard",
            "split test and validation",
            "puzzles 422786 and 10",
            "training examples 900 and 1000",
            "architecture hrm, l_cycles 2, ema false and trm, l_cycles 6, ema true",
            "segments 16 and 8",
            "votes 0 and 1000",
            "selection last checkpoint and best checkpoint by test",
        ]
    );
}

#[test]
fn copies_of_arc_tasks_vote() {
    let arc = ours(|dataset, _| dataset.benchmark = Some(Benchmark::HrmArc1));
    assert_eq!((arc.votes, arc.training_examples), (Some(1000), None));
    assert_eq!(arc.dataset.as_deref(), Some("arc-agi-1"));
}

#[test]
fn parts_that_a_model_does_not_use_are_not_known() {
    let transformer = ours(|_, train| train.model.arch = Arch::Transformer).architecture;
    assert_eq!(
        (transformer.l_cycles, transformer.h_layers),
        (None, Some(4))
    );
    let trm = ours(|_, train| train.model.arch = Arch::Trm).architecture;
    assert_eq!((trm.l_layers, trm.h_layers), (Some(4), None));
}
