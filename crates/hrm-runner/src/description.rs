//! What a run was asked to do, complete enough to report on it later without the workflow file.

use crate::RunnerError;
use hrm_config::{ExpectConfig, Scale, StageConfig, StageKind};
use hrm_store::Database;
use hrm_workflow::{Expectation, Stage, Workflow};
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
    /// The size that was chosen, where the file names one.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// What it claims of its results.
    #[serde(default)]
    pub expectations: Vec<ExpectationDescription>,
    /// The document after `extends`, scale and overrides, without defaults.
    pub document: Value,
    /// Every stage instance, each after its inputs.
    pub stages: Vec<StageDescription>,
}

/// One claim of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectationDescription {
    /// Its name.
    pub name: String,
    /// What is claimed.
    pub config: ExpectConfig,
    /// Ids of the evaluations that it is about: one for each seed.
    pub evaluations: Vec<String>,
    /// Ids of the evaluations that are to be exceeded.
    pub above: Vec<String>,
}

/// One stage instance of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageDescription {
    /// Instance id.
    pub id: String,
    /// The id without the training's seed; empty in runs of before there were expectations.
    #[serde(default)]
    pub group: String,
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
            scale: workflow.scale,
            expectations: workflow
                .expectations
                .iter()
                .map(|expectation| describe_expectation(workflow, expectation))
                .collect(),
            document: workflow.resolved.clone(),
            stages: workflow
                .stages
                .iter()
                .map(describe)
                .collect::<Result<_, _>>()?,
        })
    }

    /// What the run with the full id `run` was asked to do.
    pub(crate) fn read(database: &Database, run: &str) -> Result<Self, RunnerError> {
        let config = database.run_config(run)?;
        let what = format!("the stored workflow of run `{run}`");
        serde_json::from_value(config).map_err(RunnerError::malformed(what))
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

fn describe_expectation(workflow: &Workflow, expectation: &Expectation) -> ExpectationDescription {
    let ids = |instances: &[usize]| -> Vec<String> {
        let stages = instances
            .iter()
            .filter_map(|&index| workflow.stages.get(index));
        stages.map(|stage| stage.id.clone()).collect()
    };
    ExpectationDescription {
        name: expectation.name.clone(),
        config: expectation.config.clone(),
        evaluations: ids(&expectation.evaluations),
        above: ids(&expectation.above),
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
        group: stage.group.clone(),
        kind: stage.kind,
        name: stage.name.clone(),
        axes: stage.axes.clone(),
        seed: stage.seed,
        config: config.map_err(RunnerError::Json)?,
        inputs: stage.inputs.clone(),
    })
}
