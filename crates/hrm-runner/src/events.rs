//! What happens during a run, told as it happens.

use hrm_plan::Reason;
use hrm_report::ExpectationInfo;
use serde::{Deserialize, Deserializer, Serialize};
use std::path::PathBuf;

/// Receives the events of a run. Must not block for long: training waits for it.
pub trait Events {
    /// Takes one event.
    fn event(&mut self, event: Event);
}

/// One event. Serialized as an object whose `event` is the name in snake case. `stage` is always
/// an instance id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A workflow run starts.
    RunStarted {
        /// Its id.
        run: String,
        /// Name of the workflow.
        workflow: String,
        /// Device that computes, for example `cpu`.
        device: String,
        /// Stages that are looked at.
        stages: usize,
        /// How many of them had nothing cached at the start.
        to_run: usize,
    },
    /// Every stage is cached: no run is started.
    NothingToDo {
        /// Name of the workflow.
        workflow: String,
        /// Stages that were looked at.
        stages: usize,
    },
    /// A stage's artifact is there already.
    StageCached {
        /// The stage.
        stage: String,
        /// Its key.
        key: String,
    },
    /// Another process works on the same stage.
    StageWaiting {
        /// The stage.
        stage: String,
        /// The other process, where it is known.
        pid: Option<u32>,
    },
    /// An artifact is not as it was published, and is made again.
    ArtifactDamaged {
        /// The stage.
        stage: String,
        /// What is wrong with the artifact.
        what: String,
    },
    /// A stage starts.
    StageStarted {
        /// The stage.
        stage: String,
        /// Its key.
        key: String,
        /// Why it has to run.
        reasons: Vec<Reason>,
    },
    /// A training starts or resumes.
    TrainingStarted {
        /// The stage.
        stage: String,
        /// Trained numbers, puzzle embeddings included.
        parameters: u64,
        /// Optimizer steps of the whole training.
        total_steps: u64,
        /// Step of the checkpoint from which it goes on.
        resumed_from: Option<u64>,
    },
    /// A stage that computes on a GPU begins: until its first step or batch is done, kernels are compiled
    /// and tuned.
    CompilingKernels {
        /// The stage.
        stage: String,
        /// Steps of a training, or puzzles of an evaluation.
        total: u64,
    },
    /// An optimizer step is done.
    TrainingStep {
        /// The stage.
        stage: String,
        /// The step, from 1.
        step: u64,
        /// Optimizer steps of the whole training.
        total_steps: u64,
        /// Recent speed.
        #[serde(deserialize_with = "number")]
        steps_per_second: f64,
        /// Recent speed in puzzles.
        #[serde(deserialize_with = "number")]
        samples_per_second: f64,
        /// Recent loss of the predicted cells.
        #[serde(deserialize_with = "number")]
        lm_loss: f64,
        /// Recent share of halted puzzles that were exactly right; none while no puzzle halted.
        exact_accuracy: Option<f64>,
    },
    /// Metrics were recorded.
    Metrics {
        /// The stage.
        stage: String,
        /// The numbers.
        metrics: Vec<MetricValue>,
    },
    /// A training can now be resumed from this step.
    CheckpointSaved {
        /// The stage.
        stage: String,
        /// The step.
        step: u64,
    },
    /// Progress of a stage that is no training.
    Progress {
        /// The stage.
        stage: String,
        /// What is being done, for example `evaluating puzzles`.
        what: String,
        /// How much is done.
        done: usize,
        /// How much there is.
        total: usize,
    },
    /// A stage is done and its artifact published.
    StageFinished {
        /// The stage.
        stage: String,
        /// Its key.
        key: String,
        /// Hash of its artifact's content.
        content_hash: String,
        /// Wall time.
        seconds: f64,
    },
    /// A stage failed.
    StageFailed {
        /// The stage.
        stage: String,
        /// Why.
        error: String,
        /// What would be right, where that can be said.
        help: Option<String>,
    },
    /// A stage's worker was killed, and starts again.
    StageRetried {
        /// The stage.
        stage: String,
        /// How it ended.
        error: String,
        /// Time until it starts again.
        seconds: f64,
    },
    /// A stage is in the queue of a cluster.
    JobSubmitted {
        /// The stage.
        stage: String,
        /// The job's number there.
        job: String,
        /// Whether an earlier process had submitted it.
        found: bool,
    },
    /// A job lost its place, by preemption or with its node, and is in the queue once more.
    JobRequeued {
        /// The stage.
        stage: String,
        /// The job's number.
        job: String,
    },
    /// A job goes on although this process ends.
    JobLeft {
        /// The stage.
        stage: String,
        /// The job's number.
        job: String,
    },
    /// A stage is not run because something that it needs failed.
    StageSkipped {
        /// The stage.
        stage: String,
        /// The input that is missing.
        because: String,
    },
    /// A stage stopped on request and can go on later.
    StageInterrupted {
        /// The stage.
        stage: String,
        /// Step of the checkpoint from which a training will go on.
        step: Option<u64>,
    },
    /// A report was written.
    ReportWritten {
        /// The stage.
        stage: String,
        /// The page.
        path: PathBuf,
    },
    /// What the results say of a claim of the workflow.
    Judged {
        /// The claim and the verdict.
        expectation: ExpectationInfo,
    },
    /// The database was missing or had to be made anew.
    DatabaseRebuilt {
        /// Runs that were read from their logs.
        runs: usize,
        /// Artifacts that were read.
        artifacts: usize,
    },
    /// Something went wrong that does not endanger results.
    Warning {
        /// What.
        message: String,
    },
    /// The workflow run ended.
    RunFinished {
        /// Its id.
        run: String,
        /// How it ended.
        status: RunEnd,
        /// Wall time.
        seconds: f64,
        /// Its stages by how they ended.
        counts: StageCounts,
    },
}

/// One recorded number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricValue {
    /// Optimizer step.
    pub step: u64,
    /// Name, for example `train/lm_loss`.
    pub name: String,
    /// The number; JSON `null` where it is not finite.
    #[serde(deserialize_with = "number")]
    pub value: f64,
}

/// Stages of a run by how they ended. What was not begun is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCounts {
    /// Made.
    pub done: usize,
    /// There already.
    pub cached: usize,
    /// Failed.
    pub failed: usize,
    /// Not run because something that they need failed.
    pub skipped: usize,
    /// Stopped on request.
    pub interrupted: usize,
}

/// How a workflow run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// Every stage is done or cached.
    Done,
    /// At least one stage failed.
    Failed,
    /// It was asked to stop.
    Interrupted,
}

/// A number that is not finite is `null` in JSON.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}
