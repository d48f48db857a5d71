//! What a worker is asked to do.

use crate::RunnerError;
use hrm_config::StageConfig;
use hrm_plan::Reason;
use hrm_store::{Artifact, ArtifactState, InputRef, Key, Store};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// One stage with everything that its work needs: nothing of it is looked up again, so that a workflow
/// file that is edited meanwhile changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageJob {
    /// Name of the workflow.
    pub workflow: String,
    /// Folder from which the workflow's relative paths start.
    pub base_dir: PathBuf,
    /// Instance id.
    pub stage: String,
    /// Its configuration.
    pub config: StageConfig,
    /// Seed of a training.
    pub seed: Option<u64>,
    /// Key of its artifact.
    pub key: Key,
    /// What the key is made of.
    pub key_parts: Value,
    /// The artifacts that it reads.
    pub inputs: Vec<InputArtifact>,
    /// Why it runs.
    pub reasons: Vec<Reason>,
    /// Whether an artifact that is there is made again.
    pub replace: bool,
    /// Whether the work of an earlier process is thrown away.
    pub afresh: bool,
    /// The state folder.
    pub state: PathBuf,
    /// Folder that has raw data of benchmarks.
    pub raw_data: Option<PathBuf>,
    /// The device: `cpu` or `cuda:N`.
    pub device: String,
}

/// An artifact that a stage reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputArtifact {
    /// What the stage uses it as, for example `dataset`.
    pub role: String,
    /// Instance that it is of.
    pub instance: String,
    /// Kind of that stage.
    pub kind: String,
    /// Its key.
    pub key: Key,
}

impl InputArtifact {
    pub(crate) fn reference(&self) -> InputRef {
        InputRef {
            instance: self.instance.clone(),
            key: self.key,
        }
    }
}

/// The opened inputs of a stage, by role.
pub(crate) struct OpenInputs(Vec<(String, Artifact)>);

impl OpenInputs {
    /// The artifact that the stage uses as `role`.
    pub(crate) fn get(&self, role: &str) -> Option<&Artifact> {
        let mut inputs = self.0.iter();
        inputs.find_map(|(of, artifact)| (of == role).then_some(artifact))
    }
}

impl StageJob {
    /// Opens the artifacts that the stage reads.
    pub(crate) fn open_inputs(&self, store: &Store) -> Result<OpenInputs, RunnerError> {
        let open = |input: &InputArtifact| match store.artifact(&input.kind, &input.key)? {
            ArtifactState::Complete(artifact) => Ok((input.role.clone(), artifact)),
            ArtifactState::Absent | ArtifactState::Damaged { .. } => Err(RunnerError::Incomplete {
                stage: input.instance.clone(),
                what: "complete artifact any more; run the workflow again",
            }),
        };
        let opened: Result<_, RunnerError> = self.inputs.iter().map(open).collect();
        Ok(OpenInputs(opened?))
    }
}
