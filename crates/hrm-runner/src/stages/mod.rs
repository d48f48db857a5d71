//! What each kind of stage does.

mod dataset;
mod evaluate;
mod recent;
mod report;
mod train;

pub(crate) use evaluate::examples;

use crate::{Events, Interrupt, RunnerError, Session};
use hrm_config::StageConfig;
use hrm_dataset::Dataset;
use hrm_store::{Artifact, Key};
use hrm_workflow::{Stage, Workflow};
use std::path::Path;

/// One stage with everything it needs to do its work.
pub(crate) struct Execution<'a> {
    pub(crate) session: &'a Session,
    pub(crate) workflow: &'a Workflow,
    pub(crate) stage: &'a Stage,
    pub(crate) key: &'a Key,
    /// Folder for the stage's files, which becomes its artifact.
    pub(crate) work: &'a Path,
    /// The artifact of each stage instance, as far as it is known.
    pub(crate) artifacts: &'a [Option<Artifact>],
    /// Id of the run.
    pub(crate) run: &'a str,
    pub(crate) interrupt: &'a Interrupt,
    pub(crate) events: &'a mut dyn Events,
}

/// How a stage's work ended.
pub(crate) enum Executed {
    /// Its files are complete.
    Done,
    /// It stopped on request.
    Interrupted {
        /// Step of the checkpoint from which a training goes on.
        step: Option<u64>,
    },
}

impl<'a> Execution<'a> {
    /// Does the stage's work.
    pub(crate) fn execute(self) -> Result<Executed, RunnerError> {
        let stage = self.stage;
        match &stage.config {
            StageConfig::Dataset(config) => self.build(config),
            StageConfig::Train(config) => self.train(config),
            StageConfig::Evaluate(config) => self.evaluate(config),
            StageConfig::Report(_) => self.report(),
        }
    }

    /// The first input of `stage`, with its artifact.
    fn input(&self, stage: &Stage) -> Result<(&'a Stage, &'a Artifact), RunnerError> {
        let (workflow, artifacts) = (self.workflow, self.artifacts);
        let input = stage.inputs.first().copied();
        let found =
            input.and_then(|i| Some((workflow.stages.get(i)?, artifacts.get(i)?.as_ref()?)));
        found.ok_or_else(|| RunnerError::Incomplete {
            stage: stage.id.clone(),
            what: "input",
        })
    }

    /// Reads the dataset that the training `stage` uses.
    fn dataset_of(&self, stage: &Stage) -> Result<Dataset, RunnerError> {
        let (_, artifact) = self.input(stage)?;
        Ok(Dataset::read(artifact.path())?)
    }
}
