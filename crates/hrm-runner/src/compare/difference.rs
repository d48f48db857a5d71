//! What the puzzles say about two evaluations.

use super::Side;
use hrm_stats::{
    Bootstrap, PairedCounts, TestDesign, holm, mcnemar_exact, paired_bootstrap,
    paired_detectable_difference,
};
use serde::Serialize;

/// Significance and power of every statement.
const DESIGN: TestDesign = TestDesign {
    significance: 0.05,
    power: 0.8,
};

const BOOTSTRAP: Bootstrap = Bootstrap {
    resamples: 10_000,
    seed: 0,
    confidence: hrm_stats::CONFIDENCE,
};

/// One evaluation against the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The first evaluation.
    pub a: String,
    /// The other one.
    pub b: String,
    /// The test on shared puzzles; none where the puzzles are not the same.
    pub paired: Option<Paired>,
    /// Accuracy of `b` minus that of `a`.
    pub difference: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// Two evaluations on the same puzzles.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paired {
    /// Puzzles that both solve.
    pub both: u64,
    /// Puzzles that only `a` solves, by index.
    pub only_a: Vec<u32>,
    /// Puzzles that only `b` solves, by index.
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
    /// The puzzles are not the same, so that nothing is tested.
    NotPaired,
}

impl Difference {
    pub(super) fn between(a: &Side, b: &Side) -> Self {
        let paired = if a.shares_puzzles(b) {
            Paired::of(a, b)
        } else {
            None
        };
        let mut difference = Self {
            a: a.name.clone(),
            b: b.name.clone(),
            paired,
            difference: b.accuracy() - a.accuracy(),
            verdict: Verdict::NotPaired,
        };
        difference.judge();
        difference
    }

    fn judge(&mut self) {
        self.verdict = match &self.paired {
            None => Verdict::NotPaired,
            Some(paired) if paired.p_corrected >= DESIGN.significance => {
                Verdict::NoDifferenceDetected
            }
            Some(paired) if paired.only_b.len() > paired.only_a.len() => Verdict::BIsBetter,
            Some(_) => Verdict::AIsBetter,
        };
    }
}

impl Paired {
    fn of(a: &Side, b: &Side) -> Option<Self> {
        let pairs = || a.outcomes.iter().zip(&b.outcomes);
        let counts =
            PairedCounts::from_outcomes(pairs().map(|(a, b)| (a.exact_last, b.exact_last)))?;
        let solved_by = |first: bool| -> Vec<u32> {
            let only = pairs().filter(|(a, b)| (a.exact_last, b.exact_last) == (first, !first));
            only.map(|(a, _)| a.puzzle).collect()
        };
        let p = mcnemar_exact(counts);
        let discordant = (counts.only_a() + counts.only_b()) as f64 / a.puzzles as f64;
        // The bootstrap's difference is `a` minus `b`.
        let interval = paired_bootstrap(counts, &BOOTSTRAP).map(|bootstrap| bootstrap.percentile);
        Some(Self {
            both: counts.both(),
            only_a: solved_by(true),
            only_b: solved_by(false),
            neither: counts.neither(),
            // Subtracting from zero gives no negative zero.
            interval: interval.map(|interval| [0.0 - interval.high, 0.0 - interval.low]),
            p,
            p_corrected: p,
            detectable: paired_detectable_difference(a.puzzles, discordant, DESIGN),
        })
    }
}

/// Corrects the p-values for their number and judges again.
pub(super) fn correct_for_many(differences: &mut [Difference]) {
    let p_values: Vec<f64> = differences
        .iter()
        .filter_map(|difference| difference.paired.as_ref().map(|paired| paired.p))
        .collect();
    let Some(corrected) = holm(&p_values) else {
        return;
    };
    let tested = differences
        .iter_mut()
        .filter(|difference| difference.paired.is_some());
    for (difference, p) in tested.zip(corrected) {
        if let Some(paired) = &mut difference.paired {
            paired.p_corrected = p;
        }
        difference.judge();
    }
}
