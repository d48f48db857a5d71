//! Plans read as specifications: what changed, and what therefore has to run, and why.

use crate::store::{Store, injective, to_run, workflow};
use hrm_plan::{Graph, KeyParts, Lookup, Node, Reason};
use serde_json::json;
use std::collections::BTreeSet;

fn plan_after(change: impl Fn(&mut Vec<Node>, &mut Store)) -> Vec<String> {
    let mut nodes = workflow();
    let mut store = Store::default();
    assert_eq!(store.run(&nodes, injective).len(), nodes.len());
    change(&mut nodes, &mut store);
    to_run(&store.plan(&nodes, &BTreeSet::new()))
}

#[test]
fn at_first_everything_runs() {
    let plan = Store::default().plan(&workflow(), &BTreeSet::new());
    assert_eq!(
        to_run(&plan),
        [
            "dataset.sudoku: never run",
            "train.hrm[seed=0]: never run, after `dataset.sudoku`",
            "train.hrm[seed=1]: never run, after `dataset.sudoku`",
            "evaluate.test[seed=0]: never run, after `train.hrm[seed=0]`, after `dataset.sudoku`",
            "evaluate.test[seed=1]: never run, after `train.hrm[seed=1]`, after `dataset.sudoku`",
            "report.main: never run, after `evaluate.test[seed=0]`, after `evaluate.test[seed=1]`",
        ]
    );
    assert!(plan.stages[0].key.is_some());
    assert!(
        plan.stages[1..]
            .iter()
            .all(|stage| stage.key.is_none() && stage.parts.is_none())
    );
}

#[test]
fn after_a_run_nothing_runs() {
    assert_eq!(plan_after(|_, _| {}), [""; 0]);
}

#[test]
fn renaming_a_stage_reruns_nothing() {
    let plan = plan_after(|nodes, _| {
        nodes[0].id = "dataset.puzzles".to_owned();
        nodes[1].id = "train.model[seed=0]".to_owned();
    });
    assert_eq!(plan, [""; 0]);
}

#[test]
fn a_changed_learning_rate_reruns_training_and_what_follows() {
    let plan = plan_after(|nodes, _| nodes[1].config["lr"] = json!(2e-3));
    assert_eq!(
        plan,
        [
            "train.hrm[seed=0]: `lr` changed: 0.001 → 0.002",
            "evaluate.test[seed=0]: after `train.hrm[seed=0]`",
            "report.main: after `evaluate.test[seed=0]`",
        ]
    );
}

#[test]
fn a_nested_key_is_named_by_its_path_and_an_absent_one_is_not_set() {
    let plan = plan_after(|nodes, _| {
        nodes[3].config = json!({"segments": 16, "puzzles": 5});
        nodes[1].config["model"] = json!({"arch": "trm"});
    });
    assert_eq!(
        plan[..2],
        [
            "train.hrm[seed=0]: `model.arch` changed: not set → \"trm\", `model.hidden_size` changed: 64 → not set",
            "evaluate.test[seed=0]: `puzzles` changed: not set → 5, `segments` changed: 8 → 16, after `train.hrm[seed=0]`",
        ]
    );
}

#[test]
fn each_other_part_has_its_reason() {
    type Change = fn(&mut Node);
    let cases: [(Change, &str); 5] = [
        (|n| n.seed = Some(7), "seed changed: 0 → 7"),
        (
            |n| n.device_kind = Some("cuda".to_owned()),
            "device changed: cpu → cuda",
        ),
        (|n| n.device_kind = None, "device changed: cpu → none"),
        (
            |n| n.semantics_version = 2,
            "this version of the program computes it differently (semantics 1 → 2)",
        ),
        (
            |n| _ = n.external.insert("a.csv".to_owned(), "hash".to_owned()),
            "`a.csv` changed",
        ),
    ];
    for (change, reason) in cases {
        let plan = plan_after(|nodes, _| change(&mut nodes[1]));
        assert_eq!(plan[0], format!("train.hrm[seed=0]: {reason}"));
    }
}

#[test]
fn an_added_or_removed_input_is_named() {
    let removed = plan_after(|nodes, _| _ = nodes[5].inputs.pop());
    assert_eq!(
        removed,
        ["report.main: input `evaluate.test[seed=1]` was removed"]
    );
    let added = plan_after(|nodes, _| {
        let input = hrm_plan::Input {
            role: "train.hrm[seed=0]".to_owned(),
            node: 1,
        };
        nodes[5].inputs.push(input);
    });
    assert_eq!(added, ["report.main: input `train.hrm[seed=0]` is new"]);
}

#[test]
fn a_damaged_artifact_runs_again_and_is_named() {
    let plan = plan_after(|nodes, store| {
        let key = store.previous[&nodes[3].id].key();
        let what = "`outcomes.csv` has 3 bytes instead of 10".to_owned();
        store.artifacts.insert(key, Lookup::Damaged { what });
    });
    assert_eq!(
        plan,
        [
            "evaluate.test[seed=0]: its artifact is damaged: `outcomes.csv` has 3 bytes instead of 10",
            "report.main: after `evaluate.test[seed=0]`",
        ]
    );
}

#[test]
fn a_deleted_artifact_runs_again() {
    let plan = plan_after(|nodes, store| {
        let key = store.previous[&nodes[5].id].key();
        store.artifacts.remove(&key);
    });
    assert_eq!(plan, ["report.main: its artifact is gone"]);
}

#[test]
fn an_input_with_other_content_is_a_reason_even_where_its_key_is_old() {
    let plan = plan_after(|nodes, store| {
        let key = store.previous[&nodes[1].id].key();
        let content_hash = "something else".to_owned();
        store
            .artifacts
            .insert(key, Lookup::Complete { content_hash });
    });
    assert_eq!(
        plan,
        [
            "evaluate.test[seed=0]: input `train` changed",
            "report.main: after `evaluate.test[seed=0]`"
        ]
    );
}

/// The early cut-off: the training reads another dataset configuration but the same content.
#[test]
fn an_input_rebuilt_to_the_same_content_leaves_what_follows_cached() {
    let by_kind = |parts: &KeyParts| match parts.kind.as_str() {
        "dataset" => "the same dataset".to_owned(),
        _ => injective(parts),
    };
    let mut nodes = workflow();
    let mut store = Store::default();
    store.run(&nodes, by_kind);
    nodes[0].config["seed"] = json!(1);
    assert_eq!(
        to_run(&store.plan(&nodes, &BTreeSet::new())).len(),
        nodes.len()
    );
    assert_eq!(store.run(&nodes, by_kind), ["dataset.sudoku"]);
}

#[test]
fn going_back_to_an_earlier_configuration_finds_its_artifacts() {
    let plan = plan_after(|nodes, store| {
        let mut changed = nodes.clone();
        changed[1].config["lr"] = json!(2e-3);
        assert_eq!(store.run(&changed, injective).len(), 3);
    });
    assert_eq!(plan, [""; 0]);
}

#[test]
fn forced_stages_run_and_what_follows_waits_for_their_content() {
    let nodes = workflow();
    let mut store = Store::default();
    store.run(&nodes, injective);
    let forced = Graph::new(&nodes)
        .unwrap()
        .select(&["train.hrm[seed=1]"])
        .unwrap();
    assert_eq!(
        to_run(&store.plan(&nodes, &forced)),
        [
            "train.hrm[seed=1]: forced",
            "evaluate.test[seed=1]: after `train.hrm[seed=1]`",
            "report.main: after `evaluate.test[seed=1]`",
        ]
    );
}

#[test]
fn inputs_may_stand_after_what_needs_them() {
    let mut nodes = workflow();
    nodes.reverse();
    for node in &mut nodes {
        for input in &mut node.inputs {
            input.node = 5 - input.node;
        }
    }
    assert_eq!(Graph::new(&nodes).unwrap().order(), [5, 3, 1, 4, 2, 0]);
    let mut store = Store::default();
    assert_eq!(store.run(&nodes, injective).len(), 6);
    assert_eq!(to_run(&store.plan(&nodes, &BTreeSet::new())), [""; 0]);
}

#[test]
fn reasons_are_readable_by_scripts() {
    let reason = Reason::ConfigChanged {
        path: "lr".to_owned(),
        old: Some(json!(1e-3)),
        new: Some(json!(2e-3)),
    };
    let expected = json!({"reason": "config_changed", "path": "lr", "old": 0.001, "new": 0.002});
    assert_eq!(serde_json::to_value(reason).unwrap(), expected);
    assert_eq!(
        serde_json::to_value(Reason::NeverRun).unwrap(),
        json!({"reason": "never_run"})
    );
}

#[test]
fn a_long_value_is_cut() {
    let plan = plan_after(|nodes, _| nodes[0].config["sudoku"] = json!("é".repeat(100)));
    assert!(
        plan[0].ends_with(&format!("\"{}…", "é".repeat(59))),
        "{}",
        plan[0]
    );
}
