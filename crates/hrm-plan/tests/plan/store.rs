//! Nodes for tests, and a store in memory.

use hrm_plan::{Graph, Input, KeyParts, Lookup, Node, Plan, Reason, Status, plan};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// A node of the kind that its id names, with inputs by role.
pub(crate) fn node(id: &str, config: Value, inputs: &[(&str, usize)]) -> Node {
    let kind = id.split('.').next().unwrap_or(id).to_owned();
    let inputs = inputs
        .iter()
        .map(|&(role, node)| Input {
            role: role.to_owned(),
            node,
        })
        .collect();
    Node {
        id: id.to_owned(),
        kind,
        config,
        external: BTreeMap::new(),
        seed: None,
        semantics_version: 1,
        device_kind: None,
        inputs,
    }
}

/// A dataset, a training with two seeds, their evaluations and a report.
pub(crate) fn workflow() -> Vec<Node> {
    let mut nodes = vec![
        node(
            "dataset.sudoku",
            json!({"seed": 0, "sudoku": {"train": 1000}}),
            &[],
        ),
        node(
            "train.hrm[seed=0]",
            json!({"lr": 1e-3, "model": {"hidden_size": 64}}),
            &[("dataset", 0)],
        ),
        node(
            "train.hrm[seed=1]",
            json!({"lr": 1e-3, "model": {"hidden_size": 64}}),
            &[("dataset", 0)],
        ),
        node(
            "evaluate.test[seed=0]",
            json!({"segments": 8}),
            &[("train", 1), ("dataset", 0)],
        ),
        node(
            "evaluate.test[seed=1]",
            json!({"segments": 8}),
            &[("train", 2), ("dataset", 0)],
        ),
        node(
            "report.main",
            json!({}),
            &[("evaluate.test[seed=0]", 3), ("evaluate.test[seed=1]", 4)],
        ),
    ];
    for (seed, i) in [(0, 1), (1, 2)] {
        nodes[i].seed = Some(seed);
        nodes[i].device_kind = Some("cpu".to_owned());
    }
    nodes
}

/// What a run leaves behind: artifacts by key, and the last key parts of each instance.
#[derive(Default, Clone)]
pub(crate) struct Store {
    pub(crate) artifacts: BTreeMap<String, Lookup>,
    pub(crate) previous: BTreeMap<String, KeyParts>,
}

impl Store {
    pub(crate) fn plan(&self, nodes: &[Node], forced: &BTreeSet<usize>) -> Plan {
        let graph = match Graph::new(nodes) {
            Ok(graph) => graph,
            Err(error) => unreachable!("not a graph: {error}"),
        };
        let lookup =
            |_: &Node, key: &str| Ok(self.artifacts.get(key).cloned().unwrap_or(Lookup::Absent));
        let previous = |node: &Node| Ok(self.previous.get(&node.id).cloned());
        match plan::<Infallible>(&graph, forced, lookup, previous) {
            Ok(plan) => plan,
        }
    }

    /// Plans and executes until everything is cached. `content` says what a stage produces from
    /// its key parts. Returns the ids that were executed, in order.
    pub(crate) fn run(
        &mut self,
        nodes: &[Node],
        content: impl Fn(&KeyParts) -> String,
    ) -> Vec<String> {
        let mut executed = Vec::new();
        loop {
            let plan = self.plan(nodes, &BTreeSet::new());
            let next =
                plan.stages
                    .into_iter()
                    .find_map(|stage| match (&stage.status, stage.parts) {
                        (Status::ToRun { .. }, Some(parts)) => Some((stage.id, parts)),
                        _ => None,
                    });
            let Some((id, parts)) = next else {
                return executed;
            };
            let content_hash = content(&parts);
            self.artifacts
                .insert(parts.key(), Lookup::Complete { content_hash });
            self.previous.insert(id.clone(), parts);
            executed.push(id);
        }
    }
}

/// A stage whose content is as unique as its key.
pub(crate) fn injective(parts: &KeyParts) -> String {
    format!("content of {}", parts.key())
}

/// `id: reason, reason` of every stage to run.
pub(crate) fn to_run(plan: &Plan) -> Vec<String> {
    let line = |(id, reasons): (&str, &[Reason])| {
        let reasons: Vec<String> = reasons.iter().map(Reason::to_string).collect();
        format!("{id}: {}", reasons.join(", "))
    };
    let stages = plan
        .stages
        .iter()
        .map(|stage| (stage.id.as_str(), stage.status.reasons()));
    stages
        .filter(|(_, reasons)| !reasons.is_empty())
        .map(line)
        .collect()
}
