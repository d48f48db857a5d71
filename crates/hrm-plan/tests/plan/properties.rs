//! Properties of plans over random graphs.

use crate::store::{Store, injective};
use hrm_plan::{Graph, KeyParts, Node, Status};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeSet;

/// Up to `count_max` nodes; each reads some of the nodes before it, and the list is then shuffled.
fn graphs(count_max: usize) -> impl Strategy<Value = Vec<Node>> {
    let edges = prop::collection::vec(
        prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        1..=count_max,
    );
    edges
        .prop_flat_map(|edges| {
            let order: Vec<usize> = (0..edges.len()).collect();
            (Just(edges), Just(order).prop_shuffle())
        })
        .prop_map(|(edges, place)| {
            let mut nodes = vec![crate::store::node("train.x", json!({}), &[]); edges.len()];
            for (i, inputs) in edges.iter().enumerate() {
                let inputs: BTreeSet<usize> = match i {
                    0 => BTreeSet::new(),
                    _ => inputs.iter().map(|input| place[input.index(i)]).collect(),
                };
                let roles: Vec<(String, usize)> = inputs
                    .into_iter()
                    .map(|input| (format!("role {input}"), input))
                    .collect();
                let roles: Vec<(&str, usize)> =
                    roles.iter().map(|(r, n)| (r.as_str(), *n)).collect();
                let id = format!("train.n{}", place[i]);
                nodes[place[i]] = crate::store::node(&id, json!({"value": place[i]}), &roles);
            }
            nodes
        })
}

/// A stage whose content ignores most of its configuration, so that rebuilding often changes nothing.
fn coarse(parts: &KeyParts) -> String {
    let value = parts.config["value"].as_u64().unwrap_or(0);
    format!(
        "{} {:?}",
        value % 2,
        parts.inputs.values().collect::<Vec<_>>()
    )
}

fn cached(store: &Store, nodes: &[Node]) -> BTreeSet<usize> {
    let stages = store.plan(nodes, &BTreeSet::new()).stages;
    let is_cached = |status: &Status| matches!(status, Status::Cached { .. });
    (0..nodes.len())
        .filter(|&i| is_cached(&stages[i].status))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_node_comes_once_and_after_its_inputs(nodes in graphs(30)) {
        let graph = Graph::new(&nodes).unwrap();
        let mut seen = BTreeSet::new();
        for &i in graph.order() {
            prop_assert!(nodes[i].inputs.iter().all(|input| seen.contains(&input.node)));
            prop_assert!(seen.insert(i));
        }
        prop_assert_eq!(seen.len(), nodes.len());
    }

    #[test]
    fn after_a_run_all_is_cached_and_a_change_reaches_exactly_what_follows(
        nodes in graphs(20),
        changed in any::<prop::sample::Index>(),
    ) {
        let mut store = Store::default();
        store.run(&nodes, injective);
        prop_assert_eq!(cached(&store, &nodes).len(), nodes.len());

        let changed = changed.index(nodes.len());
        let mut edited = nodes.clone();
        edited[changed].config["value"] = json!(1_000);
        let after = Graph::new(&edited).unwrap().downstream(&BTreeSet::from([changed]));
        let expected: BTreeSet<usize> = (0..nodes.len()).filter(|i| !after.contains(i)).collect();
        prop_assert_eq!(cached(&store, &edited), expected);
        // With content as unique as keys, all of it runs indeed.
        prop_assert_eq!(store.run(&edited, injective).len(), after.len());
        // Nothing was lost on the way.
        prop_assert_eq!(cached(&store, &nodes).len(), nodes.len());
    }

    #[test]
    fn no_stage_runs_twice_on_the_same_content(nodes in graphs(20), changed in any::<prop::sample::Index>()) {
        let mut store = Store::default();
        store.run(&nodes, coarse);
        let changed = changed.index(nodes.len());
        let mut edited = nodes.clone();
        // Another configuration with the same content.
        edited[changed].config["value"] = json!(changed + 1_000);
        let executed = store.run(&edited, coarse);
        prop_assert_eq!(executed, [edited[changed].id.as_str()]);
        prop_assert_eq!(cached(&store, &edited).len(), nodes.len());
    }

    #[test]
    fn only_stages_with_complete_inputs_have_a_key(nodes in graphs(20), forced in prop::collection::btree_set(0_usize..20, 0..4)) {
        let forced: BTreeSet<usize> = forced.into_iter().filter(|&i| i < nodes.len()).collect();
        let mut store = Store::default();
        store.run(&nodes, injective);
        let stages = store.plan(&nodes, &forced).stages;
        for (node, stage) in nodes.iter().zip(&stages) {
            let complete = node.inputs.iter().all(|i| stages[i.node].status.content_hash().is_some());
            prop_assert_eq!(stage.key.is_some(), complete);
            prop_assert_eq!(stage.parts.as_ref().map(KeyParts::key), stage.key.clone());
        }
        let graph = Graph::new(&nodes).unwrap();
        let to_run: BTreeSet<usize> =
            (0..nodes.len()).filter(|&i| !stages[i].status.reasons().is_empty()).collect();
        prop_assert_eq!(to_run, graph.downstream(&forced));
    }

    #[test]
    fn canonical_text_reads_back(text in ".*", numbers in prop::collection::vec(any::<f64>(), 0..5), integer in any::<i64>()) {
        let numbers: Vec<f64> = numbers.into_iter().filter(|n| n.is_finite()).collect();
        let value = json!({"text": text, text.as_str(): [integer], "numbers": numbers});
        let canonical = hrm_plan::canonical_json(&value);
        let read: serde_json::Value = serde_json::from_str(&canonical).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(hrm_plan::canonical_json(&read), canonical);
    }
}

#[test]
fn a_thousand_cached_stages_are_found_cached() {
    let mut nodes: Vec<Node> = (0..1000)
        .map(|i| {
            crate::store::node(
                &format!("train.n{i}"),
                json!({"value": i, "model": {"hidden_size": 64}}),
                &[],
            )
        })
        .collect();
    for (i, node) in nodes.iter_mut().enumerate() {
        let inputs = (i.saturating_sub(8)..i).map(|node| hrm_plan::Input {
            role: format!("r{node}"),
            node,
        });
        node.inputs = inputs.collect();
    }
    let mut store = Store::default();
    for node in &nodes {
        let hash = |i: usize| store.previous.contains_key(&nodes[i].id).then_some("same");
        let parts = KeyParts::complete(node, hash).unwrap();
        let content_hash = "same".to_owned();
        store
            .artifacts
            .insert(parts.key(), hrm_plan::Lookup::Complete { content_hash });
        store.previous.insert(node.id.clone(), parts);
    }
    assert_eq!(cached(&store, &nodes).len(), 1000);
}
