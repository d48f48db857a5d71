//! pass@K by the published rules.

use super::{Outcome, Outcomes};

/// The K of the published scores; HRM reports all but 5.
pub const PASS_AT: [usize; 6] = [1, 2, 5, 10, 100, 1000];

/// How a task counts whose test inputs are solved in part. A test input is solved at K if the right
/// output is among the first K candidates; one without predictions is unsolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A task counts if all of its test inputs are solved (the notebook of the HRM code).
    Hrm,
    /// A task counts with the share of its test inputs that are solved (TRM's evaluator).
    Trm,
}

/// A score as an exact fraction: `solved_parts / (tasks · parts_per_task)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// Solved tasks, in parts.
    pub solved_parts: u64,
    /// Parts of a task: 1 where tasks count whole, otherwise the least common multiple of the
    /// tasks' numbers of test inputs.
    pub parts_per_task: u64,
    /// Tasks.
    pub tasks: u64,
}

impl Score {
    /// The numerator, in tasks: the sum of the tasks' shares.
    pub fn solved_tasks(&self) -> f64 {
        self.solved_parts as f64 / self.parts_per_task as f64
    }

    /// The score, 0 to 1; nothing without tasks.
    pub fn value(&self) -> Option<f64> {
        (self.tasks > 0).then(|| self.solved_tasks() / self.tasks as f64)
    }
}

impl Outcomes<'_> {
    /// pass@K by a rule.
    pub fn pass_at(&self, k: usize, rule: Rule) -> Score {
        let parts_per_task = match rule {
            Rule::Hrm => 1,
            Rule::Trm => self.by_task.iter().fold(1, |parts, (_, outcomes)| {
                least_common_multiple(parts, outcomes.len() as u64)
            }),
        };
        let parts = |outcomes: &[Outcome<'_>]| {
            let solved = outcomes.iter().filter(|outcome| outcome.is_solved_at(k));
            let (solved, all) = (solved.count() as u64, outcomes.len() as u64);
            match rule {
                Rule::Hrm => u64::from(solved == all),
                Rule::Trm => parts_per_task / all * solved,
            }
        };
        Score {
            solved_parts: self
                .by_task
                .iter()
                .map(|(_, outcomes)| parts(outcomes))
                .sum(),
            parts_per_task,
            tasks: self.by_task.len() as u64,
        }
    }

    /// The score of ARC Prize: the mean over the tasks of the share of test inputs for which one of
    /// two attempts is right, which is TRM's rule at K = 2.
    pub fn arc_prize(&self) -> Score {
        self.pass_at(2, Rule::Trm)
    }
}

impl Outcome<'_> {
    /// Whether the right output is among the first `k` candidates.
    pub fn is_solved_at(&self, k: usize) -> bool {
        self.rank.is_some_and(|rank| rank <= k)
    }
}

fn least_common_multiple(a: u64, b: u64) -> u64 {
    let (mut divisor, mut rest) = (a, b);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    a / divisor * b
}
