//! The job of one stage, as the coordinating process follows it.

use super::client;
use super::folder::JobFolder;
use super::messages::{Messages, Told};
use crate::run::worker::{Crash, Report, with_last_lines};
use crate::worker::{WorkerEnd, WorkerMessage};
use crate::{Event, RunnerError};
use hrm_slurm::{JobId, JobState, QueuedJob};
use hrm_store::rows::StageCost;
use std::time::Instant;

/// Looks at the queue in which a job has to be seen ended before that counts: what it told last may
/// become visible on a network file system after that.
const LOOKS: u32 = 2;

/// Reasons to wait that pass by themselves.
const PASSING: [&str; 4] = ["Priority", "Resources", "BeginTime", "Prolog"];

/// A job that does the work of a stage.
#[derive(Debug)]
pub(in crate::run) struct Job {
    pub(super) id: JobId,
    pub(super) stage: String,
    folder: JobFolder,
    messages: Messages,
    /// What its worker told about its end, in its last start.
    end: Option<WorkerEnd>,
    /// When it was first seen running.
    pub(in crate::run) running_since: Option<Instant>,
    /// Whether it runs or ran, since SLURM put it into the queue.
    ran: bool,
    /// Whether it was asked to stop.
    stopped: bool,
    /// Whether it was ended at once.
    killed: bool,
    /// Whether its worker stopped although this process did not ask for it, and at which step.
    gave_way: Option<Option<u64>>,
    /// How it ended in the queue, and the looks that saw it so.
    gone: Option<(Option<JobState>, u32)>,
    /// Why it waits, where it was told.
    waits_for: Option<String>,
    closed: bool,
}

impl Job {
    pub(super) fn new(id: JobId, stage: String, folder: JobFolder) -> Self {
        Self {
            id,
            stage,
            messages: folder.messages(),
            folder,
            end: None,
            running_since: None,
            ran: false,
            stopped: false,
            killed: false,
            gave_way: None,
            gone: None,
            waits_for: None,
            closed: false,
        }
    }

    /// A job whose artifact is there.
    pub(super) fn done(id: JobId, stage: String, folder: JobFolder) -> Self {
        Self {
            end: Some(WorkerEnd::Found),
            ..Self::new(id, stage, folder)
        }
    }

    /// What its worker has told since the last time.
    pub(super) fn read(&mut self) -> Vec<Report> {
        let mut reports = Vec::new();
        if self.closed {
            return reports;
        }
        for told in self.messages.read() {
            match told {
                Told::Started => {
                    self.end = None;
                    self.ran = true;
                    self.running_since.get_or_insert_with(Instant::now);
                }
                Told::Message(message) => match *message {
                    WorkerMessage::Ended(end) => self.end = Some(end),
                    event @ WorkerMessage::Event(_) => reports.push(Report::message(event)),
                },
            }
        }
        match &self.end {
            // The job may start again by itself; the queue knows.
            Some(WorkerEnd::Interrupted { .. }) if !self.stopped => {}
            Some(_) => self.close(&mut reports),
            None => {}
        }
        reports
    }

    /// Takes in how far it is; `jobs` are those that SLURM still knows.
    pub(super) fn look(&mut self, jobs: &[QueuedJob]) -> Vec<Report> {
        let mut reports = Vec::new();
        if self.closed {
            return reports;
        }
        let queued = jobs.iter().find(|job| job.id == self.id);
        match queued {
            Some(queued) if queued.state == JobState::Pending => {
                self.gone = None;
                self.waits(queued, &mut reports);
            }
            Some(queued) if queued.state.is_alive() => {
                self.gone = None;
                self.ran = true;
                self.running_since.get_or_insert_with(Instant::now);
            }
            _ => {
                let looks = self.gone.map_or(0, |(_, looks)| looks) + 1;
                let state = queued.map(|queued| queued.state);
                self.gone = Some((state, looks));
                if looks >= LOOKS {
                    self.gone_for_good(&mut reports);
                }
            }
        }
        reports
    }

    fn waits(&mut self, queued: &QueuedJob, reports: &mut Vec<Report>) {
        if self.ran {
            self.ran = false;
            reports.push(Report::event(Event::JobRequeued {
                stage: self.stage.clone(),
                job: self.id.to_string(),
            }));
        }
        let is_news = |reason: &&String| {
            !PASSING.contains(&reason.as_str()) && self.waits_for.as_ref() != Some(reason)
        };
        if let Some(reason) = queued.reason.as_ref().filter(is_news) {
            self.waits_for = Some(reason.clone());
            reports.push(Report::event(Event::Warning {
                message: format!("`{}` waits as job {}: {reason}", self.stage, self.id),
            }));
        }
    }

    /// SLURM has ended it, and the worker did not say how the work ended, or stopped on request.
    fn gone_for_good(&mut self, reports: &mut Vec<Report>) {
        match self.end.take() {
            Some(WorkerEnd::Interrupted { step, .. }) if !self.stopped => {
                self.gave_way = Some(step);
            }
            None if self.stopped => {
                let cost = StageCost::default();
                self.end = Some(WorkerEnd::Interrupted { step: None, cost });
            }
            // Another coordinating process followed it, too, and has tidied up.
            None if self.state() == Some(JobState::Ended(0)) => self.end = Some(WorkerEnd::Found),
            end => self.end = end,
        }
        self.close(reports);
    }

    fn close(&mut self, reports: &mut Vec<Report>) {
        self.closed = true;
        if let Some(end) = &self.end {
            reports.push(Report::message(WorkerMessage::Ended(end.clone())));
        }
        reports.push(Report::Closed);
    }

    /// How SLURM says that it ended.
    fn state(&self) -> Option<JobState> {
        let (state, _) = self.gone?;
        state.or_else(|| client::accounted(self.id))
    }

    /// Asks it to stop at the next safe point.
    pub(in crate::run) fn stop(&mut self) {
        if !self.stopped {
            self.stopped = true;
            warn(client::cancel(self.id));
        }
    }

    pub(in crate::run) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Ends it at once.
    pub(in crate::run) fn kill(&mut self) {
        if !self.killed {
            self.killed = true;
            warn(client::kill(self.id));
        }
    }

    /// How it ended, should its worker not have told; forgets its folder where there is nothing more to
    /// learn from it.
    pub(in crate::run) fn finish(&self) -> Crash {
        if self.end.is_some() {
            self.folder.remove();
        }
        let state = self.state();
        let how = match (state, self.gave_way) {
            (None, _) => "is not known to SLURM any more".to_owned(),
            (Some(JobState::Ended(0)), Some(_)) => "had to stop".to_owned(),
            (Some(state), _) => state.text(),
        };
        let what = format!("its job {} {how}", self.id);
        // Somebody who cancels it may want that it stays so.
        let may_go_on = state != Some(JobState::Cancelled);
        Crash {
            error: with_last_lines(what, &self.folder.log()),
            help: self.help(state),
            is_worth_retrying: self.gave_way.is_some()
                || state.is_none_or(JobState::is_worth_retrying),
            gave_way_at: self.gave_way.flatten().filter(|_| may_go_on),
        }
    }

    fn help(&self, state: Option<JobState>) -> Option<String> {
        match state? {
            JobState::OutOfMemory => Some("ask for more `memory` in the profile".to_owned()),
            JobState::TimedOut => Some("ask for more `time` in the profile".to_owned()),
            JobState::Ended(_) if !self.folder.log().exists() => Some(format!(
                "nothing of it was seen in `{}`: is that folder shared with the nodes?",
                self.folder.path().display()
            )),
            _ => None,
        }
    }

    /// The id as people write it.
    pub(in crate::run) fn id(&self) -> String {
        self.id.to_string()
    }
}

fn warn(result: Result<(), RunnerError>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a job could not be stopped");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn published() -> WorkerEnd {
        let cost = StageCost::default();
        WorkerEnd::Published { cost }
    }

    fn interrupted() -> WorkerEnd {
        let (step, cost) = (Some(3), StageCost::default());
        WorkerEnd::Interrupted { step, cost }
    }

    const ID: JobId = JobId {
        job: 7,
        task: Some(2),
    };

    /// A job and the folder in which its first start tells things.
    fn job() -> (tempfile::TempDir, Job) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("messages")).unwrap();
        let folder = JobFolder::at(root.path().to_owned());
        (root, Job::new(ID, "train.hrm".to_owned(), folder))
    }

    fn queued(state: JobState) -> Vec<QueuedJob> {
        vec![QueuedJob {
            id: ID,
            name: String::new(),
            state,
            reason: Some("Resources".to_owned()),
        }]
    }

    fn tell(root: &tempfile::TempDir, start: &str, end: &WorkerEnd) {
        let line = serde_json::to_string(&WorkerMessage::Ended(end.clone())).unwrap();
        let path = root.path().join(format!("messages/{start}.jsonl"));
        fs::write(path, line + "\n").unwrap();
    }

    fn names(reports: &[Report]) -> Vec<&'static str> {
        let name = |report: &Report| match report {
            Report::Closed => "closed",
            Report::Message(message) => match **message {
                WorkerMessage::Ended(WorkerEnd::Published { .. }) => "published",
                WorkerMessage::Ended(WorkerEnd::Interrupted { .. }) => "interrupted",
                WorkerMessage::Ended(_) => "ended otherwise",
                WorkerMessage::Event(Event::JobRequeued { .. }) => "requeued",
                WorkerMessage::Event(Event::Warning { .. }) => "warning",
                WorkerMessage::Event(_) => "other event",
            },
        };
        reports.iter().map(name).collect()
    }

    #[test]
    fn what_the_worker_tells_last_ends_the_job() {
        let (root, mut job) = job();
        assert_eq!(names(&job.look(&queued(JobState::Pending))), [""; 0]);
        assert_eq!(names(&job.read()), [""; 0]);
        tell(&root, "9-0", &published());
        assert_eq!(names(&job.read()), ["published", "closed"]);
        assert_eq!(names(&job.look(&[])), [""; 0]);
    }

    #[test]
    fn a_requeued_job_is_followed_on() {
        let (root, mut job) = job();
        tell(&root, "9-0", &interrupted());
        assert_eq!(names(&job.read()), [""; 0]);
        assert_eq!(names(&job.look(&queued(JobState::Running))), [""; 0]);
        let looks = [JobState::Pending, JobState::Pending];
        let told = looks.map(|state| names(&job.look(&queued(state))));
        assert_eq!(told, [vec!["requeued"], vec![]]);
        tell(&root, "9-1", &published());
        assert_eq!(names(&job.read()), ["published", "closed"]);
    }

    #[test]
    fn a_cancelled_job_is_worth_another_one() {
        let (root, mut job) = job();
        tell(&root, "9-0", &interrupted());
        assert_eq!(names(&job.read()), [""; 0]);
        assert_eq!(names(&job.look(&queued(JobState::Cancelled))), [""; 0]);
        assert_eq!(names(&job.look(&queued(JobState::Cancelled))), ["closed"]);
        let crash = job.finish();
        assert_eq!(crash.error, "its job 7_2 was cancelled");
        assert!(crash.is_worth_retrying);
        assert_eq!(crash.gave_way_at, None);
    }

    #[test]
    fn a_job_that_had_to_stop_tells_how_far_it_got() {
        let (root, mut job) = job();
        tell(&root, "9-0", &interrupted());
        job.read();
        for _ in 0..LOOKS {
            job.look(&queued(JobState::Ended(0)));
        }
        let crash = job.finish();
        assert_eq!(crash.error, "its job 7_2 had to stop");
        assert!(crash.is_worth_retrying);
        assert_eq!(crash.gave_way_at, Some(3));
    }

    #[test]
    fn a_job_that_exits_tells_nothing_new_another_time() {
        let (_root, mut job) = job();
        for _ in 0..LOOKS {
            job.look(&queued(JobState::Ended(101)));
        }
        let crash = job.finish();
        assert_eq!(crash.error, "its job 7_2 exited with code 101");
        assert!(crash.help.unwrap().contains("is that folder shared"));
        assert!(!crash.is_worth_retrying);
    }

    #[test]
    fn a_reason_that_does_not_pass_is_told_once() {
        let (_root, mut job) = job();
        let mut jobs = queued(JobState::Pending);
        jobs[0].reason = Some("QOSMaxJobsPerUserLimit".to_owned());
        assert_eq!(names(&job.look(&jobs)), ["warning"]);
        assert_eq!(names(&job.look(&jobs)), [""; 0]);
    }
}
