//! How far a job is.

/// State of a job, as far as it matters for what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It waits in the queue, for the first time or once more.
    Pending,
    /// It runs, or is about to begin or to end.
    Running,
    /// It ended by itself, with this exit code.
    Ended(i32),
    /// A signal ended it, or so it is said to have ended.
    Killed,
    /// Its node failed.
    NodeFailed,
    /// It had to make room for another job.
    Preempted,
    /// Somebody cancelled it.
    Cancelled,
    /// It reached its time limit.
    TimedOut,
    /// It used more memory than it had asked for.
    OutOfMemory,
}

impl JobState {
    /// The state that SLURM calls `name`, for example `NODE_FAIL`, given the exit code and the signal
    /// that the job ended with. `None` for a name that no version of SLURM is known to use.
    pub(crate) fn of(name: &str, code: i32, signal: i32) -> Option<Self> {
        // `CANCELLED by 1000` in the accounts.
        Some(match name.split_whitespace().next()? {
            "PENDING" | "REQUEUED" | "REQUEUE_HOLD" | "REQUEUE_FED" | "SPECIAL_EXIT"
            | "RESV_DEL_HOLD" => Self::Pending,
            "RUNNING" | "CONFIGURING" | "COMPLETING" | "SUSPENDED" | "STOPPED" | "RESIZING"
            | "SIGNALING" | "STAGE_OUT" => Self::Running,
            "COMPLETED" => Self::Ended(0),
            "FAILED" if signal != 0 => Self::Killed,
            "FAILED" => Self::Ended(code),
            "NODE_FAIL" | "BOOT_FAIL" => Self::NodeFailed,
            "PREEMPTED" => Self::Preempted,
            "CANCELLED" | "REVOKED" => Self::Cancelled,
            "TIMEOUT" | "DEADLINE" => Self::TimedOut,
            "OUT_OF_MEMORY" => Self::OutOfMemory,
            _ => return None,
        })
    }

    /// Whether SLURM still holds the job: it runs, or will.
    pub const fn is_alive(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }

    /// Whether the same job can go better another time.
    pub const fn is_worth_retrying(self) -> bool {
        match self {
            Self::Ended(_) | Self::OutOfMemory => false,
            Self::Pending
            | Self::Running
            | Self::Killed
            | Self::NodeFailed
            | Self::Preempted
            | Self::Cancelled
            | Self::TimedOut => true,
        }
    }

    /// What happened, as the end of a sentence about a job.
    pub fn text(self) -> String {
        match self {
            Self::Pending => "waits in the queue".to_owned(),
            Self::Running => "runs".to_owned(),
            Self::Ended(code) => format!("exited with code {code}"),
            Self::Killed => "was killed".to_owned(),
            Self::NodeFailed => "lost its node".to_owned(),
            Self::Preempted => "was preempted".to_owned(),
            Self::Cancelled => "was cancelled".to_owned(),
            Self::TimedOut => "reached its time limit".to_owned(),
            Self::OutOfMemory => "used more memory than it had asked for".to_owned(),
        }
    }
}
