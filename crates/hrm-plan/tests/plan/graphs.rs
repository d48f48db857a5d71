//! Which nodes make a graph, and which of them a selector means.

use crate::store::{node, workflow};
use hrm_plan::{Graph, GraphError, Node};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn selectors_are_ids_stages_or_names() {
    let nodes = workflow();
    let graph = Graph::new(&nodes).unwrap();
    let cases: [(&[&str], &[usize]); 6] = [
        (&["train.hrm[seed=1]"], &[2]),
        (&["train.hrm"], &[1, 2]),
        (&["hrm"], &[1, 2]),
        (&["sudoku", "main"], &[0, 5]),
        (&["hrm", "train.hrm"], &[1, 2]),
        (&[], &[]),
    ];
    for (selectors, expected) in cases {
        let selected = graph.select(selectors).unwrap();
        assert_eq!(
            selected,
            expected.iter().copied().collect(),
            "{selectors:?}"
        );
    }
    let error = graph.select(&["hrm", "train.hmr"]).unwrap_err();
    assert_eq!(error.to_string(), "no stage is called `train.hmr`");
    let GraphError::UnknownStage { known, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        known,
        [
            "dataset.sudoku",
            "evaluate.test",
            "report.main",
            "train.hrm"
        ]
    );
    assert!(graph.select(&["train"]).is_err());
}

#[test]
fn upstream_and_downstream_include_the_stage_itself() {
    let nodes = workflow();
    let graph = Graph::new(&nodes).unwrap();
    assert_eq!(
        graph.upstream(&BTreeSet::from([3])),
        BTreeSet::from([0, 1, 3])
    );
    assert_eq!(
        graph.downstream(&BTreeSet::from([1])),
        BTreeSet::from([1, 3, 5])
    );
    assert_eq!(graph.upstream(&BTreeSet::new()), BTreeSet::new());
}

#[test]
fn nodes_that_make_no_graph_are_refused() {
    let cycle = [
        node("a.outside", json!({}), &[("x", 1)]),
        node("a.one", json!({}), &[("x", 3)]),
        node("a.two", json!({}), &[("x", 1)]),
        node("a.three", json!({}), &[("x", 2)]),
        node("a.root", json!({}), &[]),
    ];
    let cases: [(&[Node], &str); 5] = [
        (
            &cycle,
            "stages need each other: a.one → a.three → a.two → a.one",
        ),
        (
            &[node("a.self", json!({}), &[("x", 0)])],
            "stages need each other: a.self → a.self",
        ),
        (
            &[node("a.b", json!({}), &[]), node("a.b", json!({}), &[])],
            "two stages are called `a.b`",
        ),
        (
            &[node("a.b", json!({}), &[("x", 1)])],
            "stage `a.b` has an input that does not exist",
        ),
        (
            &[
                node("a.b", json!({}), &[]),
                node("a.c", json!({}), &[("x", 0), ("x", 0)]),
            ],
            "stage `a.c` has two inputs for `x`",
        ),
    ];
    for (nodes, message) in cases {
        assert_eq!(Graph::new(nodes).unwrap_err().to_string(), message);
    }
}
