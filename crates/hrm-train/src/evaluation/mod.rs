//! Evaluation: in one pass the outcome after every segment, with the learned halting beside it.

mod job;
mod pass;
mod probe;
mod result;
mod solve;
mod traces;

pub use job::{EvaluateJob, evaluate};
pub(crate) use pass::{PassSettings, run_batch, run_pass, run_segments};
pub use result::{
    Evaluation, ParticipationPoint, Probe, PuzzleOutcome, PuzzleTrace, ResidualPoint, SegmentCounts,
};
pub use solve::{Solution, SolutionSegment, solve};
