//! The verdict on a claim: a pure function of what was claimed and what was measured.

use super::evidence::{BOOTSTRAP, Evidence};
use hrm_config::{Comparability, Scale};
use hrm_published::PublishedValue;
use hrm_report::{Estimate, ExpectationVerdict, number};
use hrm_stats::{CONFIDENCE, Interval, SeedOutcomes, bootstrap_mean, seed_variance};

/// What is claimed of a result.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Claim<'a> {
    /// A value comes out, up to a tolerance.
    Near {
        /// The value.
        value: f64,
        /// How far from it the result may be.
        tolerance: f64,
        /// Where the value was published, if it was.
        published: Option<&'a PublishedValue>,
    },
    /// A value is reached.
    AtLeast(f64),
    /// A value is not exceeded.
    AtMost(f64),
    /// Another evaluation is exceeded.
    Above {
        /// Its name.
        name: &'a str,
        /// Its results, if there are any.
        other: Option<&'a Evidence>,
    },
}

/// A verdict and why it is that, in one sentence without its period.
pub(crate) type Judgement = (ExpectationVerdict, String);

/// Judges a claim by its 95 % interval, which has to lie within what is claimed, or outside of it.
pub(crate) fn judge(
    claim: Claim<'_>,
    evidence: Option<&Evidence>,
    min_seeds: u32,
    scale: Option<Scale>,
) -> Judgement {
    let Some(evidence) = evidence else {
        return inconclusive("there is no result yet");
    };
    let fewest = match claim {
        Claim::Above {
            other: Some(other), ..
        } => evidence.estimate.seeds.min(other.estimate.seeds),
        _ => evidence.estimate.seeds,
    };
    if fewest < u64::from(min_seeds) {
        let seeds = if fewest == 1 { "seed" } else { "seeds" };
        return inconclusive(format!(
            "{fewest} {seeds} of the {min_seeds} that are asked for"
        ));
    }
    match claim {
        Claim::Near {
            value,
            tolerance,
            published,
        } => {
            let obstacle =
                published.and_then(|value| obstacle(value, &evidence.comparability, scale));
            match obstacle {
                Some(obstacle) => inconclusive(obstacle),
                None => near(value, tolerance, &evidence.estimate),
            }
        }
        Claim::AtLeast(least) => at_least(least, &evidence.estimate),
        Claim::AtMost(most) => at_most(most, &evidence.estimate),
        Claim::Above { other: None, name } => {
            inconclusive(format!("there is no result of `{name}` yet"))
        }
        Claim::Above {
            other: Some(other),
            name,
        } => above(evidence, other, name),
    }
}

fn inconclusive(reason: impl Into<String>) -> Judgement {
    (ExpectationVerdict::Inconclusive, reason.into())
}

/// Why a result cannot be set beside a published value.
fn obstacle(
    published: &PublishedValue,
    ours: &Comparability,
    scale: Option<Scale>,
) -> Option<String> {
    if scale == Some(Scale::Small) {
        return Some("the small scale cannot judge a published number".to_owned());
    }
    let differences = published.comparability.differences(ours);
    let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| format!("published and ours differ: {}", texts.join("; ")))
}

fn near(value: f64, tolerance: f64, estimate: &Estimate) -> Judgement {
    let Some([low, high]) = estimate.interval else {
        return no_interval(estimate);
    };
    let band = Interval {
        low: value - tolerance,
        high: value + tolerance,
    };
    let text = |value| number(value, estimate.is_share);
    let (band_text, ours) = (
        format!("{} to {}", text(band.low), text(band.high)),
        format!("{} to {}", text(low), text(high)),
    );
    if band.contains(low) && band.contains(high) {
        let reason = format!("the interval {ours} lies within {band_text}");
        (ExpectationVerdict::Reproduced, reason)
    } else if high < band.low || low > band.high {
        let reason = format!("the interval {ours} lies outside of {band_text}");
        (ExpectationVerdict::NotReproduced, reason)
    } else {
        inconclusive(format!(
            "the interval {ours} is partly within {band_text}: {}",
            more(estimate)
        ))
    }
}

/// What would make an interval narrower.
fn more(estimate: &Estimate) -> &'static str {
    if estimate.seeds == 1 {
        "more seeds or puzzles are needed"
    } else {
        "more seeds are needed"
    }
}

fn at_least(least: f64, estimate: &Estimate) -> Judgement {
    bounded(
        least,
        estimate,
        |low, _| low >= least,
        |_, high| high < least,
    )
}

fn at_most(most: f64, estimate: &Estimate) -> Judgement {
    bounded(most, estimate, |_, high| high <= most, |low, _| low > most)
}

/// Judges by whether the interval (low, high) is on the `right` or the `wrong` side of a bound.
fn bounded(
    bound: f64,
    estimate: &Estimate,
    right: impl Fn(f64, f64) -> bool,
    wrong: impl Fn(f64, f64) -> bool,
) -> Judgement {
    let Some([low, high]) = estimate.interval else {
        return no_interval(estimate);
    };
    let text = |value| number(value, estimate.is_share);
    let nearest = if low >= bound {
        format!("the interval begins at {}", text(low))
    } else {
        format!("the interval ends at {}", text(high))
    };
    if right(low, high) {
        (ExpectationVerdict::Reproduced, nearest)
    } else if wrong(low, high) {
        (ExpectationVerdict::NotReproduced, nearest)
    } else {
        inconclusive(format!(
            "the interval {} to {} holds {}: {}",
            text(low),
            text(high),
            text(bound),
            more(estimate)
        ))
    }
}

fn no_interval(estimate: &Estimate) -> Judgement {
    inconclusive(match estimate.seeds {
        1 => "the result has no interval from one seed: several are needed",
        _ => "the result has no interval",
    })
}

fn above(evidence: &Evidence, other: &Evidence, name: &str) -> Judgement {
    let points = |share: f64| match evidence.estimate.is_share {
        true => format!("{:+.1} points", 100.0 * share),
        false => format!("{share:+.2}"),
    };
    match difference(evidence, other) {
        None => above_unpaired(&evidence.estimate, &other.estimate, name),
        Some(Interval { low, high }) => {
            let interval = format!("the difference is {} to {}", points(low), points(high));
            if low > 0.0 {
                (ExpectationVerdict::Reproduced, interval)
            } else if high < 0.0 {
                (ExpectationVerdict::NotReproduced, interval)
            } else {
                inconclusive(format!("no difference from `{name}` detected: {interval}"))
            }
        }
    }
}

/// The interval of the difference on the same puzzles, over seeds where both have as many; `None`
/// where puzzles or seeds do not correspond.
pub(crate) fn difference(a: &Evidence, b: &Evidence) -> Option<Interval> {
    let puzzles = |e: &Evidence| {
        let key = &e.comparability;
        (key.dataset.clone(), key.split, key.puzzles)
    };
    if puzzles(a) != puzzles(b) || a.outcomes.len() != b.outcomes.len() {
        return None;
    }
    let pairs = a.outcomes.iter().zip(&b.outcomes);
    let differences: Vec<Vec<f64>> = pairs
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a - b).collect())
        .collect();
    match differences.as_slice() {
        [only] => bootstrap_mean(only, &BOOTSTRAP).map(|bootstrap| bootstrap.percentile),
        _ => seed_variance(&SeedOutcomes::new(differences)?).interval(CONFIDENCE),
    }
}

fn above_unpaired(ours: &Estimate, other: &Estimate, name: &str) -> Judgement {
    let (Some([low, high]), Some([other_low, other_high])) = (ours.interval, other.interval) else {
        let missing = [ours, other].into_iter().find(|e| e.interval.is_none());
        return no_interval(missing.unwrap_or(ours));
    };
    if low > other_high {
        let reason = format!("the interval lies above that of `{name}`, {}", other.text());
        (ExpectationVerdict::Reproduced, reason)
    } else if high < other_low {
        let reason = format!("the interval lies below that of `{name}`, {}", other.text());
        (ExpectationVerdict::NotReproduced, reason)
    } else {
        inconclusive(format!(
            "the interval overlaps that of `{name}`, {}",
            other.text()
        ))
    }
}

#[cfg(test)]
mod tests;
