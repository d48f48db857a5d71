//! Every line of `corpus/valid.txt` and `corpus/invalid.txt` with what comes of it, as snapshots.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests; their helpers do not count as such"
)]

mod common;

use common::schema;
use hrm_filter::{FilterError, Sql, parse};
use std::fmt::Write;

#[test]
fn valid_filters_become_sql() {
    let mut seen = String::new();
    for text in include_str!("corpus/valid.txt").lines() {
        let filter = parse(text, &schema()).unwrap_or_else(|error| panic!("`{text}`: {error}"));
        let sql = filter.to_sql(|name| Sql::from(format!("[{name}]").as_str()));
        assert_eq!(sql.text.matches('?').count(), sql.values.len());
        write!(seen, "{text}\n    {}\n    {:?}\n\n", sql.text, sql.values).unwrap();
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn invalid_filters_say_what_and_where() {
    let mut seen = String::new();
    for text in include_str!("corpus/invalid.txt").lines() {
        let error = parse(text, &schema()).expect_err(text);
        write!(seen, "{}\n\n", pointed_out(text, &error)).unwrap();
    }
    insta::assert_snapshot!(seen);
}

/// The text with carets below the place of the error, the message and the help.
fn pointed_out(text: &str, error: &FilterError) -> String {
    let columns = text[..error.span.start].chars().count();
    let carets = text[error.span.clone()].chars().count().max(1);
    let help = error.help.iter().map(|help| format!("\n    help: {help}"));
    format!(
        "{text}\n{}{}\n    {}{}",
        " ".repeat(columns),
        "^".repeat(carets),
        error.message,
        help.collect::<String>()
    )
}
