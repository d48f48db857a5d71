//! The nodes as a checked graph: order, what comes before and after, selection.

use crate::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Why nodes do not make a graph, or a selector means nothing in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Two nodes have the same id.
    #[error("two stages are called `{id}`")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// Two inputs of a node have the same role, so one would hide the other in the key.
    #[error("stage `{id}` has two inputs for `{role}`")]
    DuplicateRole {
        /// The node.
        id: String,
        /// The role.
        role: String,
    },
    /// An input names a node that is not there.
    #[error("stage `{id}` has an input that does not exist")]
    MissingInput {
        /// The node.
        id: String,
    },
    /// Stages need each other in a circle.
    #[error("stages need each other: {}", .ids.join(" → "))]
    Cycle {
        /// The circle; its first id is repeated at the end.
        ids: Vec<String>,
    },
    /// A selector matches no stage.
    #[error("no stage is called `{selector}`")]
    UnknownStage {
        /// What was asked for.
        selector: String,
        /// What exists: every `KIND.NAME`, sorted.
        known: Vec<String>,
    },
}

/// Nodes with an order in which every node comes after its inputs.
#[derive(Debug)]
pub struct Graph<'a> {
    nodes: &'a [Node],
    order: Vec<usize>,
    dependents: Vec<Vec<usize>>,
}

impl<'a> Graph<'a> {
    /// Checks `nodes` and orders them.
    pub fn new(nodes: &'a [Node]) -> Result<Self, GraphError> {
        check(nodes)?;
        let mut dependents = vec![Vec::new(); nodes.len()];
        for (i, node) in nodes.iter().enumerate() {
            for input in &node.inputs {
                dependents[input.node].push(i);
            }
        }
        let order = topological_order(nodes, &dependents);
        if order.len() < nodes.len() {
            return Err(GraphError::Cycle {
                ids: find_cycle(nodes, &order),
            });
        }
        Ok(Self {
            nodes,
            order,
            dependents,
        })
    }

    /// The nodes, in the order in which they were given.
    pub fn nodes(&self) -> &'a [Node] {
        self.nodes
    }

    /// Indices of the nodes, every node after its inputs, otherwise as given.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The nodes that `selectors` mean. A selector is an instance id, `KIND.NAME` (all instances)
    /// or a stage's name (all stages of that name).
    pub fn select<S: AsRef<str>>(&self, selectors: &[S]) -> Result<BTreeSet<usize>, GraphError> {
        let mut selected = BTreeSet::new();
        for selector in selectors.iter().map(AsRef::as_ref) {
            let mut matching = (0..self.nodes.len())
                .filter(|&i| self.nodes[i].matches(selector))
                .peekable();
            if matching.peek().is_none() {
                return Err(self.unknown_stage(selector));
            }
            selected.extend(matching);
        }
        Ok(selected)
    }

    fn unknown_stage(&self, selector: &str) -> GraphError {
        let known: BTreeSet<&str> = self.nodes.iter().map(Node::stage).collect();
        GraphError::UnknownStage {
            selector: selector.to_owned(),
            known: known.into_iter().map(str::to_owned).collect(),
        }
    }

    /// `from` and everything that it needs.
    pub fn upstream(&self, from: &BTreeSet<usize>) -> BTreeSet<usize> {
        reachable(from, |i| {
            self.nodes[i]
                .inputs
                .iter()
                .map(|input| input.node)
                .collect()
        })
    }

    /// `from` and everything that needs it.
    pub fn downstream(&self, from: &BTreeSet<usize>) -> BTreeSet<usize> {
        reachable(from, |i| self.dependents[i].clone())
    }
}

fn check(nodes: &[Node]) -> Result<(), GraphError> {
    let mut ids = BTreeSet::new();
    for node in nodes {
        if !ids.insert(&node.id) {
            return Err(GraphError::DuplicateId {
                id: node.id.clone(),
            });
        }
        let mut roles = BTreeSet::new();
        for input in &node.inputs {
            if input.node >= nodes.len() {
                return Err(GraphError::MissingInput {
                    id: node.id.clone(),
                });
            }
            if !roles.insert(&input.role) {
                let role = input.role.clone();
                return Err(GraphError::DuplicateRole {
                    id: node.id.clone(),
                    role,
                });
            }
        }
    }
    Ok(())
}

/// Kahn's algorithm, the smallest index first. Nodes on or after a cycle are missing.
fn topological_order(nodes: &[Node], dependents: &[Vec<usize>]) -> Vec<usize> {
    let mut waiting_for: Vec<usize> = nodes.iter().map(|node| node.inputs.len()).collect();
    let mut ready: BTreeSet<usize> = (0..nodes.len()).filter(|&i| waiting_for[i] == 0).collect();
    let mut order = Vec::with_capacity(nodes.len());
    while let Some(i) = ready.pop_first() {
        order.push(i);
        for &dependent in &dependents[i] {
            waiting_for[dependent] -= 1;
            if waiting_for[dependent] == 0 {
                ready.insert(dependent);
            }
        }
    }
    order
}

/// The ids along one cycle, given the nodes that could be ordered. Every other node has an input
/// that could not be ordered either, so walking such inputs must come back to a node seen before.
fn find_cycle(nodes: &[Node], ordered: &[usize]) -> Vec<String> {
    let ordered: BTreeSet<usize> = ordered.iter().copied().collect();
    let mut path = Vec::new();
    let mut position = BTreeMap::new();
    let mut next = (0..nodes.len()).find(|i| !ordered.contains(i));
    while let Some(i) = next {
        if let Some(&start) = position.get(&i) {
            path.push(i);
            return path[start..].iter().map(|&i| nodes[i].id.clone()).collect();
        }
        position.insert(i, path.len());
        path.push(i);
        next = nodes[i]
            .inputs
            .iter()
            .map(|input| input.node)
            .find(|i| !ordered.contains(i));
    }
    Vec::new()
}

fn reachable(from: &BTreeSet<usize>, next: impl Fn(usize) -> Vec<usize>) -> BTreeSet<usize> {
    let mut seen = from.clone();
    let mut pending: Vec<usize> = from.iter().copied().collect();
    while let Some(i) = pending.pop() {
        pending.extend(next(i).into_iter().filter(|&j| seen.insert(j)));
    }
    seen
}
