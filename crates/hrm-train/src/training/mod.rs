//! The training loop.

mod log;
mod observer;
mod run;

pub use observer::{
    StepProgress, StopReason, TrainObserver, TrainOutcome, TrainStart, TrainingSummary,
};
pub(crate) use run::dims;
pub use run::{TrainJob, train};
