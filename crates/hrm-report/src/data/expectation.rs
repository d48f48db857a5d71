//! What a workflow claims of its results, and what came of it.

use serde::{Deserialize, Serialize};

/// One claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectationInfo {
    /// Its name: the cell of a table that it stands for.
    pub name: String,
    /// The evaluation that it is about, without a seed: `test[segments=4]`.
    pub evaluation: String,
    /// What is measured, for example `exact_accuracy`.
    pub metric: String,
    /// What is claimed, in words.
    pub claim: String,
    /// What was measured; none where there is no result.
    pub ours: Option<Estimate>,
    /// The size at which the workflow ran, where its file names one: `small` or `full`.
    pub scale: Option<String>,
    /// What follows.
    pub verdict: ExpectationVerdict,
    /// Why, in one sentence without its period.
    pub reason: String,
}

/// A measured number with what is known of its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number; the mean over seeds where there are several.
    pub value: f64,
    /// Its 95 % interval: over seeds and puzzles where there are several seeds, otherwise over
    /// puzzles alone.
    pub interval: Option<[f64; 2]>,
    /// Seeds.
    pub seeds: u64,
    /// Puzzles (ARC: tasks) of each.
    pub puzzles: u64,
    /// Whether it is a share, 0 to 1.
    pub is_share: bool,
}

/// What the results say of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpectationVerdict {
    /// The interval lies within what is claimed.
    Reproduced,
    /// The interval lies outside of it.
    NotReproduced,
    /// The results do not tell.
    Inconclusive,
}

impl ExpectationVerdict {
    /// The verdict as it is printed.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reproduced => "REPRODUCED",
            Self::NotReproduced => "NOT REPRODUCED",
            Self::Inconclusive => "INCONCLUSIVE",
        }
    }
}

impl Estimate {
    /// `54.1 % (50.0–58.2)`, or `1.62 (1.58–1.66)` for what is no share.
    pub fn text(&self) -> String {
        let value = number(self.value, self.is_share);
        match self.ends() {
            None => value,
            Some(ends) => format!("{value} ({ends})"),
        }
    }

    /// The ends of the interval: `50.0–58.2`, shares in percent.
    pub(crate) fn ends(&self) -> Option<String> {
        let [low, high] = self.interval?;
        Some(if self.is_share {
            let [low, high] = [low, high].map(|end| 100.0 * end.clamp(0.0, 1.0));
            format!("{low:.1}–{high:.1}")
        } else {
            format!("{low:.2}–{high:.2}")
        })
    }
}

/// A share in percent with one decimal, anything else with two decimals.
pub fn number(value: f64, is_share: bool) -> String {
    if is_share {
        format!("{:.1} %", 100.0 * value)
    } else {
        format!("{value:.2}")
    }
}
