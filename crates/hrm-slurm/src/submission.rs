//! Submitting jobs: arguments and script of `sbatch`, and its answer.

use crate::Resources;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use thiserror::Error;

/// Tasks of an array at most: below the default of SLURM's `MaxArraySize`.
pub const ARRAY_TASKS_MAX: usize = 1000;

/// Characters of a stage's name in the name of a job.
const NAME_CHARACTERS_MAX: usize = 40;

/// Seconds before the time limit at which a worker is told to save its checkpoint and end.
const NOTICE_SECONDS: u32 = 60;

/// The number of a job, or of one task of an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobId {
    /// Number of the job or array.
    pub job: u64,
    /// Index in the array.
    pub task: Option<u32>,
}

impl fmt::Display for JobId {
    /// As `squeue` and `scancel` write it: `12` or `12_3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.task {
            Some(task) => write!(f, "{}_{task}", self.job),
            None => write!(f, "{}", self.job),
        }
    }
}

/// An answer of `sbatch` that names no job.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`sbatch` should have answered with the number of a job, but said `{answer}`")]
pub struct JobIdError {
    answer: String,
}

/// The number of the job in what `sbatch --parsable` prints: `12`, or `12;cluster`.
pub fn read_submitted(answer: &str) -> Result<u64, JobIdError> {
    // Sites print greetings before it.
    let last = answer.lines().rfind(|line| !line.trim().is_empty());
    let number = last.and_then(|line| line.split(';').next()?.trim().parse().ok());
    number.ok_or_else(|| JobIdError {
        answer: answer.trim().chars().take(200).collect(),
    })
}

/// A name by which a job is found again: readable, and unique by `token`.
pub fn job_name(stage: &str, token: &str) -> String {
    let plain = |c: char| match c.is_ascii_alphanumeric() || ".-_".contains(c) {
        true => c,
        false => '_',
    };
    let stage: String = stage.chars().take(NAME_CHARACTERS_MAX).map(plain).collect();
    format!("hrm-{stage}-{token}")
}

/// One call of `sbatch`.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// Name of the job.
    pub name: &'a str,
    /// Tasks; one is no array.
    pub tasks: usize,
    /// The folder in which it works.
    pub folder: &'a Path,
    /// What it asks for.
    pub resources: &'a Resources,
    /// The script.
    pub script: &'a Path,
}

impl Submission<'_> {
    /// The arguments of `sbatch`.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![
            "--parsable".to_owned(),
            format!("--job-name={}", self.name),
            format!("--chdir={}", self.folder.display()),
            // The script writes a log for each task, and goes on with it when it starts again.
            "--output=/dev/null".to_owned(),
            "--requeue".to_owned(),
            "--nodes=1".to_owned(),
            "--ntasks=1".to_owned(),
            format!("--signal=B:USR1@{NOTICE_SECONDS}"),
        ];
        if self.tasks > 1 {
            arguments.push(format!("--array=0-{}", self.tasks - 1));
        }
        arguments.extend(self.resources.arguments());
        arguments.push(self.script.display().to_string());
        arguments
    }
}

/// The script of a job: the worker, started on the folder that the task's index says.
///
/// Signals reach the worker, since it takes the place of the shell. What a worker tells goes into a
/// file of its own for each start, so that a job which lost its node, but goes on there, never writes
/// between the lines of its successor.
pub fn worker_script(program: &Path, arguments: &[String], folders: &[&Path]) -> String {
    let folders: Vec<String> = folders.iter().map(|folder| quoted_path(folder)).collect();
    let command: Vec<String> = std::iter::once(quoted_path(program))
        .chain(arguments.iter().map(|argument| quoted(argument)))
        .collect();
    format!(
        r#"#!/bin/bash
# One stage of a workflow, or one for each index of an array.
folders=(
{folders}
)
folder=${{folders[${{SLURM_ARRAY_TASK_ID:-0}}]}}
exec >>"$folder/log" 2>&1 </dev/null
if [ -n "${{SLURM_CPUS_PER_TASK:-}}" ]; then
  export RAYON_NUM_THREADS=$SLURM_CPUS_PER_TASK
fi
exec {command} --job "$folder/job.json" --messages "$folder/messages/$SLURM_JOB_ID-${{SLURM_RESTART_COUNT:-0}}.jsonl"
"#,
        folders = folders.join("\n"),
        command = command.join(" "),
    )
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_job_is_read() {
        assert_eq!(read_submitted("12\n"), Ok(12));
        assert_eq!(read_submitted("12;cluster\n"), Ok(12));
        assert_eq!(read_submitted("Welcome!\n12\n\n"), Ok(12));
        let error = read_submitted("Submitted\n").unwrap_err();
        assert!(error.to_string().ends_with("said `Submitted`"), "{error}");
        assert!(read_submitted("").is_err());
    }

    #[test]
    fn several_stages_are_an_array() {
        let resources = Resources::default();
        let submission = |tasks| Submission {
            name: "hrm-train.hrm-0a",
            tasks,
            folder: Path::new("/home/me/a project"),
            resources: &resources,
            script: Path::new(".hrm/slurm/job.sh"),
        };
        insta::assert_snapshot!(submission(3).arguments().join("\n"), @"
        --parsable
        --job-name=hrm-train.hrm-0a
        --chdir=/home/me/a project
        --output=/dev/null
        --requeue
        --nodes=1
        --ntasks=1
        --signal=B:USR1@60
        --array=0-2
        .hrm/slurm/job.sh
        ");
        let single = submission(1).arguments();
        assert!(!single.iter().any(|argument| argument.contains("array")));
    }

    #[test]
    fn names_of_jobs_are_plain() {
        assert_eq!(
            job_name("train.hrm[lr=0.1]", "0a"),
            "hrm-train.hrm_lr_0.1_-0a"
        );
    }

    #[test]
    fn a_script_starts_the_worker() {
        let folders = [Path::new(".hrm/slurm/train-1"), Path::new(".hrm/it's")];
        let script = worker_script(Path::new("/opt/hrm"), &["worker".to_owned()], &folders);
        insta::assert_snapshot!(script, @r#"
        #!/bin/bash
        # One stage of a workflow, or one for each index of an array.
        folders=(
        '.hrm/slurm/train-1'
        '.hrm/it'\''s'
        )
        folder=${folders[${SLURM_ARRAY_TASK_ID:-0}]}
        exec >>"$folder/log" 2>&1 </dev/null
        if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then
          export RAYON_NUM_THREADS=$SLURM_CPUS_PER_TASK
        fi
        exec '/opt/hrm' 'worker' --job "$folder/job.json" --messages "$folder/messages/$SLURM_JOB_ID-${SLURM_RESTART_COUNT:-0}.jsonl"
        "#);
    }
}
