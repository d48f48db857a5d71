//! What is cached and what has to run.

use crate::{Graph, KeyParts, Node, Reason, changes};
use serde::Serialize;
use std::collections::BTreeSet;

/// What the store holds under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// A complete artifact.
    Complete {
        /// Hash of the artifact's content; decides the keys of the stages after it.
        content_hash: String,
    },
    /// An artifact that is not as it was published.
    Damaged {
        /// What is wrong with it.
        what: String,
    },
    /// Nothing.
    Absent,
}

/// The plan of a whole workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// One entry for each node, in the nodes' order.
    pub stages: Vec<PlannedStage>,
}

/// The plan of one stage instance.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStage {
    /// Instance id.
    pub id: String,
    /// What the key is made of; none while an input has to run.
    pub parts: Option<KeyParts>,
    /// The key; none while an input has to run.
    pub key: Option<String>,
    /// Whether the stage has to run.
    pub status: Status,
}

/// Whether a stage has to run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// Its artifact is there.
    Cached {
        /// Hash of the artifact's content.
        content_hash: String,
    },
    /// It has to run, for at least one reason.
    ToRun {
        /// Why.
        reasons: Vec<Reason>,
    },
}

impl Status {
    /// The content hash of a cached stage's artifact.
    pub fn content_hash(&self) -> Option<&str> {
        match self {
            Self::Cached { content_hash } => Some(content_hash),
            Self::ToRun { .. } => None,
        }
    }

    /// Why the stage has to run; empty for a cached one.
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Cached { .. } => &[],
            Self::ToRun { reasons } => reasons,
        }
    }
}

/// Plans every node of `graph`. `lookup` tells what the store holds under a node's key, `previous`
/// the key parts of the last artifact made for an instance, which only serves to explain. Nodes in
/// `forced` run in any case, and what follows them is decided by what they then produce.
///
/// Fails only where `lookup` or `previous` do.
pub fn plan<E>(
    graph: &Graph<'_>,
    forced: &BTreeSet<usize>,
    mut lookup: impl FnMut(&Node, &str) -> Result<Lookup, E>,
    mut previous: impl FnMut(&Node) -> Result<Option<KeyParts>, E>,
) -> Result<Plan, E> {
    let nodes = graph.nodes();
    let mut planned: Vec<Option<PlannedStage>> = vec![None; nodes.len()];
    for &i in graph.order() {
        let node = &nodes[i];
        let content_hash = |input: usize| planned[input].as_ref()?.status.content_hash();
        let parts = KeyParts::complete(node, content_hash);
        let key = parts.as_ref().map(KeyParts::key);
        let found = key.as_deref().map(|key| lookup(node, key)).transpose()?;
        let mut reasons = Vec::new();
        if forced.contains(&i) {
            reasons.push(Reason::Forced);
        }
        let status = match found {
            Some(Lookup::Complete { content_hash }) if reasons.is_empty() => {
                Status::Cached { content_hash }
            }
            Some(Lookup::Complete { .. }) => Status::ToRun { reasons },
            Some(Lookup::Damaged { what }) => {
                reasons.push(Reason::Damaged { what });
                Status::ToRun { reasons }
            }
            Some(Lookup::Absent) | None => {
                let parts = KeyParts::partial(node, content_hash);
                explain(&mut reasons, graph, node, &parts, previous(node)?.as_ref());
                Status::ToRun { reasons }
            }
        };
        planned[i] = Some(PlannedStage {
            id: node.id.clone(),
            parts,
            key,
            status,
        });
    }
    // The order names every node once, so nothing is dropped here.
    Ok(Plan {
        stages: planned.into_iter().flatten().collect(),
    })
}

/// Adds why `node`, whose artifact is not there, has to run.
fn explain(
    reasons: &mut Vec<Reason>,
    graph: &Graph<'_>,
    node: &Node,
    parts: &KeyParts,
    previous: Option<&KeyParts>,
) {
    let pending = || {
        node.inputs
            .iter()
            .filter(|input| !parts.inputs.contains_key(&input.role))
    };
    match previous {
        None => reasons.push(Reason::NeverRun),
        Some(previous) => {
            let roles = pending().map(|input| input.role.as_str()).collect();
            reasons.extend(changes(previous, parts, &roles));
        }
    }
    let ids = pending().map(|input| graph.nodes()[input.node].id.clone());
    reasons.extend(ids.map(|id| Reason::InputToRun { id }));
    if reasons.is_empty() {
        reasons.push(Reason::ArtifactMissing);
    }
}
