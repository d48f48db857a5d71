//! The smallest difference in accuracy that a test set of a given size can be relied on to find.

use crate::TestDesign;
use crate::sample_size::unpaired_spread;

/// Halvings of an interval of 0 to 1 until its ends are neighboring numbers, or closer than matters.
const BISECTIONS: u32 = 60;

/// The difference at which [`crate::paired_sample_size`] asks for just as many `puzzles`, before
/// rounding.
///
/// `None` unless 0 < discordant ≤ 1, there are puzzles and the design is possible, and where not even
/// the largest difference that `discordant` allows is found.
pub fn paired_detectable_difference(
    puzzles: u64,
    discordant: f64,
    design: TestDesign,
) -> Option<f64> {
    let (z1, z2) = design.quantiles()?;
    if puzzles == 0 || !(discordant > 0.0 && discordant <= 1.0) {
        return None;
    }
    let n = puzzles as f64;
    // The formula of the sample size, solved for the difference: a quadratic equation.
    let root = n + z2 * z2 - z1 * z1;
    let difference = discordant.sqrt() * (z1 * n.sqrt() + z2 * root.sqrt()) / (n + z2 * z2);
    // The comparison is false where the root is of a negative number.
    (difference <= discordant).then_some(difference)
}

/// The difference, upwards from `accuracy`, at which [`crate::unpaired_sample_size`] asks each of
/// two models for just as many `puzzles`, before rounding. For a difference downwards, ask for the
/// one upwards from 1 − `accuracy`.
///
/// `None` unless 0 ≤ accuracy < 1, there are puzzles and the design is possible, and where not even
/// an accuracy of 1 is found to differ.
pub fn unpaired_detectable_difference(
    puzzles: u64,
    accuracy: f64,
    design: TestDesign,
) -> Option<f64> {
    let (z1, z2) = design.quantiles()?;
    if puzzles == 0 || !(0.0..1.0).contains(&accuracy) {
        return None;
    }
    let is_found = |other: f64| {
        let spread = unpaired_spread(accuracy, other, z1, z2);
        (other - accuracy) * (puzzles as f64).sqrt() >= spread
    };
    // The left side minus the right one is convex, so between these two it changes sign once.
    let (mut missed, mut found) = (accuracy, 1.0);
    if !is_found(found) {
        return None;
    }
    for _ in 0..BISECTIONS {
        let middle = f64::midpoint(missed, found);
        if is_found(middle) {
            found = middle;
        } else {
            missed = middle;
        }
    }
    Some(found - accuracy)
}
