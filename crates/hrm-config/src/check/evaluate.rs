//! Checks of `[evaluate.NAME]`.

use super::{check_list, check_text};
use crate::{EvaluateConfig, Metric, Problem, bounds};

impl EvaluateConfig {
    /// Everything that can be found wrong without knowing the training.
    pub fn check(&self) -> Vec<Problem> {
        let metrics = self.metrics.as_ref().and_then(|metrics| {
            let names: Vec<_> = metrics.iter().copied().map(Metric::name).collect();
            check_list("metrics", &names, "metric")
        });
        [
            check_text("train", &self.train),
            bounds::SEGMENTS.check_set("segments", self.segments),
            metrics,
            bounds::BATCH_SIZE.check("batch_size", self.batch_size),
            bounds::AUGMENTATIONS.check_set("augmentations", self.augmentations),
            bounds::PUZZLES.check_set("puzzles", self.puzzles),
            bounds::TRACES.check("traces", self.traces),
            bounds::PROBES.check("probes", self.probes),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
