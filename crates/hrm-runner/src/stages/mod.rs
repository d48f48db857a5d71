//! What each kind of stage does.

mod dataset;
mod evaluate;
mod recent;
mod report;
mod train;

pub(crate) use evaluate::examples;
pub(crate) use report::render_stage;

use crate::environment::main_memory_bytes;
use crate::worker::{OpenInputs, StageJob};
use crate::{Event, Events, Interrupt, RunnerError};
use hrm_config::StageConfig;
use hrm_dataset::Dataset;
use hrm_model::{DeviceChoice, DeviceKind};
use hrm_store::Artifact;
use hrm_train::{MemoryNeed, TrainError};
use std::path::Path;

/// One stage with everything it needs to do its work.
pub(crate) struct Execution<'a> {
    pub(crate) job: &'a StageJob,
    pub(crate) inputs: &'a OpenInputs,
    /// Folder for the stage's files, which becomes its artifact.
    pub(crate) work: &'a Path,
    pub(crate) interrupt: &'a Interrupt,
    pub(crate) events: &'a mut dyn Events,
}

/// What is told before the first of `total` steps or puzzles on a GPU, which takes longer than the others.
fn compiling_kernels(stage: &str, device: DeviceChoice, total: u64) -> Option<Event> {
    matches!(device, DeviceChoice::Cuda(_)).then(|| Event::CompilingKernels {
        stage: stage.to_owned(),
        total,
    })
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
        let job = self.job;
        match &job.config {
            StageConfig::Dataset(config) => self.build(config),
            StageConfig::Train(config) => self.train(config),
            StageConfig::Evaluate(config) => self.evaluate(config),
            // Made from the database, which a worker does not touch.
            StageConfig::Report(_) => Err(RunnerError::Incomplete {
                stage: job.stage.clone(),
                what: "work that a worker could do",
            }),
        }
    }

    /// The artifact that the stage uses as `role`.
    fn input(&self, role: &'static str) -> Result<&'a Artifact, RunnerError> {
        let found = self.inputs.get(role);
        found.ok_or_else(|| RunnerError::Incomplete {
            stage: self.job.stage.clone(),
            what: role,
        })
    }

    /// Reads the dataset that the stage uses.
    fn dataset(&self) -> Result<Dataset, RunnerError> {
        Ok(Dataset::read(self.input("dataset")?.path())?)
    }

    /// Warns where the stage needs more memory than its device has; `need` says what it needs, given what
    /// there is.
    fn check_memory(
        &mut self,
        need: impl FnOnce(Option<u64>) -> Result<MemoryNeed, TrainError>,
    ) -> Result<(), RunnerError> {
        let device = self.device()?;
        let (available, name) = match device.open()?.1 {
            DeviceKind::Cpu => (Some(main_memory_bytes()), "this machine"),
            DeviceKind::Cuda => (device.memory_bytes(), self.job.device.as_str()),
        };
        let warning = need(available)?.warning(&self.job.stage, name);
        if let Some(message) = warning {
            self.events.event(Event::Warning { message });
        }
        Ok(())
    }

    fn device(&self) -> Result<DeviceChoice, RunnerError> {
        let device = &self.job.device;
        device
            .parse()
            .map_err(RunnerError::malformed(format!("the device `{device}`")))
    }
}
