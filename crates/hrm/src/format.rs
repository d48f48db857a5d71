//! Numbers and times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A duration in seconds: `0.4 s`, `42 s`, `3 min 12 s`, `2 h 5 min`.
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    match whole {
        _ if seconds < 9.95 => format!("{:.1} s", seconds.max(0.0)),
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// A short duration in seconds, in milliseconds: `0.35 ms`, `12.3 ms`.
pub(crate) fn milliseconds(seconds: f64) -> String {
    let milliseconds = 1e3 * seconds;
    let decimals = if milliseconds < 10.0 { 2 } else { 1 };
    format!("{milliseconds:.decimals$} ms")
}

/// A stored time (RFC 3339 in UTC) to the second, in the local time zone.
pub(crate) fn moment(stored: &str) -> String {
    let time: Result<Timestamp, _> = stored.parse();
    match time {
        Ok(time) => time
            .to_zoned(TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => stored.to_owned(),
    }
}

/// The duration between two stored times; empty while there is no end.
pub(crate) fn span(start: &str, end: Option<&str>) -> String {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    match (time(start), end.and_then(time)) {
        (Some(start), Some(end)) => duration(end.duration_since(start).as_secs_f64()),
        _ => String::new(),
    }
}

/// A count with a comma between thousands.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its noun, which takes an `s` unless there is one.
pub(crate) fn counted(n: u64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(n))
}

/// A size in bytes, in binary units.
pub(crate) fn bytes(n: u64) -> String {
    const UNITS: [&str; 5] = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut size = n as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && size < 100.0);
    format!("{size:.decimals$} {}", UNITS[unit])
}

/// A share as a percentage with one decimal.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            (-1.0, "0.0 s"),
            (0.04, "0.0 s"),
            (9.94, "9.9 s"),
            (9.96, "10 s"),
            (59.6, "1 min 0 s"),
            (192.0, "3 min 12 s"),
            (3599.4, "59 min 59 s"),
            (7512.0, "2 h 5 min"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(duration(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn short_durations() {
        assert_eq!(milliseconds(0.000_354), "0.35 ms");
        assert_eq!(milliseconds(0.012_34), "12.3 ms");
    }

    #[test]
    fn counts() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (27_275_266, "27,275,266"),
        ];
        for (n, expected) in cases {
            assert_eq!(count(n), expected);
        }
        assert_eq!(counted(1, "step"), "1 step");
        assert_eq!(counted(0, "step"), "0 steps");
    }

    #[test]
    fn sizes() {
        let cases = [
            (0, "0 bytes"),
            (1023, "1023 bytes"),
            (1536, "1.5 KiB"),
            (200 << 20, "200 MiB"),
            (1 << 60, "1048576 TiB"),
        ];
        for (n, expected) in cases {
            assert_eq!(bytes(n), expected);
        }
    }

    #[test]
    fn times() {
        let start = "2026-11-24T08:00:00.000000Z";
        assert_eq!(
            span(start, Some("2026-11-24T08:03:12.250000Z")),
            "3 min 12 s"
        );
        assert_eq!(span(start, None), "");
        assert_eq!(span("yesterday", Some(start)), "");
        assert_eq!(moment("yesterday"), "yesterday");
        assert_eq!(moment(start).len(), "2026-11-24 08:00:00".len());
    }

    #[test]
    fn shares() {
        assert_eq!(percent(0.9423), "94.2 %");
    }
}
