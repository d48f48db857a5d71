//! What `squeue` prints.

use crate::{JobId, JobState};

/// The columns that are asked for, each followed by `|`. The name comes last, since it alone may hold
/// anything.
const COLUMNS: [&str; 6] = [
    "ArrayJobID",
    "ArrayTaskID",
    "State",
    "exit_code",
    "Reason",
    "Name",
];

/// A job that SLURM still knows: one that waits or runs, or ended a short time ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedJob {
    /// Its number.
    pub id: JobId,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: JobState,
    /// Why it waits, or why it ended, in SLURM's words.
    pub reason: Option<String>,
}

/// Arguments with which `squeue` lists the jobs of this user in lines for [`read_queue`].
pub fn queue_arguments() -> Vec<String> {
    let columns: Vec<String> = COLUMNS.iter().map(|column| format!("{column}:|")).collect();
    vec![
        "--me".to_owned(),
        "--noheader".to_owned(),
        "--array".to_owned(),
        "--states=all".to_owned(),
        format!("--Format={}", columns.join(",")),
    ]
}

/// The jobs that `squeue` listed. Lines that say nothing of a job are left out.
pub fn read_queue(text: &str) -> Vec<QueuedJob> {
    text.lines().filter_map(read_job).collect()
}

fn read_job(line: &str) -> Option<QueuedJob> {
    let mut columns = line.splitn(COLUMNS.len(), '|').map(str::trim);
    let job = columns.next()?.parse().ok()?;
    let task = columns.next()?;
    let state = columns.next()?;
    // As `wait` returns it: the signal in the lower seven bits, the code above the lower eight.
    let status: i32 = columns.next()?.parse().unwrap_or(0);
    let reason = columns.next()?;
    let name = columns.next()?;
    let id = JobId {
        job,
        task: match task {
            "" | "N/A" => None,
            task => Some(task.parse().ok()?),
        },
    };
    Some(QueuedJob {
        id,
        name: name.strip_suffix('|').unwrap_or(name).to_owned(),
        state: JobState::of(state, status >> 8, status & 0x7f)?,
        reason: (!matches!(reason, "" | "None" | "N/A")).then(|| reason.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As SLURM 22.05 prints it; the last two lines are what it should never print.
    const RECORDED: &str = "\
1|5|COMPLETED|0|None|j.sh|
9|N/A|COMPLETING|0|None|a|
10|N/A|PENDING|0|BeginTime|b|
12|N/A|FAILED|9|JobLaunchFailure|d|
13|0|FAILED|768|NonZeroExitCode|a|b|
13|1|RUNNING|0|None|wrap|
14|N/A|CANCELLED|9|None|a|
15|[2-7]|PENDING|0|Resources|wrap|
slurm_load_jobs error: Invalid job id specified
";

    #[test]
    fn the_lines_of_squeue_are_read() {
        let jobs = read_queue(RECORDED);
        let text: Vec<String> = jobs
            .iter()
            .map(|job| format!("{} {} {:?} {:?}", job.id, job.name, job.state, job.reason))
            .collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
        1_5 j.sh Ended(0) None
        9 a Running None
        10 b Pending Some("BeginTime")
        12 d Killed Some("JobLaunchFailure")
        13_0 a|b Ended(3) Some("NonZeroExitCode")
        13_1 wrap Running None
        14 a Cancelled None
        "#);
    }
}
