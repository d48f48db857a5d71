//! Evaluations side by side: plain data, the same for text, JSON and the page.

use crate::format::plural;
use crate::{Count, MetricCount, PuzzleView, TestEvaluation};
use hrm_config::Comparability;
use serde::Serialize;
use serde_json::Value;

/// Evaluations side by side; the first is what the others are compared with.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ComparisonData {
    /// The evaluations.
    pub sides: Vec<ComparedSide>,
    /// What a reader has to know before believing the numbers.
    pub warnings: Vec<String>,
    /// Keys of the configuration of which not all sides have the same value.
    pub differing: Vec<DifferingKey>,
    /// Each further side against the first.
    pub differences: Vec<Difference>,
    /// Exact accuracy by difficulty on the puzzles that all sides share, where they have one.
    pub by_difficulty: Vec<DifficultyGroup>,
}

/// An evaluation of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ComparedSide {
    /// What the user called it.
    pub name: String,
    /// Key of the evaluation.
    pub key: String,
    /// Instance of the evaluate stage.
    pub stage: String,
    /// Instance of the training; none for the predictions of another program.
    pub training: Option<String>,
    /// What it may be compared with.
    pub comparability: Comparability,
    /// Puzzles.
    pub puzzles: u64,
    /// Puzzles that are exactly right after the last segment.
    pub exact: u64,
    /// 95 % Wilson interval of the exact accuracy.
    pub interval: Option<[f64; 2]>,
    /// Every metric of the final predictions.
    pub scores: Vec<MetricCount>,
    /// The outcome with learned halting.
    pub adaptive: Option<AdaptiveAccuracy>,
    /// The place of the evaluation among those that looked at the same test split.
    pub test_evaluation: Option<TestEvaluation>,
    /// What it cost.
    pub cost: SideCost,
}

/// An evaluation with learned halting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AdaptiveAccuracy {
    /// Exact accuracy.
    pub exact_accuracy: f64,
    /// Segments on average.
    pub mean_segments: Option<f64>,
}

/// What a side of a comparison cost; none where it is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct SideCost {
    /// Seconds of training.
    pub training_seconds: Option<f64>,
    /// Seconds of evaluating.
    pub evaluation_seconds: Option<f64>,
    /// Energy of the training, in joules.
    pub training_joules: Option<f64>,
    /// Energy of the evaluation, in joules.
    pub evaluation_joules: Option<f64>,
    /// Trained numbers.
    pub parameters: Option<u64>,
    /// Floating-point operations of the whole training, by formula.
    pub training_flops: Option<f64>,
    /// Floating-point operations of the whole evaluation, by formula: all segments of all puzzles.
    pub evaluation_flops: Option<f64>,
    /// The same for one puzzle.
    pub puzzle_flops: Option<f64>,
}

/// One number of a cost, by its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CostValue {
    /// Seconds.
    Seconds(f64),
    /// Joules.
    Energy(f64),
    /// Trained numbers.
    Parameters(u64),
    /// Floating-point operations.
    Operations(f64),
}

impl SideCost {
    /// Its numbers with their names, in the order in which they are shown.
    fn rows(&self) -> [(&'static str, Option<CostValue>); 8] {
        use CostValue::{Energy, Operations, Parameters, Seconds};
        [
            ("training time", self.training_seconds.map(Seconds)),
            ("evaluation time", self.evaluation_seconds.map(Seconds)),
            ("energy of the training", self.training_joules.map(Energy)),
            (
                "energy of the evaluation",
                self.evaluation_joules.map(Energy),
            ),
            ("parameters", self.parameters.map(Parameters)),
            (
                "operations of the training",
                self.training_flops.map(Operations),
            ),
            (
                "operations of the evaluation",
                self.evaluation_flops.map(Operations),
            ),
            (
                "operations for one puzzle",
                self.puzzle_flops.map(Operations),
            ),
        ]
    }
}

impl ComparisonData {
    /// What the sides cost: names with the values in the order of the sides. What no side knows is left
    /// out.
    pub fn costs(&self) -> Vec<(&'static str, Vec<Option<CostValue>>)> {
        let of_sides: Vec<_> = self.sides.iter().map(|side| side.cost.rows()).collect();
        let labels = SideCost::default().rows().into_iter().enumerate();
        let rows = labels.map(|(row, (label, _))| {
            let values = of_sides.iter().map(|side| side[row].1).collect();
            (label, values)
        });
        let is_known =
            |(_, values): &(_, Vec<Option<CostValue>>)| values.iter().any(Option::is_some);
        rows.filter(is_known).collect()
    }
}

/// A key of the configuration with its value on each side; none where a side does not have it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DifferingKey {
    /// Path of the key; keys of the evaluation have `evaluate.` before them.
    pub key: String,
    /// Values, in the order of the sides.
    pub values: Vec<Option<Value>>,
}

/// One evaluation against the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Name of the first evaluation.
    pub a: String,
    /// Name of the other one.
    pub b: String,
    /// The test on the puzzles that both evaluated; none where there are none.
    pub paired: Option<Paired>,
    /// Exact accuracy of `b` minus that of `a`, on the shared puzzles where there are any.
    pub difference: f64,
    /// What follows.
    pub verdict: Verdict,
    /// Some of the puzzles that only one of them solves, where predictions are kept.
    #[serde(skip)]
    pub disputed: Vec<DisputedPuzzle>,
}

/// Two evaluations on the puzzles that both looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paired {
    /// The shared puzzles.
    pub puzzles: u64,
    /// Puzzles that both solve.
    pub both: u64,
    /// Puzzles that only `a` solves, by their index in `a`.
    pub only_a: Vec<u32>,
    /// Puzzles that only `b` solves, by their index in `a`.
    pub only_b: Vec<u32>,
    /// Puzzles that neither solves.
    pub neither: u64,
    /// 95 % bootstrap interval of the difference, resampling puzzles.
    pub interval: Option<[f64; 2]>,
    /// Two-sided p-value of the exact McNemar test.
    pub p: f64,
    /// The same, corrected for the number of comparisons (Holm).
    pub p_corrected: f64,
    /// Difference that would have been found with 80 % power at this rate of disagreement.
    pub detectable: Option<f64>,
}

/// What a comparison says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The first solves more.
    AIsBetter,
    /// The other solves more.
    BIsBetter,
    /// The puzzles do not tell.
    NoDifferenceDetected,
    /// They share no puzzle, so that nothing is tested.
    NotPaired,
}

/// A puzzle that one side solves and the other does not. Token lists have one entry per cell, in row
/// order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputedPuzzle {
    /// Its index in the first side.
    pub index: u32,
    /// How its tokens are shown.
    pub puzzle: PuzzleView,
    /// Input tokens.
    pub question: Vec<u8>,
    /// Label tokens.
    pub answer: Vec<u8>,
    /// Final prediction of the first and the other side; empty where a side gave none.
    pub predictions: [Vec<u8>; 2],
}

/// Puzzles of similar difficulty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DifficultyGroup {
    /// Least difficulty.
    pub from: i64,
    /// Largest difficulty.
    pub to: i64,
    /// Puzzles.
    pub puzzles: u64,
    /// Puzzles exactly right, on each side.
    pub exact: Vec<u64>,
}

/// A, B, C, …: what the sides are called in tables and plots.
pub fn side_letter(index: usize) -> String {
    let letter = u8::try_from(index)
        .ok()
        .and_then(|index| b'A'.checked_add(index))
        .filter(u8::is_ascii_uppercase);
    letter.map_or_else(
        || format!("#{}", index + 1),
        |letter| char::from(letter).to_string(),
    )
}

impl ComparisonData {
    /// The metrics that any side has, each with its count on every side.
    pub fn metrics(&self) -> Vec<(String, Vec<Option<&MetricCount>>)> {
        let mut labels: Vec<String> = Vec::new();
        for score in self.sides.iter().flat_map(|side| &side.scores) {
            let label = score.label();
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let of_sides = |label: &String| {
            let sides = self.sides.iter();
            sides
                .map(|side| side.scores.iter().find(|score| score.label() == *label))
                .collect()
        };
        labels
            .into_iter()
            .map(|label| {
                let counts = of_sides(&label);
                (label, counts)
            })
            .collect()
    }
}

impl ComparedSide {
    /// Puzzles exactly right, of all.
    pub fn count(&self) -> Count {
        Count {
            hits: self.exact,
            total: self.puzzles,
        }
    }
}

impl DifferingKey {
    /// The values as text.
    pub fn texts(&self) -> impl Iterator<Item = String> + '_ {
        self.values.iter().map(|value| {
            value
                .as_ref()
                .map_or_else(|| "not set".to_owned(), Value::to_string)
        })
    }
}

impl DifficultyGroup {
    /// `7`, or `7–12`.
    pub fn label(&self) -> String {
        if self.from == self.to {
            self.from.to_string()
        } else {
            format!("{}–{}", self.from, self.to)
        }
    }

    /// Puzzles exactly right on each side, of those of the group.
    pub fn counts(&self) -> impl Iterator<Item = Count> + '_ {
        self.exact.iter().map(|&hits| Count {
            hits,
            total: self.puzzles,
        })
    }
}

impl Difference {
    /// The verdict in one plain sentence.
    pub fn sentence(&self) -> String {
        let Self { a, b, .. } = self;
        let Some(paired) = &self.paired else {
            return format!("{a} and {b} share no puzzle, so nothing is tested.");
        };
        let puzzles = plural(paired.puzzles, "puzzle");
        let points = 100.0 * self.difference.abs();
        let better = |better: &str, worse: &str| {
            format!(
                "{better} is better than {worse}: it solves {points:.1} points more of the {puzzles} that both evaluated."
            )
        };
        match self.verdict {
            Verdict::AIsBetter => better(a, b),
            Verdict::BIsBetter => better(b, a),
            Verdict::NoDifferenceDetected | Verdict::NotPaired => {
                let found = paired.detectable.map_or_else(String::new, |detectable| {
                    format!(
                        "; one of {:.1} points would have been found four times out of five",
                        100.0 * detectable
                    )
                });
                format!("No difference detected between {a} and {b} on {puzzles}{found}.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::side_letter;

    #[test]
    fn sides_have_letters_while_there_are_any() {
        assert_eq!(
            [0, 1, 25, 26, 400].map(side_letter),
            ["A", "B", "Z", "#27", "#401"]
        );
    }
}
