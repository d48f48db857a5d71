//! Stages as jobs of a SLURM cluster.
//!
//! Only files pass between a job and the coordinating process, and only the latter writes the database. A
//! stage is submitted once: what was submitted is noted before and after, under a lock that `sbatch`
//! holds, too, and a process that begins anew follows what is in the queue.

mod client;
mod folder;
mod job;
mod messages;
mod submit;

pub(super) use job::Job;
pub(super) use submit::Placed;

use super::worker::Report;
use crate::{Event, RunnerError, Workers};
use hrm_slurm::Settings;
use hrm_store::Store;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time between two looks at the queue, where the profile does not say it.
const POLL: Duration = Duration::from_secs(10);

/// Time between two looks at what jobs told.
const READ: Duration = Duration::from_millis(500);

/// The cluster, as a run uses it.
#[derive(Debug)]
pub(super) struct Cluster {
    settings: Settings,
    /// The program that is the worker.
    program: PathBuf,
    /// Its arguments.
    arguments: Vec<String>,
    /// The folder in which this process works, and jobs do, too.
    here: PathBuf,
    store: Store,
    /// The folder of the folders of jobs.
    folder: PathBuf,
    read_at: Instant,
    looked_at: Instant,
    /// Whether the queue could not be seen the last time.
    blind: bool,
}

impl Cluster {
    /// A cluster whose jobs speak through the state folder.
    pub(super) fn new(
        settings: &Settings,
        workers: &Workers,
        store: &Store,
    ) -> Result<Self, RunnerError> {
        let (program, here) = (&workers.program, Path::new("."));
        Ok(Self {
            settings: settings.clone(),
            program: fs::canonicalize(program).map_err(RunnerError::io("find", program))?,
            arguments: workers.arguments.clone(),
            here: fs::canonicalize(here).map_err(RunnerError::io("find", here))?,
            folder: store.cluster_path(),
            store: store.clone(),
            read_at: Instant::now(),
            looked_at: Instant::now(),
            blind: false,
        })
    }

    /// Whether jobs go on when the run is interrupted.
    pub(super) const fn leaves_jobs(&self) -> bool {
        !self.settings.cancel_on_interrupt
    }

    /// What happened to `jobs`, each with its stage, since the last time that it was time to look.
    pub(super) fn follow<'a>(
        &mut self,
        jobs: impl Iterator<Item = (usize, &'a mut Job)>,
    ) -> Vec<(usize, Report)> {
        let mut reports = Vec::new();
        if self.read_at.elapsed() < READ {
            return reports;
        }
        self.read_at = Instant::now();
        let mut jobs: Vec<_> = jobs.collect();
        // The queue first: what a job told before it ended is then there to be read.
        let queue = (!jobs.is_empty() && self.looked_at.elapsed() >= self.poll())
            .then(|| self.look(&mut reports, jobs.first().map_or(0, |(stage, _)| *stage)));
        for (stage, job) in &mut jobs {
            reports.extend(job.read().into_iter().map(|report| (*stage, report)));
            if let Some(Some(queue)) = &queue {
                reports.extend(job.look(queue).into_iter().map(|report| (*stage, report)));
            }
        }
        reports
    }

    fn poll(&self) -> Duration {
        let seconds = self.settings.poll_seconds;
        seconds.map_or(POLL, |seconds| Duration::from_secs(seconds.get()))
    }

    /// The queue; none where SLURM cannot be asked just now, which happens on busy clusters.
    fn look(
        &mut self,
        reports: &mut Vec<(usize, Report)>,
        stage: usize,
    ) -> Option<Vec<hrm_slurm::QueuedJob>> {
        self.looked_at = Instant::now();
        let queue = client::queue();
        if let (Err(error), false) = (&queue, self.blind) {
            let message = format!("jobs go on, but {error}; it is asked again");
            reports.push((stage, Report::event(Event::Warning { message })));
        }
        self.blind = queue.is_err();
        queue.ok()
    }
}
