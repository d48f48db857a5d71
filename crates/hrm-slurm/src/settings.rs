//! What a site says about its SLURM.

use crate::Resources;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::num::NonZeroU64;

/// The table `[slurm]` of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Seconds between two looks at the queue [default: 10].
    pub poll_seconds: Option<NonZeroU64>,
    /// Whether Ctrl-C cancels the jobs. Otherwise they go on, and the same command follows them again.
    pub cancel_on_interrupt: bool,
    /// Resources of every stage.
    pub default: Resources,
    /// Those of datasets, which come before the ones of every stage.
    pub dataset: Resources,
    /// Those of trainings.
    pub train: Resources,
    /// Those of evaluations.
    pub evaluate: Resources,
    /// Those of single stages, by names like `train.hrm`, which come before all others.
    pub stages: BTreeMap<String, Resources>,
}

impl Settings {
    /// Resources of the stage `name` of `kind`, for example `hrm` of `train`.
    pub fn resources(&self, kind: &str, name: &str) -> Resources {
        let of_kind = match kind {
            "dataset" => self.dataset.over(&self.default),
            "train" => self.train.over(&self.default),
            "evaluate" => self.evaluate.over(&self.default),
            _ => self.default.clone(),
        };
        match self.stages.get(&format!("{kind}.{name}")) {
            Some(own) => own.over(&of_kind),
            None => of_kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_special_resources_count() {
        let settings: Settings = toml::from_str(
            "poll_seconds = 5
             default.time = '0:10:00'
             default.partition = 'batch'
             train.time = '4:00:00'
             stages.'train.hrm'.partition = 'gpu'",
        )
        .unwrap();
        let arguments = |kind, name| settings.resources(kind, name).arguments();
        let expected = ["--partition=batch", "--time=0:10:00"];
        assert_eq!(arguments("dataset", "hrm"), expected);
        let expected = ["--partition=batch", "--time=4:00:00"];
        assert_eq!(arguments("train", "trm"), expected);
        assert_eq!(
            arguments("train", "hrm"),
            ["--partition=gpu", "--time=4:00:00"]
        );
    }
}
