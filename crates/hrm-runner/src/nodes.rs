//! From a workflow to the nodes of a plan: what decides each stage's result, and nothing else.

use crate::external::{external_hashes, weights_hash};
use crate::{RunnerError, Session};
use hrm_config::{
    DatasetConfig, EvaluateConfig, ReportConfig, StageConfig, StageKind, TrainConfig,
};
use hrm_plan::{Input, Node};
use hrm_workflow::{Stage, Workflow};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The nodes of `workflow`, in the order of its stages.
pub(crate) fn nodes(session: &Session, workflow: &Workflow) -> Result<Vec<Node>, RunnerError> {
    workflow
        .stages
        .iter()
        .map(|stage| node(session, workflow, stage))
        .collect()
}

fn node(session: &Session, workflow: &Workflow, stage: &Stage) -> Result<Node, RunnerError> {
    let base_dir = base_dir(workflow);
    let external = match &stage.config {
        StageConfig::Dataset(config) => external_hashes(config, base_dir, &session.sources)?,
        StageConfig::Train(config) => weights_hash(config, base_dir)?,
        _ => BTreeMap::new(),
    };
    Ok(Node {
        id: stage.id.clone(),
        kind: stage.kind.name().to_owned(),
        config: deciding_config(workflow, stage)?,
        external,
        seed: stage.seed,
        semantics_version: stage.kind.semantics_version(),
        device_kind: stage
            .kind
            .depends_on_device()
            .then(|| session.device_kind.name().to_owned()),
        inputs: inputs(workflow, stage),
    })
}

/// The folder from which a workflow's relative paths start: that of its file.
pub(crate) fn base_dir(workflow: &Workflow) -> &Path {
    workflow.path.parent().unwrap_or(Path::new(""))
}

/// Everything whose artifact is read. That is more than what a stage names: an evaluation reads
/// the training's dataset too, and a report everything behind its evaluations. Training content
/// alone would not do, since another test split leaves the weights as they are.
fn inputs(workflow: &Workflow, stage: &Stage) -> Vec<Input> {
    let of = |nodes: &[usize]| -> Vec<usize> {
        nodes
            .iter()
            .flat_map(|&node| &workflow.stages[node].inputs)
            .copied()
            .collect()
    };
    let role = |role: &str, nodes: &[usize]| -> Vec<Input> {
        nodes
            .iter()
            .map(|&node| Input {
                role: role.to_owned(),
                node,
            })
            .collect()
    };
    match stage.kind {
        StageKind::Dataset => Vec::new(),
        StageKind::Train => role("dataset", &stage.inputs),
        StageKind::Evaluate => {
            let mut inputs = role("train", &stage.inputs);
            inputs.extend(role("dataset", &of(&stage.inputs)));
            inputs
        }
        StageKind::Report => {
            let trainings = of(&stage.inputs);
            let mut nodes: BTreeSet<usize> = stage.inputs.iter().copied().collect();
            nodes.extend(of(&trainings));
            nodes.extend(trainings);
            // A report shows the ids of what it is made from.
            nodes
                .into_iter()
                .map(|node| Input {
                    role: workflow.stages[node].id.clone(),
                    node,
                })
                .collect()
        }
    }
}

/// The configuration with every default that depends on other keys filled in, and without what
/// does not decide the result: display-only keys, names of other stages, paths of external files.
fn deciding_config(workflow: &Workflow, stage: &Stage) -> Result<Value, RunnerError> {
    let mut config = match &stage.config {
        StageConfig::Dataset(config) => dataset_config(config)?,
        StageConfig::Train(config) => train_config(config)?,
        StageConfig::Evaluate(config) => evaluate_config(workflow, stage, config)?,
        StageConfig::Report(config) => report_config(workflow, config),
    };
    if let Value::Object(map) = &mut config {
        for key in stage.kind.display_only() {
            map.remove(*key);
        }
    }
    remove_unset(&mut config);
    Ok(config)
}

fn dataset_config(config: &DatasetConfig) -> Result<Value, RunnerError> {
    let mut config = config.clone();
    config.augmentations = Some(config.augmentations());
    let mut value = to_value(&config)?;
    remove(&mut value, "csv", &["train", "test"]);
    remove(&mut value, "folder", &["path"]);
    Ok(value)
}

fn train_config(config: &TrainConfig) -> Result<Value, RunnerError> {
    let mut config = config.clone();
    let resolved = config.model.resolve();
    config.model.networks = Some(resolved.networks);
    config.model.gradient = Some(resolved.gradient);
    config.model.puzzle_emb_ndim = Some(resolved.puzzle_emb_ndim);
    config.model.puzzle_emb_len = Some(resolved.puzzle_emb_len);
    config.continue_loss = Some(config.trains_continue());
    let mut value = to_value(&config)?;
    if let Value::Object(map) = &mut value {
        map.remove("dataset");
        map.remove("weights");
    }
    Ok(value)
}

fn evaluate_config(
    workflow: &Workflow,
    stage: &Stage,
    config: &EvaluateConfig,
) -> Result<Value, RunnerError> {
    let mut config = config.clone();
    config.segments = config
        .segments
        .or_else(|| segments_trained(workflow, stage));
    let mut value = to_value(&config)?;
    if let Value::Object(map) = &mut value {
        map.remove("train");
    }
    Ok(value)
}

/// Supervision segments of the training that `evaluation` evaluates.
pub(crate) fn segments_trained(workflow: &Workflow, evaluation: &Stage) -> Option<usize> {
    let training = evaluation
        .inputs
        .first()
        .map(|&input| &workflow.stages[input].config);
    match training {
        Some(StageConfig::Train(config)) => Some(config.segments),
        _ => None,
    }
}

/// A report shows the whole workflow, so all of it decides the page.
fn report_config(workflow: &Workflow, config: &ReportConfig) -> Value {
    json!({
        "title": config.title,
        "workflow": workflow.name,
        "description": workflow.description,
        "resolved": workflow.resolved,
    })
}

fn to_value(config: &impl Serialize) -> Result<Value, RunnerError> {
    serde_json::to_value(config).map_err(RunnerError::Json)
}

fn remove(value: &mut Value, table: &str, keys: &[&str]) {
    if let Some(Value::Object(map)) = value.get_mut(table) {
        for key in keys {
            map.remove(*key);
        }
    }
}

/// Removes keys without a value, so that a new optional key in a later version of the program
/// leaves the keys of those who do not use it as they are.
fn remove_unset(value: &mut Value) {
    if let Value::Object(map) = value {
        map.retain(|_, value| !value.is_null());
        map.values_mut().for_each(remove_unset);
    }
}
