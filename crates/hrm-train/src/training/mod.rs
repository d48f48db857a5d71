//! The training loop.

mod batches;
mod imported;
mod log;
mod observer;
mod run;
mod spikes;

pub use observer::{
    StepProgress, StopReason, TrainObserver, TrainOutcome, TrainStart, TrainingSummary,
};
pub use run::{TrainJob, train};
pub(crate) use spikes::SpikeMonitor;
