//! Scores of final predictions, and who else looked at a test split.

use super::Count;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The scores of an evaluation's final predictions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FinalScores {
    /// Every metric over all puzzles.
    pub overall: Vec<MetricCount>,
    /// The same by rating, where puzzles have one.
    pub by_rating: Vec<RatingScores>,
    /// pass@K against the number of augmentations, ascending; ARC only.
    pub votes: Vec<ArcScore>,
}

/// A metric with what was counted for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricCount {
    /// Name, for example `blank_cell_accuracy`.
    pub metric: String,
    /// What was counted.
    pub count: Count,
    /// Whether puzzles were counted, which are drawn independently; otherwise cells.
    pub of_puzzles: bool,
}

/// Scores of the puzzles whose rating lies within bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingScores {
    /// Lowest rating; none for the puzzles without one.
    pub rating_min: Option<u64>,
    /// Highest rating, if there is one.
    pub rating_max: Option<u64>,
    /// Every metric.
    pub scores: Vec<MetricCount>,
}

/// pass@K of the votes of a number of augmentations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArcScore {
    /// Augmentations that vote at most, besides the original.
    pub augmentations: u64,
    /// How tasks count: `hrm`, `trm` or `arc-prize`.
    pub rule: String,
    /// Candidates of a test input that are looked at.
    pub k: u64,
    /// Solved tasks, in parts.
    pub solved: u64,
    /// Tasks, in the same parts.
    pub total: u64,
    /// Tasks.
    pub tasks: u64,
}

/// The place of an evaluation among all that looked at the same test split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestEvaluation {
    /// Its number in the order of time, from 1.
    pub ordinal: u64,
    /// All of them up to now.
    pub evaluations: u64,
    /// Trainings that they evaluated.
    pub trainings: u64,
}

impl MetricCount {
    /// The metric in words, for example `blank cell accuracy`.
    pub fn label(&self) -> String {
        self.metric.replace('_', " ")
    }

    /// The 95 % Wilson interval; none for cells, which depend on each other.
    pub fn interval(&self) -> Option<hrm_stats::Interval> {
        self.count.interval().filter(|_| self.of_puzzles)
    }
}

impl RatingScores {
    /// The bounds: `0`, `1–9`, `100 and more` or `unrated`.
    pub fn label(&self) -> String {
        match (self.rating_min, self.rating_max) {
            (None, _) => "unrated".to_owned(),
            (Some(min), Some(max)) if min == max => min.to_string(),
            (Some(min), Some(max)) => format!("{min}–{max}"),
            (Some(min), None) => format!("{min} and more"),
        }
    }
}

impl ArcScore {
    /// The score, 0 to 1; nothing without tasks.
    pub fn share(&self) -> Option<f64> {
        (self.total > 0).then(|| self.solved as f64 / self.total as f64)
    }

    /// Solved tasks: a whole number by the rule of HRM, a sum of shares by the others.
    pub fn solved_tasks(&self) -> Option<f64> {
        self.share().map(|share| share * self.tasks as f64)
    }
}

/// `3rd of 5 evaluations on this test split, of 2 trainings`.
impl fmt::Display for TestEvaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ending = match (self.ordinal % 10, self.ordinal % 100) {
            (1, tens) if tens != 11 => "st",
            (2, tens) if tens != 12 => "nd",
            (3, tens) if tens != 13 => "rd",
            _ => "th",
        };
        let plural = if self.trainings == 1 { "" } else { "s" };
        write!(f, "{}{ending} ", self.ordinal)?;
        if self.evaluations > self.ordinal {
            write!(f, "of {} evaluations", self.evaluations)?;
        } else {
            f.write_str("evaluation")?;
        }
        write!(
            f,
            " on this test split, of {} training{plural}",
            self.trainings
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluations_of_a_test_split_are_counted_in_words() {
        let text = |ordinal, evaluations, trainings| {
            TestEvaluation {
                ordinal,
                evaluations,
                trainings,
            }
            .to_string()
        };
        assert_eq!(
            text(1, 1, 1),
            "1st evaluation on this test split, of 1 training"
        );
        assert_eq!(
            text(3, 5, 2),
            "3rd of 5 evaluations on this test split, of 2 trainings"
        );
        let ordinals = [2, 4, 11, 12, 13, 21, 22, 111].map(|n| text(n, n, n));
        let ordinals = ordinals
            .each_ref()
            .map(|text| text.split(' ').next().unwrap_or_default());
        assert_eq!(
            ordinals,
            [
                "2nd", "4th", "11th", "12th", "13th", "21st", "22nd", "111th"
            ]
        );
    }
}
