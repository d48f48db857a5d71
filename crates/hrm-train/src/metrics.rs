//! Metrics of training steps.

use serde::{Deserialize, Serialize};

/// One recorded number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricRow {
    /// Optimizer step.
    pub step: u64,
    /// Name with its split in front, for example `train/lm_loss`.
    pub name: String,
    /// The number.
    pub value: f64,
}

/// Sums over one or more training steps, by the published rules: the loss sums run over all
/// slots, the others over the slots that halted and have counted labels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MetricSums {
    pub(crate) slots: f64,
    pub(crate) lm_loss: f64,
    pub(crate) q_halt_loss: f64,
    pub(crate) q_continue_loss: f64,
    pub(crate) count: f64,
    pub(crate) accuracy: f64,
    pub(crate) exact_accuracy: f64,
    pub(crate) q_halt_accuracy: f64,
    pub(crate) segments: f64,
}

impl MetricSums {
    pub(crate) fn add(&mut self, other: &Self) {
        self.slots += other.slots;
        self.lm_loss += other.lm_loss;
        self.q_halt_loss += other.q_halt_loss;
        self.q_continue_loss += other.q_continue_loss;
        self.count += other.count;
        self.accuracy += other.accuracy;
        self.exact_accuracy += other.exact_accuracy;
        self.q_halt_accuracy += other.q_halt_accuracy;
        self.segments += other.segments;
    }

    /// The means under their published names. Means over halted puzzles are left out where none
    /// halted.
    pub(crate) fn rows(&self, step: u64, trains_continue: bool) -> Vec<MetricRow> {
        let mut means = vec![
            ("train/lm_loss", self.lm_loss / self.slots),
            ("train/q_halt_loss", self.q_halt_loss / self.slots),
        ];
        if trains_continue {
            means.push(("train/q_continue_loss", self.q_continue_loss / self.slots));
        }
        if self.count > 0.0 {
            means.extend([
                ("train/accuracy", self.accuracy / self.count),
                ("train/exact_accuracy", self.exact_accuracy / self.count),
                ("train/q_halt_accuracy", self.q_halt_accuracy / self.count),
                ("train/steps", self.segments / self.count),
            ]);
        }
        means
            .into_iter()
            .map(|(name, value)| MetricRow {
                step,
                name: name.to_owned(),
                value,
            })
            .collect()
    }
}

/// How many counted cells a prediction has right, and how many there are.
pub(crate) fn count_cells(prediction: &[i32], labels: &[i32]) -> (u32, u32) {
    let mut correct = 0;
    let mut counted = 0;
    for (p, l) in prediction
        .iter()
        .zip(labels)
        .filter(|(_, label)| **label >= 0)
    {
        counted += 1;
        correct += u32::from(p == l);
    }
    (correct, counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignored_cells_are_not_counted() {
        assert_eq!(count_cells(&[1, 2, 3], &[1, 5, -100]), (1, 2));
        assert_eq!(count_cells(&[1], &[-100]), (0, 0));
    }

    #[test]
    fn means_divide_by_their_own_counts() {
        let mut sums = MetricSums::default();
        let step = MetricSums {
            slots: 4.0,
            lm_loss: 8.0,
            count: 2.0,
            exact_accuracy: 1.0,
            ..Default::default()
        };
        sums.add(&step);
        sums.add(&step);
        let rows = sums.rows(7, false);
        let value = |name: &str| rows.iter().find(|r| r.name == name).map(|r| r.value);
        assert_eq!(value("train/lm_loss"), Some(2.0));
        assert_eq!(value("train/exact_accuracy"), Some(0.5));
        assert_eq!(value("train/q_continue_loss"), None);
        assert!(rows.iter().all(|r| r.step == 7));
    }
}
