//! SLURM's commands.

use crate::RunnerError;
use hrm_slurm::{JobId, JobState, QueuedJob, Submission};
use std::ffi::OsStr;
use std::fs::File;
use std::process::{Command, Stdio};

/// Every job of this user that SLURM still knows.
pub(super) fn queue() -> Result<Vec<QueuedJob>, RunnerError> {
    let listed = ask("squeue", hrm_slurm::queue_arguments(), Stdio::null())?;
    Ok(hrm_slurm::read_queue(&listed))
}

/// How a job ended that the queue has forgotten, where the cluster keeps accounts.
pub(super) fn accounted(id: JobId) -> Option<JobState> {
    let listed = ask("sacct", hrm_slurm::accounting_arguments(id), Stdio::null()).ok()?;
    hrm_slurm::read_accounting(&listed, id)
}

/// Submits a job; returns its number. The lock is held by `sbatch`, too, so that it stays taken while
/// that works, even if this process is killed.
pub(super) fn submit(submission: &Submission<'_>, lock: &File) -> Result<u64, RunnerError> {
    let lock = lock
        .try_clone()
        .map_err(|error| failed("sbatch", error.to_string()))?;
    let answer = ask("sbatch", submission.arguments(), Stdio::from(lock))?;
    hrm_slurm::read_submitted(&answer).map_err(|error| failed("sbatch", error.to_string()))
}

/// Cancels a job. It gets SIGTERM, and time to save a checkpoint.
pub(super) fn cancel(id: JobId) -> Result<(), RunnerError> {
    ask("scancel", [id.to_string()], Stdio::null()).map(drop)
}

/// Ends a job at once.
pub(super) fn kill(id: JobId) -> Result<(), RunnerError> {
    let arguments = ["--signal=KILL", "--full", &id.to_string()];
    ask("scancel", arguments, Stdio::null()).map(drop)
}

fn ask(
    program: &'static str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    input: Stdio,
) -> Result<String, RunnerError> {
    let mut command = Command::new(program);
    let output = command.args(arguments).stdin(input).output();
    let output = output.map_err(|error| failed(program, error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let problem = match said.trim() {
            "" => output.status.to_string(),
            said => said.to_owned(),
        };
        return Err(failed(program, problem));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// An error of several stages at once, for one more of them.
pub(super) fn again(error: &RunnerError) -> RunnerError {
    match error {
        RunnerError::Slurm { program, problem } => failed(program, problem.clone()),
        other => failed("sbatch", other.to_string()),
    }
}

fn failed(program: &'static str, problem: String) -> RunnerError {
    RunnerError::Slurm { program, problem }
}
