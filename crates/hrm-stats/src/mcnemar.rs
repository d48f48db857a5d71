//! McNemar's test: do two models solve the same share of the puzzles?

use crate::PairedCounts;

/// Two-sided p-value of McNemar's exact test.
///
/// Under the hypothesis that both models are equally accurate, the puzzles that only one of them
/// solves fall to either side like tosses of a fair coin. The p-value is twice the probability of
/// a split at least as uneven as the one seen, and at most 1; it is 1 where the models never
/// differ.
///
/// Source: Q. McNemar, "Note on the sampling error of the difference between correlated
/// proportions or percentages", Psychometrika 12 (1947), with the binomial distribution in place of
/// its approximation.
pub fn mcnemar_exact(counts: PairedCounts) -> f64 {
    let smaller = smaller_side(counts);
    (2.0 * smaller.at_most).min(1.0)
}

/// Two-sided mid-p-value of McNemar's test: a split just as uneven as the one seen counts half.
///
/// The exact test rejects less often than its level says, because a count moves in steps; the mid-p
/// version comes closer to the level, but may exceed it a little. Source: M. W. Fagerland, S. Lydersen
/// and P. Laake, "The McNemar test for binary matched-pairs data: mid-p and asymptotic are better
/// than exact conditional", BMC Medical Research Methodology 13 (2013).
pub fn mcnemar_mid_p(counts: PairedCounts) -> f64 {
    let smaller = smaller_side(counts);
    (2.0 * smaller.at_most - smaller.exactly).min(1.0)
}

/// Probabilities of a number of heads in tosses of a fair coin.
struct Heads {
    at_most: f64,
    exactly: f64,
}

/// The smaller of the two one-sided counts, as heads among all puzzles on which the models differ.
///
/// Binomial coefficients are summed relative to the middle one, from the middle down, and divided
/// by the sum of all: that needs neither factorials nor powers, so nothing cancels or overflows.
/// Terms too small for a number end the sum.
fn smaller_side(counts: PairedCounts) -> Heads {
    let tosses = counts.only_a() + counts.only_b();
    let heads = counts.only_a().min(counts.only_b());
    let (mut all, mut at_most, mut exactly) = (0.0, 0.0, 0.0);
    let mut weight = 1.0;
    for count in (0..=tosses / 2).rev() {
        // Its mirror image, as many tails, has the same weight.
        let mirrored = 2 * count != tosses;
        all += if mirrored { 2.0 * weight } else { weight };
        if count <= heads {
            at_most += weight;
        }
        if count == heads {
            exactly = weight;
        }
        weight *= count as f64 / (tosses - count + 1) as f64;
        if weight < f64::MIN_POSITIVE {
            break;
        }
    }
    Heads {
        at_most: at_most / all,
        exactly: exactly / all,
    }
}
