//! What the votes on ARC test inputs score.

use crate::{Scored, Scores};
use hrm_arc::scoring::{Outcomes, PASS_AT, Rule, Score, VoteError, Votes};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a task counts whose test inputs are solved in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArcRule {
    /// A task counts if all of its test inputs are solved: the published HRM notebook.
    Hrm,
    /// A task counts with the share of its test inputs that are solved: TRM's evaluator.
    Trm,
    /// The score of ARC Prize: TRM's rule with two attempts.
    ArcPrize,
}

impl ArcRule {
    /// All rules.
    pub const ALL: [Self; 3] = [Self::Hrm, Self::Trm, Self::ArcPrize];

    /// The name on the command line, in files and rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hrm => "hrm",
            Self::Trm => "trm",
            Self::ArcPrize => "arc-prize",
        }
    }

    /// The numbers of candidates at which the rule is scored.
    pub const fn attempts(self) -> &'static [usize] {
        match self {
            Self::Hrm | Self::Trm => &PASS_AT,
            Self::ArcPrize => &[2],
        }
    }

    fn score(self, outcomes: &Outcomes<'_>, k: usize) -> Score {
        match self {
            Self::Hrm => outcomes.pass_at(k, Rule::Hrm),
            Self::Trm | Self::ArcPrize => outcomes.pass_at(k, Rule::Trm),
        }
    }
}

impl fmt::Display for ArcRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The scores of ARC predictions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArcScores {
    /// The scores against the number of augmentations, ascending; the last point has all votes.
    pub curve: Vec<VotePoint>,
    /// What became of each test input by all votes, task by task.
    pub test_inputs: Vec<TestInputOutcome>,
}

/// The scores of the votes of each task's original and its first augmentations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VotePoint {
    /// Augmentations that vote at most, besides the original.
    pub augmentations: usize,
    /// pass@K by every rule.
    pub scores: Vec<PassAt>,
}

/// pass@K as an exact fraction: `solved_parts / (tasks · parts_per_task)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassAt {
    /// How tasks count.
    pub rule: ArcRule,
    /// Candidates of a test input that are looked at, the best first.
    pub k: usize,
    /// Solved tasks, in parts.
    pub solved_parts: u64,
    /// Parts of a task: 1 where tasks count whole.
    pub parts_per_task: u64,
    /// Tasks.
    pub tasks: u64,
}

impl PassAt {
    /// Numerator and denominator.
    pub fn fraction(&self) -> (u64, u64) {
        (self.solved_parts, self.tasks * self.parts_per_task)
    }

    /// The score, 0 to 1; nothing without tasks.
    pub fn value(&self) -> Option<f64> {
        let score = Score {
            solved_parts: self.solved_parts,
            parts_per_task: self.parts_per_task,
            tasks: self.tasks,
        };
        score.value()
    }
}

/// What the votes say about one test input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestInputOutcome {
    /// The task's name.
    pub task: String,
    /// The test pair, counted from 0.
    pub test_index: u32,
    /// Predictions for it.
    pub votes: u32,
    /// Different grids among them.
    pub candidates: u32,
    /// The place of the right output among the candidates, counted from 1; nothing where it was not
    /// predicted.
    pub rank: Option<u32>,
}

/// The scores and the submission of the votes of at most `augmentations` augmentations of each task,
/// besides the original.
///
/// # Errors
/// If two votes have the same row.
pub fn score_votes(votes: &Votes<'_>, augmentations: usize) -> Result<Scored, VoteError> {
    let last = augmentations.min(votes.augmentations());
    let mut curve = Vec::new();
    for augmentations in axis(last) {
        curve.push(VotePoint {
            augmentations,
            scores: pass_at(&votes.outcomes(augmentations)?),
        });
    }
    let outcomes = votes.outcomes(last)?;
    let scores = ArcScores {
        curve,
        test_inputs: outcomes.iter().map(test_input).collect(),
    };
    Ok(Scored {
        scores: Scores::Arc(scores),
        submission: Some(outcomes.submission_json()),
    })
}

impl ArcScores {
    /// The scores of all votes.
    pub fn last(&self) -> Option<&VotePoint> {
        self.curve.last()
    }
}

/// No augmentations, then 1, 2, 5, 10, 20, 50, … below `last`, then `last`.
fn axis(last: usize) -> Vec<usize> {
    let decades = std::iter::successors(Some(1usize), |decade| decade.checked_mul(10));
    let steps = decades.flat_map(|decade| [1, 2, 5].map(|step| decade.saturating_mul(step)));
    let mut axis = vec![0];
    axis.extend(steps.take_while(|&step| step < last));
    if last > 0 {
        axis.push(last);
    }
    axis
}

fn pass_at(outcomes: &Outcomes<'_>) -> Vec<PassAt> {
    let at = |rule: ArcRule, k: usize| {
        let score = rule.score(outcomes, k);
        PassAt {
            rule,
            k,
            solved_parts: score.solved_parts,
            parts_per_task: score.parts_per_task,
            tasks: score.tasks,
        }
    };
    let rules = ArcRule::ALL.into_iter();
    rules
        .flat_map(|rule| rule.attempts().iter().map(move |&k| at(rule, k)))
        .collect()
}

fn test_input(outcome: &hrm_arc::scoring::Outcome<'_>) -> TestInputOutcome {
    // No test set comes near the limit of 32 bits.
    let count = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    TestInputOutcome {
        task: outcome.task.to_owned(),
        test_index: count(outcome.test_index),
        votes: count(outcome.votes),
        candidates: count(outcome.candidates.len()),
        rank: outcome.rank.map(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_with_all_augmentations() {
        for (last, expected) in [
            (0, vec![0]),
            (1, vec![0, 1]),
            (3, vec![0, 1, 2, 3]),
            (10, vec![0, 1, 2, 5, 10]),
            (110, vec![0, 1, 2, 5, 10, 20, 50, 100, 110]),
        ] {
            assert_eq!(axis(last), expected);
        }
    }
}
