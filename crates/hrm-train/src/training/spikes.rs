//! The loss-spike monitor.

use serde::{Deserialize, Serialize};

/// Recorded losses that a new one is compared with.
const HISTORY: usize = 20;

/// Recorded losses before the monitor judges.
const LEAST_HISTORY: usize = 5;

/// Ratio to the median of the history from which a loss is a spike.
const SPIKE: f64 = 2.0;

/// The last recorded losses, as a checkpoint keeps them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SpikeMonitor {
    recent: Vec<f64>,
}

impl SpikeMonitor {
    /// Takes a recorded loss; gives its ratio to the median of those before where it is a spike.
    pub(crate) fn add(&mut self, loss: f64) -> Option<f64> {
        let ratio = self.median().map(|median| loss / median);
        if self.recent.len() == HISTORY {
            self.recent.remove(0);
        }
        self.recent.push(loss);
        ratio.filter(|ratio| *ratio >= SPIKE)
    }

    fn median(&self) -> Option<f64> {
        let mut sorted = self.recent.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.get(sorted.len() / 2).copied();
        middle.filter(|median| sorted.len() >= LEAST_HISTORY && *median > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_jump_over_the_median_is_a_spike() {
        let mut monitor = SpikeMonitor::default();
        let losses = [2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 4.0, 3.3, 1.5];
        let spikes: Vec<Option<f64>> = losses.map(|loss| monitor.add(loss)).into();
        let places: Vec<usize> = (0..losses.len()).filter(|i| spikes[*i].is_some()).collect();
        assert_eq!(places, [6]);
        assert_eq!(spikes[6], Some(4.0 / 1.8));
    }

    #[test]
    fn a_young_training_is_not_judged() {
        let mut monitor = SpikeMonitor::default();
        assert!(
            [1.0, 9.0, 1.0, 9.0]
                .iter()
                .all(|loss| monitor.add(*loss).is_none())
        );
    }

    #[test]
    fn old_losses_are_forgotten() {
        let mut monitor = SpikeMonitor::default();
        (0..HISTORY).for_each(|_| assert_eq!(monitor.add(1.0), None));
        assert!(monitor.add(5.0).is_some());
        (0..HISTORY).for_each(|_| assert_ne!(monitor.add(5.0), Some(f64::NAN)));
        assert_eq!(monitor.add(5.0), None);
        assert_eq!(monitor.recent.len(), HISTORY);
    }
}
