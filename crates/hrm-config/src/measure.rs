//! One number of an evaluation, by name: what expectations and published values are about.

use crate::{HiddenState, Metric};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::{fmt, str::FromStr};

/// One number of an evaluation. Its text is what `hrm runs` calls it: a metric (after the last
/// segment), a metric with `.adaptive` (where the learned rule halts), `mean_segments`,
/// `pass@K.RULE`, or of hidden states `participation_ratio.STATE`, `participation_ratio.z_h_over_z_l`
/// and `residual.STATE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Measure {
    /// A metric after the last segment.
    Final(Metric),
    /// Exact accuracy where the learned rule halts.
    AdaptiveExactAccuracy,
    /// Segments on average with learned halting.
    MeanSegments,
    /// ARC: solved tasks with K attempts, of all votes.
    PassAt {
        /// Attempts.
        k: u32,
        /// How tasks count.
        rule: PassRule,
    },
    /// Participation ratio of a hidden state over all probed puzzles (HRM, section 4).
    ParticipationRatio(HiddenState),
    /// Participation ratio of z_H, divided by that of z_L.
    ParticipationQuotient,
    /// Forward residual of a hidden state at its last update (HRM, Figure 3).
    Residual(HiddenState),
}

/// Whose way of counting solved ARC tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassRule {
    /// The published HRM evaluation.
    Hrm,
    /// The published TRM evaluation.
    Trm,
    /// ARC Prize.
    ArcPrize,
}

impl PassRule {
    const ALL: [Self; 3] = [Self::Hrm, Self::Trm, Self::ArcPrize];

    /// The name in rows and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hrm => "hrm",
            Self::Trm => "trm",
            Self::ArcPrize => "arc-prize",
        }
    }
}

impl Measure {
    const ADAPTIVE: &str = "exact_accuracy.adaptive";
    const MEAN_SEGMENTS: &str = "mean_segments";
    const PASS: &str = "pass@";
    const PARTICIPATION: &str = "participation_ratio.";
    const QUOTIENT: &str = "participation_ratio.z_h_over_z_l";
    const RESIDUAL: &str = "residual.";

    /// Whether it is a share, 0 to 1.
    pub const fn is_share(self) -> bool {
        !matches!(self, Self::MeanSegments) && !self.is_of_hidden_states()
    }

    /// Whether it is about hidden states, which only evaluations with `probes` have.
    pub const fn is_of_hidden_states(self) -> bool {
        matches!(
            self,
            Self::ParticipationRatio(_) | Self::ParticipationQuotient | Self::Residual(_)
        )
    }

    /// The names, with `K` and `RULE` to be filled in.
    fn names() -> Vec<String> {
        let metrics = Metric::ALL
            .into_iter()
            .filter(|metric| has_outcomes(*metric));
        let others = [
            Self::ADAPTIVE,
            Self::MEAN_SEGMENTS,
            "pass@K.hrm",
            "pass@K.trm",
            "pass@K.arc-prize",
            "participation_ratio.z_h",
            "participation_ratio.z_l",
            Self::QUOTIENT,
            "residual.z_h",
            "residual.z_l",
            "residual.layer",
        ];
        metrics
            .map(Metric::name)
            .chain(others)
            .map(str::to_owned)
            .collect()
    }
}

/// Whether an evaluation keeps the metric of every puzzle.
fn has_outcomes(metric: Metric) -> bool {
    !matches!(metric, Metric::QHaltAccuracy | Metric::PassAtK)
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Final(metric) => f.write_str(metric.name()),
            Self::AdaptiveExactAccuracy => f.write_str(Self::ADAPTIVE),
            Self::MeanSegments => f.write_str(Self::MEAN_SEGMENTS),
            Self::PassAt { k, rule } => write!(f, "{}{k}.{}", Self::PASS, rule.name()),
            Self::ParticipationRatio(state) => {
                write!(f, "{}{}", Self::PARTICIPATION, state.name())
            }
            Self::ParticipationQuotient => f.write_str(Self::QUOTIENT),
            Self::Residual(state) => write!(f, "{}{}", Self::RESIDUAL, state.name()),
        }
    }
}

/// A text that names no measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a measure; there are {}", quoted(&Measure::names()))]
pub struct UnknownMeasure {
    name: String,
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

impl FromStr for Measure {
    type Err = UnknownMeasure;

    fn from_str(text: &str) -> Result<Self, UnknownMeasure> {
        let pass = || {
            let (k, rule) = text.strip_prefix(Self::PASS)?.split_once('.')?;
            let rule = PassRule::ALL
                .into_iter()
                .find(|known| known.name() == rule)?;
            let k = k.parse().ok().filter(|k| *k > 0)?;
            Some(Self::PassAt { k, rule })
        };
        let state = |prefix| HiddenState::from_name(text.strip_prefix(prefix)?);
        let participation = || {
            // A Transformer's blocks have residuals only.
            let state = state(Self::PARTICIPATION).filter(|state| *state != HiddenState::Layer);
            state.map(Self::ParticipationRatio)
        };
        let residual = || state(Self::RESIDUAL).map(Self::Residual);
        let metric = || {
            let metric = Metric::ALL
                .into_iter()
                .find(|metric| metric.name() == text)?;
            has_outcomes(metric).then_some(Self::Final(metric))
        };
        let found = match text {
            Self::ADAPTIVE => Some(Self::AdaptiveExactAccuracy),
            Self::MEAN_SEGMENTS => Some(Self::MeanSegments),
            Self::QUOTIENT => Some(Self::ParticipationQuotient),
            _ => pass()
                .or_else(participation)
                .or_else(residual)
                .or_else(metric),
        };
        found.ok_or_else(|| UnknownMeasure {
            name: text.to_owned(),
        })
    }
}

impl TryFrom<String> for Measure {
    type Error = UnknownMeasure;

    fn try_from(text: String) -> Result<Self, UnknownMeasure> {
        text.parse()
    }
}

impl From<Measure> for String {
    fn from(measure: Measure) -> Self {
        measure.to_string()
    }
}

impl JsonSchema for Measure {
    fn schema_name() -> Cow<'static, str> {
        "Measure".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in [
            "exact_accuracy",
            "valid",
            "shortest_path",
            "exact_accuracy.adaptive",
            "mean_segments",
            "pass@2.hrm",
            "pass@1000.arc-prize",
            "participation_ratio.z_l",
            "participation_ratio.z_h_over_z_l",
            "residual.layer",
        ] {
            assert_eq!(
                name.parse::<Measure>().map(String::from).as_deref(),
                Ok(name)
            );
        }
    }

    #[test]
    fn what_no_evaluation_keeps_is_refused() {
        for name in [
            "",
            "q_halt_accuracy",
            "pass_at_k",
            "pass@2",
            "pass@0.hrm",
            "pass@2.kaggle",
            "accuracy",
            "participation_ratio",
            "participation_ratio.layer",
            "residual.z",
        ] {
            assert!(name.parse::<Measure>().is_err(), "{name}");
        }
        let message = "accuracy".parse::<Measure>().unwrap_err().to_string();
        assert!(
            message.contains("`exact_accuracy`") && message.contains("`pass@K.hrm`"),
            "{message}"
        );
    }
}
