//! Checks of `[evaluate.NAME]`.

use super::{check_list, check_text};
use crate::{EvaluateConfig, Metric, Problem, bounds};

impl EvaluateConfig {
    /// Everything that can be found wrong without knowing the training.
    pub fn check(&self) -> Vec<Problem> {
        let metrics: Vec<_> = self.metrics.iter().copied().map(Metric::name).collect();
        [
            check_text("train", &self.train),
            bounds::SEGMENTS.check_set("segments", self.segments),
            check_list("metrics", &metrics, "metric"),
            bounds::BATCH_SIZE.check("batch_size", self.batch_size),
            bounds::PUZZLES.check_set("puzzles", self.puzzles),
            bounds::TRACES.check("traces", self.traces),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
