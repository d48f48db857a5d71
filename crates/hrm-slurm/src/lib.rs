//! What SLURM is asked, and what it answers.
//!
//! Arguments of `sbatch`, the script of a job and the states of jobs as `squeue` and `sacct` print
//! them. Pure: nothing here starts a program, reads a file or looks at the environment.

mod accounting;
mod queue;
mod resources;
mod settings;
mod state;
mod submission;

pub use accounting::{accounting_arguments, read_accounting};
pub use queue::{QueuedJob, queue_arguments, read_queue};
pub use resources::Resources;
pub use settings::Settings;
pub use state::JobState;
pub use submission::{
    ARRAY_TASKS_MAX, JobId, JobIdError, Submission, job_name, read_submitted, worker_script,
};
