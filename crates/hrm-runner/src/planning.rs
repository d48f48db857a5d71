//! The plan of a workflow against the store.

use crate::{RunnerError, Session, nodes::nodes};
use hrm_plan::{Graph, KeyParts, Lookup, Node, PlannedStage, Status};
use hrm_store::{Artifact, ArtifactState, Damage, Key};
use hrm_workflow::Workflow;
use std::collections::{BTreeMap, BTreeSet};

/// Which stages are wanted. A stage is given by its name, as `KIND.NAME`, or by an instance's id.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The stages to run, with everything that they need; all if empty.
    pub stages: Vec<String>,
    /// Stages to run even if they are cached.
    pub forced: Vec<String>,
}

/// The plan of a workflow.
#[derive(Debug)]
pub struct WorkflowPlan {
    /// One entry for each stage instance, in the order of the workflow.
    pub stages: Vec<PlannedStage>,
    /// Indices of the instances that were selected, with everything that they need.
    pub selected: BTreeSet<usize>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) forced: BTreeSet<usize>,
    /// The complete artifact of each instance, as far as its key is known and there is one.
    pub(crate) artifacts: Vec<Option<Artifact>>,
    /// Indices of all instances, each after its inputs.
    pub(crate) order: Vec<usize>,
}

impl WorkflowPlan {
    /// The instances that `selector` means: an id, `KIND.NAME`, or a stage's name.
    pub fn named(&self, selector: &str) -> impl Iterator<Item = &PlannedStage> {
        let named = self
            .nodes
            .iter()
            .zip(&self.stages)
            .filter(move |(node, _)| node.matches(selector));
        named.map(|(_, stage)| stage)
    }

    /// The artifacts of the cached instances.
    pub(crate) fn cached(&self) -> Vec<Option<Artifact>> {
        let all = self.artifacts.iter().zip(&self.stages);
        let cached = |(artifact, stage): (&Option<Artifact>, &PlannedStage)| {
            let is_cached = stage.status.content_hash().is_some();
            artifact.clone().filter(|_| is_cached)
        };
        all.map(cached).collect()
    }

    /// The selected instances that have to run, as far as is known now.
    pub fn to_run(&self) -> impl Iterator<Item = usize> {
        self.selected
            .iter()
            .copied()
            .filter(|&i| matches!(self.stages[i].status, Status::ToRun { .. }))
    }
}

/// Plans `workflow`: looks up every stage whose inputs are complete, and says why the others have
/// to run.
pub fn plan(
    session: &Session,
    workflow: &Workflow,
    selection: &Selection,
) -> Result<WorkflowPlan, RunnerError> {
    let nodes = nodes(session, workflow)?;
    let graph = Graph::new(&nodes)?;
    let forced = graph.select(&selection.forced)?;
    let selected = if selection.stages.is_empty() {
        (0..nodes.len()).collect()
    } else {
        let named = graph.select(&selection.stages)?;
        graph.upstream(&named.union(&forced).copied().collect())
    };
    let mut found = BTreeMap::new();
    let lookup = |node: &Node, key: &str| look_up(session, node, key, &mut found);
    let previous = |node: &Node| previous_parts(session, workflow, node);
    let stages = hrm_plan::plan(&graph, &forced, lookup, previous)?.stages;
    let order = graph.order().to_vec();
    let artifacts = nodes.iter().map(|node| found.remove(&node.id)).collect();
    Ok(WorkflowPlan {
        stages,
        selected,
        nodes,
        forced,
        artifacts,
        order,
    })
}

/// What the store holds under a key; a complete artifact is put among those `found`, by instance.
fn look_up(
    session: &Session,
    node: &Node,
    key: &str,
    found: &mut BTreeMap<String, Artifact>,
) -> Result<Lookup, RunnerError> {
    let key: Key = key.parse()?;
    Ok(match session.store.artifact(&node.kind, &key)? {
        ArtifactState::Absent => Lookup::Absent,
        ArtifactState::Complete(artifact) => {
            let content_hash = artifact.content_hash().to_owned();
            found.insert(node.id.clone(), artifact);
            Lookup::Complete { content_hash }
        }
        ArtifactState::Damaged { reasons } => Lookup::Damaged {
            what: damages(&reasons),
        },
    })
}

/// What is wrong with an artifact, in one line.
pub(crate) fn damages(reasons: &[Damage]) -> String {
    let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    reasons.join("; ")
}

/// The key parts of the artifact that the instance had last. They only explain, so parts that an
/// earlier version of the program wrote in another form count as none.
pub(crate) fn previous_parts(
    session: &Session,
    workflow: &Workflow,
    node: &Node,
) -> Result<Option<KeyParts>, RunnerError> {
    let last = session.database.last_artifact(&workflow.name, &node.id)?;
    Ok(last.and_then(|row| serde_json::from_value(row.key_parts).ok()))
}
