//! Speed and losses of the last few seconds of a training.

use hrm_train::StepProgress;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Time over which speed and losses are averaged.
const WINDOW: Duration = Duration::from_secs(10);

/// Steps over which they are averaged at most; bounds memory where steps are fast.
const STEPS_MAX: usize = 1000;

/// The last steps of a training.
#[derive(Debug)]
pub(super) struct Recent {
    /// When the first step of the window began.
    since: Instant,
    steps: VecDeque<Step>,
}

#[derive(Debug)]
struct Step {
    ended: Instant,
    puzzles: usize,
    lm_loss: f64,
    exact_accuracy: Option<f64>,
}

/// Averages over the last steps.
#[derive(Debug, PartialEq)]
pub(super) struct Averages {
    pub(super) steps_per_second: f64,
    pub(super) samples_per_second: f64,
    pub(super) lm_loss: f64,
    /// None while no puzzle halted.
    pub(super) exact_accuracy: Option<f64>,
}

impl Recent {
    /// The training begins at `now`.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            since: now,
            steps: VecDeque::new(),
        }
    }

    /// A step ended at `now`.
    pub(super) fn add(&mut self, progress: &StepProgress, now: Instant) {
        self.steps.push_back(Step {
            ended: now,
            puzzles: progress.batch_size,
            lm_loss: progress.lm_loss,
            exact_accuracy: progress.exact_accuracy,
        });
        let too_old = |step: &Step| now.duration_since(step.ended) > WINDOW;
        while self.steps.len() > STEPS_MAX || self.steps.front().is_some_and(too_old) {
            if let Some(step) = self.steps.pop_front() {
                self.since = step.ended;
            }
        }
    }

    /// The averages; zero speeds before the first step.
    pub(super) fn averages(&self) -> Averages {
        let seconds = self.steps.back().map_or(0.0, |last| {
            last.ended.duration_since(self.since).as_secs_f64()
        });
        let rate = |amount: usize| {
            if seconds > 0.0 {
                amount as f64 / seconds
            } else {
                0.0
            }
        };
        let exact: Vec<f64> = self
            .steps
            .iter()
            .filter_map(|step| step.exact_accuracy)
            .collect();
        let mean = |sum: f64, count: usize| sum / count as f64;
        Averages {
            steps_per_second: rate(self.steps.len()),
            samples_per_second: rate(self.steps.iter().map(|step| step.puzzles).sum()),
            lm_loss: mean(
                self.steps.iter().map(|step| step.lm_loss).sum(),
                self.steps.len(),
            ),
            exact_accuracy: (!exact.is_empty()).then(|| mean(exact.iter().sum(), exact.len())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress(lm_loss: f64, exact_accuracy: Option<f64>) -> StepProgress {
        StepProgress {
            step: 1,
            total_steps: 9,
            batch_size: 64,
            lm_loss,
            exact_accuracy,
        }
    }

    #[test]
    fn averages_cover_the_window_only() {
        let start = Instant::now();
        let mut recent = Recent::new(start);
        recent.add(&progress(100.0, Some(0.0)), start + Duration::from_secs(1));
        for (i, exact) in [(15, None), (16, Some(0.5)), (17, Some(1.0))] {
            recent.add(&progress(2.0, exact), start + Duration::from_secs(i));
        }
        // The first step fell out; the window begins at its end.
        let expected = Averages {
            steps_per_second: 3.0 / 16.0,
            samples_per_second: 12.0,
            lm_loss: 2.0,
            exact_accuracy: Some(0.75),
        };
        assert_eq!(recent.averages(), expected);
    }

    #[test]
    fn no_time_means_no_speed() {
        let start = Instant::now();
        let mut recent = Recent::new(start);
        recent.add(&progress(1.0, None), start);
        assert_eq!(recent.averages().steps_per_second, 0.0);
        assert_eq!(recent.averages().exact_accuracy, None);
    }
}
