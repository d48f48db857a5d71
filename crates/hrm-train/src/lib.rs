//! Training and evaluation: deep supervision with adaptive computation, the published optimizers,
//! checkpoints and exact resume.
//!
//! Invariants: a training is a pure function of (configuration, seed, dataset, device kind);
//! interrupting it at any step and resuming gives the same bytes. Random draws are named by seed,
//! purpose and step, so that no generator state has to be saved. Nothing here prints or knows the
//! store; progress goes to a [`TrainObserver`].

mod carry;
mod checkpoint;
mod device_memory;
mod error;
mod evaluation;
mod exchange;
mod finite;
mod halting;
mod host_memory;
mod kernels;
mod memory;
mod metrics;
mod model;
mod model_folder;
mod optimizer;
mod out_of_memory;
mod parity;
mod part_step;
mod parts;
mod reader;
mod speed;
mod step_numbers;
#[cfg(test)]
mod step_tests;
mod tensor_file;
mod trained_segment;
mod trainer;
mod training;
mod watch;

pub use device_memory::DeviceMemory;
pub use error::TrainError;
pub use evaluation::{
    EvaluateJob, Evaluation, ParticipationPoint, Probe, PuzzleOutcome, PuzzleTrace, ResidualPoint,
    SegmentCounts, Solution, SolutionSegment, evaluate, solve,
};
pub use exchange::{ImportJob, export_model, import_model};
pub use host_memory::HostMemory;
pub use hrm_model::{DeviceChoice, DeviceError, DeviceKind, KernelCheck};
pub use kernels::kernel_checks;
pub use memory::{evaluation_memory, training_memory};
pub use metrics::MetricRow;
pub use model_folder::{LAST_MODEL_CARD, ModelCard, ModelFolder};
pub use out_of_memory::{MemoryNeed, Workload};
pub use parity::{Bound, Fixture, ParityCheck, ParityReport, parity, shipped_fixtures};
pub use speed::{
    PartTime, Speed, SpeedJob, SpeedProfile, evaluation_speed, speed_profiles, train_speed,
};
pub use training::{
    StepProgress, StopReason, TrainJob, TrainObserver, TrainOutcome, TrainStart, TrainingSummary,
    train,
};

/// The exact version of burn that the workspace is pinned to.
pub const BURN_VERSION: &str = "0.22.1";
