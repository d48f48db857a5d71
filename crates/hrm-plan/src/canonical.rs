//! One spelling for each JSON value, so that equal values hash equally.

use serde_json::{Number, Value};
use std::fmt::Write;

/// `value` as JSON text with sorted keys, no spaces, and floats in shortest scientific notation.
///
/// `serde_json`'s own text is not used for this: its key order depends on a Cargo feature that any
/// dependency can switch on, and its spelling of floats has changed between versions. Either would
/// silently throw away every cached artifact.
pub fn canonical_json(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => write_number(text, number),
        Value::String(string) => write_string(text, string),
        Value::Array(items) => write_list(text, ['[', ']'], items, |text, item| {
            write_value(text, item)
        }),
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            write_list(text, ['{', '}'], entries, |text, (key, item)| {
                write_string(text, key);
                text.push(':');
                write_value(text, item);
            });
        }
    }
}

fn write_list<T>(
    text: &mut String,
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    write_item: impl Fn(&mut String, T),
) {
    text.push(open);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        write_item(text, item);
    }
    text.push(close);
}

/// Integers in decimal, everything else as `{:e}`: the shortest digits that read back the same.
/// A float is never spelled like an integer, so `1.0` and `1` stay apart; a typed configuration
/// has decided which of the two a key holds.
fn write_number(text: &mut String, number: &Number) {
    // Writing into a `String` cannot fail.
    let _ = if let Some(integer) = number.as_u64() {
        write!(text, "{integer}")
    } else if let Some(integer) = number.as_i64() {
        write!(text, "{integer}")
    } else {
        write!(text, "{:e}", number.as_f64().unwrap_or(f64::NAN))
    };
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::canonical_json;
    use serde_json::{Value, json};

    #[test]
    fn every_kind_of_value_has_one_spelling() {
        let cases = [
            (json!(null), "null"),
            (json!(true), "true"),
            (json!(0), "0"),
            (json!(-7), "-7"),
            (json!(u64::MAX), "18446744073709551615"),
            (json!(1.0), "1e0"),
            (json!(1e-4), "1e-4"),
            (json!(0.1 + 0.2), "3.0000000000000004e-1"),
            (json!(1e300), "1e300"),
            (json!("a\"\\\n\u{e9}"), r#""a\"\\\u000aé""#),
            (json!([]), "[]"),
            (json!([1, [2.5]]), "[1,[2.5e0]]"),
            (json!({}), "{}"),
            (
                json!({"b": 1, "a": {"d": 2, "c": 3}}),
                r#"{"a":{"c":3,"d":2},"b":1}"#,
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(canonical_json(&value), expected);
        }
    }

    #[test]
    fn is_json() {
        let value = json!({"z": [1, -2, 0.5, "q\"\\\u{7}\u{85}ü"], "a": {"y": null, "x": false}});
        assert_eq!(
            serde_json::from_str::<Value>(&canonical_json(&value)).unwrap(),
            value
        );
    }
}
