//! A run's stages that are jobs of a cluster.

use super::Run;
use super::cluster::Placed;
use super::worker::Worker;
use crate::worker::StageJob;
use crate::{Event, Events};
use std::time::Duration;

impl Run<'_> {
    /// Puts stages that became ready together into the queue of the cluster.
    pub(super) fn submit_jobs(&mut self, work: Vec<(usize, StageJob)>) {
        let placed = self.cluster.as_ref().map(|cluster| cluster.place(work));
        for Placed { stage, job, found } in placed.into_iter().flatten() {
            match job {
                Ok(job) => {
                    self.journal.event(Event::JobSubmitted {
                        stage: self.id(stage),
                        job: job.id(),
                        found,
                    });
                    self.workers.insert(stage, Worker::job(job));
                }
                Err(error) => self.fail(stage, &error, Duration::ZERO),
            }
        }
    }

    /// Hears what jobs told since the last time.
    pub(super) fn follow_jobs(&mut self) {
        let Some(cluster) = &mut self.cluster else {
            return;
        };
        let jobs = self.workers.iter_mut();
        let jobs = jobs.filter_map(|(i, worker)| Some((*i, worker.as_job()?)));
        for (stage, report) in cluster.follow(jobs) {
            self.hear(stage, report);
        }
    }

    /// Lets jobs of a cluster go on, unless they are ending already; the same command follows them again.
    pub(super) fn leave_jobs(&mut self) {
        let mut left = Vec::new();
        for (&i, worker) in &mut self.workers {
            let took = worker.started.elapsed();
            if let Some(job) = worker.as_job().filter(|job| !job.is_stopped()) {
                left.push((i, job.id(), took));
            }
        }
        for (i, job, took) in left {
            self.workers.remove(&i);
            self.left(i, job, took);
        }
    }
}
