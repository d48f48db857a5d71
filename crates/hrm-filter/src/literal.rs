//! Values as they are written.

use crate::lexer::Token;
use crate::{FilterError, Type, Value};
use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use std::ops::Range;

/// The value of a token where a value of type `wanted` is expected for `name`.
pub(crate) fn value(
    token: Token<'_>,
    span: Range<usize>,
    written: &str,
    (name, wanted): (&str, Type),
) -> Result<Value, FilterError> {
    match (wanted, token) {
        (Type::Number, Token::Number(number)) => {
            self::number(number).ok_or_else(|| bad_number(number, span))
        }
        (Type::Text, Token::String(text)) => Ok(Value::Text(text.to_owned())),
        (Type::Boolean, Token::Boolean(value)) => Ok(Value::Boolean(value)),
        (Type::Time, Token::String(text)) => time(text)
            .map(Value::Time)
            .ok_or_else(|| bad_time(text, span)),
        (Type::Text, Token::Name(text)) => {
            Err(mismatch(name, wanted, token, span, written).help(format!("write `\"{text}\"`")))
        }
        (_, Token::Null) => Err(mismatch(name, wanted, token, span, written)
            .help(format!("write `{name} is null` or `{name} is not null`"))),
        _ => Err(mismatch(name, wanted, token, span, written).help(example(wanted))),
    }
}

fn mismatch(
    name: &str,
    wanted: Type,
    token: Token<'_>,
    span: Range<usize>,
    written: &str,
) -> FilterError {
    let found = token.describe(written);
    FilterError::new(
        span,
        format!("expected {wanted} for `{name}`, found {found}"),
    )
}

fn example(wanted: Type) -> &'static str {
    match wanted {
        Type::Number => "write a number, such as `0.5`",
        Type::Text => "write a string, such as `\"trm\"`",
        Type::Boolean => "write `true` or `false`",
        Type::Time => "write a time, such as `\"2026-11-01\"` or `\"2026-11-01 18:30\"`",
    }
}

/// A whole number stays exact as long as it has room.
fn number(written: &str) -> Option<Value> {
    if let Ok(integer) = written.parse() {
        return Some(Value::Integer(integer));
    }
    // `parse` knows words such as `inf` as well.
    let is_digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+');
    let real: f64 = written.parse().ok()?;
    (real.is_finite() && written.chars().all(is_digits)).then_some(Value::Real(real))
}

fn bad_number(written: &str, span: Range<usize>) -> FilterError {
    FilterError::new(span, format!("`{written}` is not a number"))
        .help("write digits with a `.` and an exponent if need be, such as `-1.5e-3`")
}

/// A moment; without an offset it is in UTC. Named time zones are not read: what they mean depends
/// on the machine.
fn time(written: &str) -> Option<Timestamp> {
    if written.contains('[') {
        return None;
    }
    if let Ok(moment) = written.parse() {
        return Some(moment);
    }
    let civil: DateTime = written.parse().ok()?;
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

fn bad_time(written: &str, span: Range<usize>) -> FilterError {
    FilterError::new(span, format!("`{}` is not a time", written.escape_debug()))
        .help(example(Type::Time))
}
