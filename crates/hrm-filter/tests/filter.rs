//! The typed filter, its limits, and texts of any kind.

#![allow(
    clippy::unwrap_used,
    reason = "allowed in tests; their helpers do not count as such"
)]

mod common;

use common::schema;
use hrm_filter::{
    Comparison, DEPTH_MAX, Filter, Predicate, Schema, Sql, TESTS_MAX, Type, Value, parse,
};
use proptest::prelude::*;

fn seed_is(value: i64) -> Filter {
    Filter::Test {
        name: "seed".to_owned(),
        predicate: Predicate::Compares(Comparison::Equal, Value::Integer(value)),
    }
}

#[test]
fn and_binds_tighter_than_or_and_not_tightest() {
    let filter = parse("not seed = 1 and seed = 2 or seed = 3", &schema()).unwrap();
    let negation = Filter::Not(Box::new(seed_is(1)));
    let all = Filter::And(vec![negation, seed_is(2)]);
    assert_eq!(filter, Filter::Or(vec![all, seed_is(3)]));
}

#[test]
fn values_of_a_column_are_bound_before_those_of_its_test() {
    let filter = parse("seed in [1, 2] and train/lm_loss < 0.5", &schema()).unwrap();
    let column = |name: &str| Sql {
        text: "(SELECT value FROM metrics WHERE name = ?)".to_owned(),
        values: vec![Value::Text(name.to_owned())],
    };
    let sql = filter.to_sql(column);
    let select = "(SELECT value FROM metrics WHERE name = ?)";
    assert_eq!(sql.text, format!("({select} IN (?, ?) AND {select} < ?)"));
    let text = |text: &str| Value::Text(text.to_owned());
    let (seed, loss) = (text("seed"), text("train/lm_loss"));
    let values = [
        seed,
        Value::Integer(1),
        Value::Integer(2),
        loss,
        Value::Real(0.5),
    ];
    assert_eq!(sql.values, values);
}

#[test]
fn an_error_stands_alone_as_text() {
    let error = parse("sed = 1", &schema()).unwrap_err();
    assert_eq!(error.span, 0..3);
    assert_eq!(
        error.to_string(),
        "there is no name `sed`, at byte 0 of the filter: did you mean `seed`?"
    );
}

#[test]
fn names_are_listed_where_none_is_similar() {
    let help = |schema: &Schema| parse("accuracy > 1", schema).unwrap_err().help.unwrap();
    assert_eq!(help(&Schema::default()), "there are no names");
    let few = [("b", Type::Text), ("a", Type::Number)]
        .into_iter()
        .collect();
    assert_eq!(help(&few), "the names are `a`, `b`");
    let many: Schema = (0..25).map(|i| (format!("n{i:02}"), Type::Text)).collect();
    let listed = help(&many);
    assert!(listed.starts_with("the names are `n00`, `n01`"), "{listed}");
    assert!(listed.ends_with("`n19` and 5 more"), "{listed}");
}

#[test]
fn depth_and_number_of_tests_are_bounded() {
    let nested = |depth: usize| format!("{}seed = 1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(parse(&nested(DEPTH_MAX), &schema()), Ok(seed_is(1)));
    let error = parse(&nested(DEPTH_MAX + 1), &schema()).unwrap_err();
    assert_eq!(error.span, DEPTH_MAX..DEPTH_MAX + 1);
    assert_eq!(
        error.message,
        "more than 50 `(` and `not` inside each other"
    );
    let error = parse(&"not ".repeat(1_000_000), &schema()).unwrap_err();
    assert_eq!(
        error.message,
        "more than 50 `(` and `not` inside each other"
    );
    // What stands side by side is not inside each other.
    let side_by_side = vec!["not (seed = 1)"; TESTS_MAX].join(" or ");
    assert!(parse(&side_by_side, &schema()).is_ok());
    let error = parse(&format!("{side_by_side} or seed = 1"), &schema()).unwrap_err();
    assert_eq!(error.message, "more than 500 tests");
}

/// Pieces that filters are made of, and some that they are not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "seed",
        "model.arch",
        "git_dirty",
        "started",
        "nothing",
        "=",
        "!=",
        "<",
        ">=",
        "in",
        "not",
        "like",
        "is",
        "null",
        "and",
        "or",
        "(",
        ")",
        "[",
        "]",
        ",",
        "1",
        "-0.5",
        "\"trm\"",
        "'",
        "\"2026-11-01\"",
        "true",
        "é",
        "\\",
        "\u{0}",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn any_text_gives_sql_with_its_values_or_an_error_within_the_text(
        text in prop_oneof![pieces(), any::<String>()]
    ) {
        match parse(&text, &schema()) {
            Ok(filter) => {
                let sql = filter.to_sql(|_| Sql::from("x"));
                prop_assert_eq!(sql.text.matches('?').count(), sql.values.len());
                // Nothing that was written is part of the SQL.
                prop_assert!(!sql.text.contains("trm") && !sql.text.contains("2026"));
            }
            Err(error) => prop_assert!(text.get(error.span).is_some()),
        }
    }
}
