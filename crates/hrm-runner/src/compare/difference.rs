//! What the puzzles say about two evaluations.

use super::Side;
use super::pairing::Pair;
use hrm_report::{Difference, Paired, Verdict};
use hrm_stats::{
    Bootstrap, PairedCounts, TestDesign, holm, mcnemar_exact, paired_bootstrap,
    paired_detectable_difference,
};

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

/// The test on the pairs of puzzles that both sides evaluated; not corrected yet.
pub(super) fn between(a: &Side, b: &Side, pairs: &[Pair]) -> Difference {
    let paired = test(a, b, pairs);
    let accuracy = |side: &Side| side.info.exact as f64 / side.info.puzzles.max(1) as f64;
    let difference = match &paired {
        None => accuracy(b) - accuracy(a),
        Some(paired) => {
            let more = paired.only_b.len() as f64 - paired.only_a.len() as f64;
            more / paired.puzzles as f64
        }
    };
    Difference {
        a: a.info.name.clone(),
        b: b.info.name.clone(),
        verdict: verdict(paired.as_ref()),
        paired,
        difference,
        disputed: Vec::new(),
    }
}

fn verdict(paired: Option<&Paired>) -> Verdict {
    match paired {
        None => Verdict::NotPaired,
        Some(paired) if paired.p_corrected >= DESIGN.significance => Verdict::NoDifferenceDetected,
        Some(paired) if paired.only_b.len() > paired.only_a.len() => Verdict::BIsBetter,
        Some(_) => Verdict::AIsBetter,
    }
}

fn test(a: &Side, b: &Side, pairs: &[Pair]) -> Option<Paired> {
    let outcomes = || {
        pairs
            .iter()
            .map(|&(in_a, in_b)| (&a.outcomes[in_a], b.outcomes[in_b].exact_last))
    };
    let counts = PairedCounts::from_outcomes(outcomes().map(|(a, b)| (a.exact_last, b)))?;
    let solved_by = |first: bool| -> Vec<u32> {
        let only = outcomes().filter(|(a, b)| (a.exact_last, *b) == (first, !first));
        only.map(|(a, _)| a.puzzle).collect()
    };
    let puzzles = pairs.len() as u64;
    let p = mcnemar_exact(counts);
    let discordant = (counts.only_a() + counts.only_b()) as f64 / puzzles as f64;
    // The bootstrap's difference is `a` minus `b`.
    let interval = paired_bootstrap(counts, &BOOTSTRAP).map(|bootstrap| bootstrap.percentile);
    Some(Paired {
        puzzles,
        both: counts.both(),
        only_a: solved_by(true),
        only_b: solved_by(false),
        neither: counts.neither(),
        // Subtracting from zero gives no negative zero.
        interval: interval.map(|interval| [0.0 - interval.high, 0.0 - interval.low]),
        p,
        p_corrected: p,
        detectable: paired_detectable_difference(puzzles, discordant, DESIGN),
    })
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
        .filter_map(|difference| Some((difference.paired.as_mut()?, &mut difference.verdict)));
    for ((paired, judged), p) in tested.zip(corrected) {
        paired.p_corrected = p;
        *judged = verdict(Some(paired));
    }
}
