//! `[expect.NAME]`

use crate::{Measure, bounds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the workflow claims of a result. After a run it is REPRODUCED, NOT REPRODUCED or
/// INCONCLUSIVE, by the 95% interval of the result. Exactly one of `published`, `value`, `at_least`,
/// `at_most` and `above` says what is claimed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectConfig {
    /// Name of the evaluate stage; all seeds of its training count. Of a swept stage one instance is
    /// named, without its seed: `test[segments=4]`.
    pub evaluation: String,
    /// What is measured: a metric such as `exact_accuracy`, the same with learned halting
    /// (`exact_accuracy.adaptive`), `mean_segments`, for ARC `pass@K.RULE` with the rule `hrm`, `trm`
    /// or `arc-prize`, or of hidden states (`probes`) `participation_ratio.z_h`,
    /// `participation_ratio.z_l`, `participation_ratio.z_h_over_z_l`, and `residual.z_h`,
    /// `residual.z_l` or `residual.layer` at the last update.
    #[serde(default = "default_metric")]
    pub metric: Measure,
    /// Id of the published value that is to come out, as `hrm tables` lists them. Not set: something
    /// else is claimed.
    #[serde(default)]
    pub published: Option<String>,
    /// The value that is to come out, as a share (0 to 1) or in the metric's unit. Not set: something
    /// else is claimed.
    #[serde(default)]
    pub value: Option<f64>,
    /// How far from the value the result may be. Required beside `published` and `value`. Not set:
    /// there is no value.
    #[serde(default)]
    #[schemars(transform = bounds::TOLERANCE.schema())]
    pub tolerance: Option<f64>,
    /// What the result is to reach at least. Not set: something else is claimed.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// What the result is to stay at or below. Not set: something else is claimed.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// Evaluation, named as in `evaluation`, that the result is to exceed. Not set: something else is
    /// claimed.
    #[serde(default)]
    pub above: Option<String>,
    /// Seeds below which nothing is said.
    #[serde(default = "default_min_seeds")]
    #[schemars(transform = bounds::SEEDS.schema())]
    pub min_seeds: u32,
}

const fn default_metric() -> Measure {
    Measure::Final(crate::Metric::ExactAccuracy)
}
const fn default_min_seeds() -> u32 {
    1
}
