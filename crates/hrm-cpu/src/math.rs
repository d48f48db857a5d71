//! Elementary functions without branches, so that loops over them become vector code.

use std::f32::consts::{FRAC_PI_2, FRAC_PI_4};
use std::f64::consts::{LN_2, LOG2_E};

/// Adding it rounds to a whole number, which is then in the low bits: 1.5 · 2⁵².
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// Largest magnitude of the argument of [`exp`]: far beyond what float32 tells from 0 or 1 in
/// [`sigmoid`], and far within what float64 can hold.
const EXP_MAX: f64 = 200.0;

/// exp(x) with a relative error below 1e-8; arguments out of range give the value at the bound.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let x = if x < -EXP_MAX { -EXP_MAX } else { x };
    let x = if x > EXP_MAX { EXP_MAX } else { x };
    let shifted = x * LOG2_E + ROUNDING;
    let r = x - (shifted - ROUNDING) * LN_2;
    // The series of exp(r), on |r| ≤ ln 2 / 2.
    let p = 1.0 / 5040.0;
    let p = p * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let p = p * r + 1.0;
    let p = p * r + 1.0;
    // Multiplies by 2ⁿ.
    f64::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 52))
}

/// 1 / (1 + exp(-x)), in float64: rounded to float32 at the end of a formula, its error is that of
/// one rounding.
#[inline(always)]
pub(crate) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// atan2(y, x) for x ≥ 0, with an error below 3e-7 of the result; 0 at the origin.
#[inline(always)]
pub(crate) fn atan2_right(y: f32, x: f32) -> f32 {
    let a = y.abs();
    let steep = a > x;
    let (low, high) = if steep { (x, a) } else { (a, x) };
    let ratio = low / if high == 0.0 { 1.0 } else { high };
    // atan(r) = π/4 + atan((r - 1) / (r + 1)) brings the upper part near zero.
    let upper = ratio > 0.414_213_56;
    let r = if upper {
        (ratio - 1.0) / (ratio + 1.0)
    } else {
        ratio
    };
    // Coefficients of the Cephes library.
    let z = r * r;
    let p = 8.053_744_5e-2;
    let p = p * z - 1.387_768_6e-1;
    let p = p * z + 1.997_771_1e-1;
    let p = p * z - 3.333_295e-1;
    let angle = p * z * r + r + if upper { FRAC_PI_4 } else { 0.0 };
    let angle = if steep { FRAC_PI_2 - angle } else { angle };
    angle.copysign(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_that_of_the_library() {
        let mut worst = 0.0_f64;
        for i in -200_000..200_000 {
            let x = f64::from(i) * 1e-3;
            let exact = x.exp();
            worst = worst.max((exp(x) - exact).abs() / exact);
        }
        assert!(worst < 1e-8, "{worst}");
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(f64::NAN).is_nan());
        assert!(exp(1e300).is_finite() && exp(f64::NEG_INFINITY) > 0.0);
        assert_eq!(sigmoid(f64::INFINITY), 1.0);
    }

    #[test]
    fn atan2_is_that_of_float64() {
        let values = (-40..=40)
            .map(|e| 2f32.powi(e))
            .chain((0..2000).map(|i| i as f32 * 1e-3));
        let values: Vec<f32> = values.collect();
        for &x in &values {
            for y in values.iter().flat_map(|&y| [y, -y]) {
                let exact = f64::from(y).atan2(f64::from(x));
                let error = (f64::from(atan2_right(y, x)) - exact).abs();
                assert!(error <= 3e-7 * exact.abs(), "{y} {x}: {error}");
            }
        }
        assert!(atan2_right(f32::NAN, 1.0).is_nan());
        assert!(atan2_right(1.0, f32::NAN).is_nan());
    }
}
