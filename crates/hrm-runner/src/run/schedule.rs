//! Which stage is next: pure bookkeeping over the stages of a run.

use std::collections::BTreeSet;
use std::time::Instant;

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It has not started, or has to start again.
    Waiting,
    /// Its work is being done.
    Running,
    /// Its artifact is there.
    Complete,
    /// It failed, or something that it needs did.
    Failed,
    /// It stopped on request.
    Interrupted,
}

/// The stages of a run with what they need.
#[derive(Debug)]
pub(super) struct Schedule {
    progress: Vec<Progress>,
    selected: BTreeSet<usize>,
    inputs: Vec<Vec<usize>>,
    /// The stage that is ready and comes first here is the next one.
    order: Vec<usize>,
    /// Whether a stage needs the device for itself.
    needs_device: Vec<bool>,
    not_before: Vec<Option<Instant>>,
    jobs: usize,
}

impl Schedule {
    /// Stages of which none has started. `order` has all of them, each after its inputs.
    pub(super) fn new(
        selected: BTreeSet<usize>,
        inputs: Vec<Vec<usize>>,
        order: Vec<usize>,
        needs_device: Vec<bool>,
        jobs: usize,
    ) -> Self {
        Self {
            progress: vec![Progress::Waiting; inputs.len()],
            not_before: vec![None; inputs.len()],
            selected,
            inputs,
            order,
            needs_device,
            jobs: jobs.max(1),
        }
    }

    /// Puts the stages of which the longest way to the end of the workflow depends first; `seconds`
    /// is how long each takes.
    pub(super) fn longest_way_first(&mut self, seconds: &[f64]) {
        let mut way = seconds.to_vec();
        for &stage in self.order.iter().rev() {
            for &input in &self.inputs[stage] {
                way[input] = way[input].max(seconds[input] + way[stage]);
            }
        }
        // A stable sort: equal ways stay in the order of the workflow.
        self.order.sort_by(|&a, &b| way[b].total_cmp(&way[a]));
    }

    pub(super) fn set(&mut self, stage: usize, progress: Progress) {
        self.progress[stage] = progress;
    }

    /// Lets a stage start again, at `moment` or later.
    pub(super) fn wait_until(&mut self, stage: usize, moment: Instant) {
        self.progress[stage] = Progress::Waiting;
        self.not_before[stage] = Some(moment);
    }

    /// Selected stages that are so far.
    pub(super) fn count(&self, progress: Progress) -> usize {
        let selected = self.selected.iter();
        selected.filter(|&&i| self.progress[i] == progress).count()
    }

    /// The stage to start now, if there is one that is ready and a place for it.
    pub(super) fn next(&self, now: Instant) -> Option<usize> {
        let running = || self.all(Progress::Running);
        let device_is_free = !running().any(|stage| self.needs_device[stage]);
        let is_next = |stage: usize| {
            self.is_ready(stage)
                && (device_is_free || !self.needs_device[stage])
                && self.not_before[stage].is_none_or(|moment| moment <= now)
        };
        (running().count() < self.jobs)
            .then(|| self.order.iter().copied().find(|&stage| is_next(stage)))?
    }

    /// Whether any stage could start, now or later, without another one ending first.
    pub(super) fn anything_ready(&self) -> bool {
        self.order.iter().any(|&stage| self.is_ready(stage))
    }

    /// A stage that can never start, and the input that it lacks.
    pub(super) fn blocked(&self) -> Option<(usize, usize)> {
        let waiting = self
            .order
            .iter()
            .copied()
            .filter(|stage| self.is_waiting(*stage));
        let mut blocked = waiting.filter_map(|stage| {
            let mut inputs = self.inputs[stage].iter().copied();
            let missing = inputs.find(|&input| self.progress[input] == Progress::Failed)?;
            Some((stage, missing))
        });
        blocked.next()
    }

    fn is_waiting(&self, stage: usize) -> bool {
        self.selected.contains(&stage) && self.progress[stage] == Progress::Waiting
    }

    fn is_ready(&self, stage: usize) -> bool {
        let is_complete = |&input: &usize| self.progress[input] == Progress::Complete;
        self.is_waiting(stage) && self.inputs[stage].iter().all(is_complete)
    }

    fn all(&self, progress: Progress) -> impl Iterator<Item = usize> {
        let all = self.progress.iter().enumerate();
        all.filter_map(move |(stage, of)| (*of == progress).then_some(stage))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// 0 and 1 have no inputs; 2 needs 0, 3 needs 1, 4 needs 2 and 3.
    fn schedule(jobs: usize, needs_device: [bool; 5]) -> Schedule {
        let inputs = vec![vec![], vec![], vec![0], vec![1], vec![2, 3]];
        Schedule::new(
            (0..5).collect(),
            inputs,
            (0..5).collect(),
            needs_device.to_vec(),
            jobs,
        )
    }

    fn start_all(schedule: &mut Schedule) -> Vec<usize> {
        let mut started = Vec::new();
        while let Some(stage) = schedule.next(Instant::now()) {
            schedule.set(stage, Progress::Running);
            started.push(stage);
        }
        started
    }

    #[test]
    fn as_many_start_as_there_are_jobs_each_after_its_inputs() {
        let mut one = schedule(1, [false; 5]);
        assert_eq!(start_all(&mut one), [0]);
        let mut many = schedule(8, [false; 5]);
        assert_eq!(start_all(&mut many), [0, 1]);
        many.set(1, Progress::Complete);
        assert_eq!(start_all(&mut many), [3]);
        many.set(3, Progress::Complete);
        assert!(!many.anything_ready());
        many.set(0, Progress::Complete);
        assert_eq!(start_all(&mut many), [2]);
    }

    #[test]
    fn the_longest_way_comes_first() {
        let mut schedule = schedule(1, [false; 5]);
        schedule.longest_way_first(&[1.0, 2.0, 9.0, 1.0, 1.0]);
        assert_eq!(start_all(&mut schedule), [0]);
        schedule.set(0, Progress::Complete);
        assert_eq!(start_all(&mut schedule), [2]);
    }

    #[test]
    fn a_device_is_for_one_stage_at_a_time() {
        let mut schedule = schedule(8, [true, true, false, false, false]);
        assert_eq!(start_all(&mut schedule), [0]);
        schedule.set(0, Progress::Complete);
        assert_eq!(start_all(&mut schedule), [1, 2]);
    }

    #[test]
    fn what_needs_a_failed_stage_is_blocked() {
        let mut schedule = schedule(8, [false; 5]);
        schedule.set(0, Progress::Failed);
        assert_eq!(schedule.blocked(), Some((2, 0)));
        schedule.set(2, Progress::Failed);
        assert_eq!(schedule.blocked(), Some((4, 2)));
        schedule.set(4, Progress::Failed);
        assert_eq!(schedule.blocked(), None);
        assert_eq!(start_all(&mut schedule), [1]);
    }

    #[test]
    fn a_stage_waits_before_it_starts_again() {
        let mut schedule = schedule(1, [false; 5]);
        let now = Instant::now();
        schedule.wait_until(0, now + Duration::from_secs(60));
        assert_eq!(schedule.next(now), Some(1));
        assert_eq!(schedule.next(now + Duration::from_secs(61)), Some(0));
    }
}
