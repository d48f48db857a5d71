//! Numbers as text: one form for each kind of number, throughout the report.

use crate::Count;
use hrm_stats::Interval;

/// What stands where there is no value.
pub(crate) const NONE: &str = "–";

/// A share as percent with one decimal; with up to four where one decimal would print 0.0 % or
/// 100.0 % for a share that is neither. Shares outside 0..1 (ends of t intervals) are kept inside.
pub(crate) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    format!("{} %", percent_digits(share.clamp(0.0, 1.0)))
}

fn percent_digits(share: f64) -> String {
    let value = share * 100.0;
    let is_end = |digits: &str| matches!(digits.parse::<f64>(), Ok(printed) if printed == 0.0 || printed == 100.0);
    let exact_end = share == 0.0 || share == 1.0;
    (1..=4)
        .map(|decimals| format!("{value:.decimals$}"))
        .find(|digits| exact_end || !is_end(digits))
        .unwrap_or_else(|| {
            if share < 0.5 {
                "<0.0001".to_owned()
            } else {
                ">99.9999".to_owned()
            }
        })
}

/// An interval of shares: `94.4–97.7 %`.
pub(crate) fn percent_interval(interval: Interval) -> String {
    let low = percent_digits(interval.low.clamp(0.0, 1.0));
    let high = percent_digits(interval.high.clamp(0.0, 1.0));
    format!("{low}–{high} %")
}

/// A counted share as percent, or [`NONE`].
pub(crate) fn count_percent(count: Option<Count>) -> String {
    count
        .and_then(Count::share)
        .map_or_else(|| NONE.to_owned(), percent)
}

/// A whole number with thousands separated by commas.
pub(crate) fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 puzzle`, `1,000 puzzles`: regular plurals only.
pub(crate) fn plural(value: u64, noun: &str) -> String {
    if value == 1 {
        format!("1 {noun}")
    } else {
        format!("{} {noun}s", whole(value))
    }
}

/// A duration: `0.4 s`, `42 s`, `3 min 05 s`, `2 h 07 min`.
pub(crate) fn seconds(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return NONE.to_owned();
    }
    if value < 9.95 {
        return format!("{value:.1} s");
    }
    let total = value.round() as u64;
    match total {
        0..60 => format!("{total} s"),
        60..3600 => format!("{} min {:02} s", total / 60, total % 60),
        _ => format!("{} h {:02} min", total / 3600, total % 3600 / 60),
    }
}

/// Units of floating-point operations, ascending.
pub(crate) const FLOP_UNITS: [(f64, &str); 4] = [
    (1e3, "kFLOP"),
    (1e6, "MFLOP"),
    (1e9, "GFLOP"),
    (1e12, "TFLOP"),
];

/// Floating-point operations: `0.5 kFLOP`, `3.16 MFLOP`, `37.2 GFLOP`, `1,250 TFLOP`.
pub(crate) fn flops(value: f64) -> String {
    let fitting = FLOP_UNITS.iter().rev().find(|(unit, _)| value >= *unit);
    let (unit, name) = fitting
        .or(FLOP_UNITS.first())
        .copied()
        .unwrap_or((1.0, "FLOP"));
    let scaled = value / unit;
    match scaled {
        ..10.0 => format!("{scaled:.2} {name}"),
        10.0..1000.0 => format!("{scaled:.1} {name}"),
        _ => format!("{} {name}", whole(scaled as u64)),
    }
}

/// Memory in GiB.
pub(crate) fn gibibytes(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1u32 << 30))
}

/// A quantity with three digits and a decimal prefix: `3.21 TFLOP`, `42.0 kJ`.
pub fn si(value: f64, unit: &str) -> String {
    const PREFIXES: [&str; 8] = ["", "k", "M", "G", "T", "P", "E", "Z"];
    let mut scaled = value;
    let mut prefixes = PREFIXES.into_iter();
    // The next prefix begins where three digits would be rounded up to four.
    while scaled.abs() >= 999.5 && prefixes.len() > 1 {
        scaled /= 1000.0;
        prefixes.next();
    }
    let decimals = match scaled.abs() {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    let prefix = prefixes.next().unwrap_or_default();
    format!("{scaled:.decimals$} {prefix}{unit}")
}

/// A plain decimal of an axis or a logit: as few decimals as tell neighbors apart.
pub(crate) fn decimal(value: f64) -> String {
    if !value.is_finite() {
        return "not finite".to_owned();
    }
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.replace('-', "−")
    }
}

/// A p value with three decimals, `< 0.001` where these would be zeros.
pub fn p_value(p: f64) -> String {
    if p < 0.0005 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_never_rounds_to_an_end_that_was_not_reached() {
        for (share, text) in [
            (0.964, "96.4 %"),
            (1.0, "100.0 %"),
            (0.0, "0.0 %"),
            (0.9996, "99.96 %"),
            (0.0004, "0.04 %"),
            (0.999_999_99, ">99.9999 %"),
            (1.03, "100.0 %"),
            (f64::NAN, NONE),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn quantities_have_three_digits() {
        for (value, text) in [
            (0.0, "0.00 J"),
            (9.994, "9.99 J"),
            (99.94, "99.9 J"),
            (999.4, "999 J"),
            (999.6, "1.00 kJ"),
            (1.234e13, "12.3 TJ"),
            (3e30, "3000000000 ZJ"),
        ] {
            assert_eq!(si(value, "J"), text);
        }
    }

    #[test]
    fn durations_and_whole_numbers() {
        assert_eq!(
            [0.42, 9.97, 59.6, 185.0, 7620.0].map(seconds),
            ["0.4 s", "10 s", "1 min 00 s", "3 min 05 s", "2 h 07 min"]
        );
        assert_eq!(
            [0, 999, 1000, 3_831_994].map(whole),
            ["0", "999", "1,000", "3,831,994"]
        );
        assert_eq!(
            [512.0, 3.164e6, 3.72e10, 1.25e15].map(flops),
            ["0.51 kFLOP", "3.16 MFLOP", "37.2 GFLOP", "1,250 TFLOP"]
        );
        assert_eq!(
            [plural(1, "puzzle"), plural(2000, "puzzle")],
            ["1 puzzle", "2,000 puzzles"]
        );
        assert_eq!(
            [1.5, -2.0, -0.0001, 1e-9].map(decimal),
            ["1.5", "−2", "0", "0"]
        );
    }
}
