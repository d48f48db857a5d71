//! Rows of parameters, metrics and evaluations: written, read back, replaced.
#![allow(clippy::unwrap_used)]

mod common;

use common::{key, store};
use hrm_store::rows::{MetricRow, OutcomeRow, SummaryRow};
use hrm_store::{Database, Halting};
use serde_json::{Value, json};

fn metric(name: &str, step: u64, value: f64) -> MetricRow {
    MetricRow {
        name: name.to_owned(),
        step,
        value,
    }
}

#[test]
fn parameters_are_replaced_as_a_whole() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let key = key("a");
    let record = |config: Value| {
        database.record_parameters(&key, &config).unwrap();
        let rows = database.parameters(&key).unwrap();
        rows.into_iter()
            .map(|row| (row.path, row.value))
            .collect::<Vec<_>>()
    };
    record(json!({"lr": 1e-4, "ema": 0.999}));
    assert_eq!(
        record(json!({"seed": u64::MAX, "model": {"rope": null}})),
        [
            ("model.rope".to_owned(), Value::Null),
            ("seed".to_owned(), json!(u64::MAX))
        ]
    );
}

#[test]
fn metrics_are_upserted_selected_and_cut_at_a_step() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let (key, other) = (key("a"), key("b"));
    database.record_metrics(&key, &[]).unwrap();
    let points: Vec<MetricRow> = (0..1201).map(|step| metric("loss", step, 0.5)).collect();
    database.record_metrics(&key, &points).unwrap();
    database.record_metrics(&other, &points).unwrap();
    database
        .record_metrics(
            &key,
            &[metric("loss", 1200, 0.25), metric("accuracy", 7, 1.0)],
        )
        .unwrap();

    let all = database.metrics(&key, &[]).unwrap();
    assert_eq!(all.len(), 1202);
    assert_eq!(all.first(), Some(&metric("accuracy", 7, 1.0)));
    assert_eq!(all.last(), Some(&metric("loss", 1200, 0.25)));
    assert_eq!(
        database
            .metrics(&key, &["accuracy", "absent"])
            .unwrap()
            .len(),
        1
    );
    assert_eq!(database.metrics(&key, &["absent"]).unwrap(), []);

    database.delete_metrics_after(&key, 6).unwrap();
    let steps: Vec<u64> = database
        .metrics(&key, &[])
        .unwrap()
        .iter()
        .map(|row| row.step)
        .collect();
    assert_eq!(steps, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(database.metrics(&other, &[]).unwrap().len(), 1201);
}

#[test]
fn numbers_keep_every_bit_and_nan_stays_nan() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let key = key("a");
    let values = [
        0.1,
        -0.0,
        f64::MIN_POSITIVE,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        3.0,
    ];
    let rows: Vec<MetricRow> = (0..)
        .zip(values)
        .map(|(step, value)| metric("loss", step, value))
        .collect();
    database.record_metrics(&key, &rows).unwrap();
    for (row, value) in database.metrics(&key, &[]).unwrap().iter().zip(values) {
        if value.is_nan() {
            assert!(row.value.is_nan());
        } else {
            // SQLite keeps the sign of zero only in memory: 0.0 and -0.0 are one number to it.
            assert!(row.value == value, "{} is not {value}", row.value);
        }
    }
}

#[test]
fn evaluations_round_trip_and_are_replaced_as_a_whole() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let key = key("a");
    let summary = |halting, segment, value, numerator| SummaryRow {
        metric: "exact_accuracy".to_owned(),
        segment,
        halting,
        value,
        numerator,
        denominator: numerator.map(|_| 500),
    };
    let outcome = |puzzle, first: Option<u32>| OutcomeRow {
        puzzle,
        first_exact_segment: first,
        exact_last: first.is_some(),
        exact_halt: first.map(|segment| segment <= 2),
        halt_segment: first.map(|_| 2),
        correct_cells: 16,
        counted_cells: 16,
        difficulty: (puzzle == 0).then_some(-3),
    };
    let summaries = [
        summary(Halting::Fixed, 1, 0.5, Some(250)),
        summary(Halting::Fixed, 16, 0.9, Some(u64::from(u32::MAX) + 1)),
        summary(Halting::Adaptive, 16, 0.25, None),
    ];
    let outcomes: Vec<OutcomeRow> = (0..1001)
        .map(|puzzle| outcome(puzzle, (puzzle % 3 > 0).then_some(puzzle % 3)))
        .collect();
    for (summaries, outcomes) in [
        (&summaries[1..], &outcomes[..]),
        (&summaries[..], &outcomes[..3]),
    ] {
        database.record_summaries(&key, summaries).unwrap();
        database.record_outcomes(&key, outcomes).unwrap();
        assert_eq!(database.summaries(&key).unwrap(), summaries);
        assert_eq!(database.outcomes(&key).unwrap(), outcomes);
    }
}

#[test]
fn one_database_serves_several_threads() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let database = &database;
            scope.spawn(move || {
                for step in 0..50 {
                    let key = key(&format!("{thread}"));
                    database
                        .record_metrics(&key, &[metric("loss", step, 1.0)])
                        .unwrap();
                    assert_eq!(database.metrics(&key, &[]).unwrap().len() as u64, step + 1);
                }
            });
        }
    });
}
