//! What a run was asked to do, complete enough to report on it later without the workflow file.

use crate::RunnerError;
use hrm_config::{StageConfig, StageKind};
use hrm_workflow::{Stage, Workflow};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A workflow as it was when a run began; stored with the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunDescription {
    /// Name of the workflow.
    pub workflow: String,
    /// What it is for, in the author's words.
    pub description: Option<String>,
    /// The document after `extends` and overrides, without defaults.
    pub document: Value,
    /// Every stage instance, each after its inputs.
    pub stages: Vec<StageDescription>,
}

/// One stage instance of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageDescription {
    /// Instance id.
    pub id: String,
    /// Kind of the stage.
    pub kind: StageKind,
    /// Name of the stage.
    pub name: String,
    /// The axes that tell it from other instances, with its values.
    pub axes: Vec<(String, Value)>,
    /// Seed of a training.
    pub seed: Option<u64>,
    /// Every key, defaults included.
    pub config: Value,
    /// Indices of the instances that it names as its inputs.
    pub inputs: Vec<usize>,
}

impl RunDescription {
    /// Describes `workflow`.
    pub fn of(workflow: &Workflow) -> Result<Self, RunnerError> {
        Ok(Self {
            workflow: workflow.name.clone(),
            description: workflow.description.clone(),
            document: workflow.resolved.clone(),
            stages: workflow
                .stages
                .iter()
                .map(describe)
                .collect::<Result<_, _>>()?,
        })
    }

    /// The stage instance with this id.
    pub fn stage(&self, id: &str) -> Option<&StageDescription> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The instances that `stage` names as its inputs.
    pub fn inputs<'a>(
        &'a self,
        stage: &'a StageDescription,
    ) -> impl Iterator<Item = &'a StageDescription> {
        stage
            .inputs
            .iter()
            .filter_map(|&input| self.stages.get(input))
    }
}

impl StageDescription {
    /// The typed configuration.
    pub(crate) fn config<T: DeserializeOwned>(&self) -> Result<T, RunnerError> {
        let what = || format!("the stored configuration of stage `{}`", self.id);
        serde_json::from_value(self.config.clone()).map_err(RunnerError::malformed(what()))
    }

    /// `KIND.NAME`.
    pub fn stage(&self) -> String {
        format!("{}.{}", self.kind, self.name)
    }
}

fn describe(stage: &Stage) -> Result<StageDescription, RunnerError> {
    let config = match &stage.config {
        StageConfig::Dataset(config) => serde_json::to_value(config),
        StageConfig::Train(config) => serde_json::to_value(config),
        StageConfig::Evaluate(config) => serde_json::to_value(config),
        StageConfig::Report(config) => serde_json::to_value(config),
    };
    Ok(StageDescription {
        id: stage.id.clone(),
        kind: stage.kind,
        name: stage.name.clone(),
        axes: stage.axes.clone(),
        seed: stage.seed,
        config: config.map_err(RunnerError::Json)?,
        inputs: stage.inputs.clone(),
    })
}
