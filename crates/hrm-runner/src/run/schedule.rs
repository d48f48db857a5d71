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
    /// Devices that a stage needs for itself.
    devices: Vec<usize>,
    /// Devices that there are.
    slots: usize,
    /// The first device of each running stage that needs some.
    placed: Vec<Option<usize>>,
    not_before: Vec<Option<Instant>>,
    jobs: usize,
}

impl Schedule {
    /// Stages of which none has started. `order` has all of them, each after its inputs. A stage that
    /// needs more devices than the `slots` that there are gets all of them.
    pub(super) fn new(
        selected: BTreeSet<usize>,
        inputs: Vec<Vec<usize>>,
        order: Vec<usize>,
        devices: Vec<usize>,
        slots: usize,
        jobs: usize,
    ) -> Self {
        let devices = devices.into_iter().map(|devices| devices.min(slots));
        Self {
            devices: devices.collect(),
            slots,
            placed: vec![None; inputs.len()],
            progress: vec![Progress::Waiting; inputs.len()],
            not_before: vec![None; inputs.len()],
            selected,
            inputs,
            order,
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
        self.placed[stage] = match progress {
            Progress::Running => self.place(stage),
            _ => None,
        };
        self.progress[stage] = progress;
    }

    /// The first of the neighboring devices that a stage would get now, counted from 0; none where it
    /// needs none, or they are taken.
    pub(super) fn place(&self, stage: usize) -> Option<usize> {
        let needed = self.devices[stage];
        let taken = |device: usize| {
            let running = self.placed.iter().zip(&self.devices);
            running
                .filter_map(|(first, devices)| Some((*first)?..(*first)? + devices))
                .any(|devices| devices.contains(&device))
        };
        let mut firsts = 0..(self.slots + 1).saturating_sub(needed);
        firsts.find(|&first| needed > 0 && !(first..first + needed).any(taken))
    }

    /// Lets a stage start again, at `moment` or later.
    pub(super) fn wait_until(&mut self, stage: usize, moment: Instant) {
        self.set(stage, Progress::Waiting);
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
        let is_next = |stage: usize| {
            self.is_ready(stage)
                && (self.devices[stage] == 0 || self.place(stage).is_some())
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
    fn schedule(jobs: usize, devices: [usize; 5], slots: usize) -> Schedule {
        let inputs = vec![vec![], vec![], vec![0], vec![1], vec![2, 3]];
        Schedule::new(
            (0..5).collect(),
            inputs,
            (0..5).collect(),
            devices.to_vec(),
            slots,
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
        let mut one = schedule(1, [0; 5], 0);
        assert_eq!(start_all(&mut one), [0]);
        let mut many = schedule(8, [0; 5], 0);
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
        let mut schedule = schedule(1, [0; 5], 0);
        schedule.longest_way_first(&[1.0, 2.0, 9.0, 1.0, 1.0]);
        assert_eq!(start_all(&mut schedule), [0]);
        schedule.set(0, Progress::Complete);
        assert_eq!(start_all(&mut schedule), [2]);
    }

    #[test]
    fn a_device_is_for_one_stage_at_a_time() {
        let mut schedule = schedule(8, [1, 1, 0, 0, 0], 1);
        assert_eq!(start_all(&mut schedule), [0]);
        schedule.set(0, Progress::Complete);
        assert_eq!(start_all(&mut schedule), [1, 2]);
    }

    #[test]
    fn stages_get_devices_of_their_own_that_are_neighbors() {
        let inputs = vec![vec![]; 5];
        let devices = vec![1, 2, 1, 8, 0];
        let mut schedule = Schedule::new((0..5).collect(), inputs, (0..5).collect(), devices, 4, 8);
        assert_eq!(start_all(&mut schedule), [0, 1, 2, 4]);
        assert_eq!(schedule.placed, [Some(0), Some(1), Some(3), None, None]);
        schedule.set(0, Progress::Complete);
        schedule.set(2, Progress::Complete);
        assert_eq!(start_all(&mut schedule), Vec::<usize>::new());
        schedule.set(1, Progress::Failed);
        // It asks for eight and gets all four.
        assert_eq!(start_all(&mut schedule), [3]);
        assert_eq!(schedule.placed[3], Some(0));
    }

    #[test]
    fn what_needs_a_failed_stage_is_blocked() {
        let mut schedule = schedule(8, [0; 5], 0);
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
        let mut schedule = schedule(1, [0; 5], 0);
        let now = Instant::now();
        schedule.wait_until(0, now + Duration::from_secs(60));
        assert_eq!(schedule.next(now), Some(1));
        assert_eq!(schedule.next(now + Duration::from_secs(61)), Some(0));
    }
}
