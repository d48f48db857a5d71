//! Rows of parameters, metrics and evaluations: written, read back, replaced.
#![allow(clippy::unwrap_used)]

mod common;

use common::{key, store};
use hrm_store::rows::{
    ArcOutcomeRow, ArcScoreRow, MetricRow, OutcomeRow, RatingScoreRow, SummaryRow,
    TestEvaluationRow,
};
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
fn long_curves_are_read_in_ranges_of_steps() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let (key, other) = (key("a"), key("b"));
    let mut points: Vec<MetricRow> = (1..=100)
        .map(|step| metric("loss", step, step as f64))
        .collect();
    points.extend([
        metric("accuracy", 50, 0.5),
        metric("accuracy", 100, f64::NAN),
        metric("spike", 60, f64::INFINITY),
        metric("spike", 61, 2.0),
        metric("unwanted", 1, 1.0),
    ]);
    database.record_metrics(&key, &points).unwrap();
    database
        .record_metrics(&other, &[metric("loss", 100_000, 1.0)])
        .unwrap();
    let ranges = |name, ranges| database.metric_ranges(&key, name, ranges).unwrap();
    let texts = |name, count| -> Vec<String> {
        let rows = ranges(name, count).into_iter();
        rows.map(|row| {
            let (mean, low, high) = (row.mean, row.low, row.high);
            let counts = format!("{} {}/{}", row.step, row.finite, row.points);
            format!("{counts} {mean} {low} {high}")
        })
        .collect()
    };
    assert_eq!(
        texts("loss", 4),
        [
            "25 25/25 13 1 25",
            "50 25/25 38 26 50",
            "75 25/25 63 51 75",
            "100 25/25 88 76 100",
        ]
    );
    assert_eq!(
        texts("accuracy", 4),
        ["50 1/1 0.5 0.5 0.5", "100 0/1 NaN NaN NaN"]
    );
    assert_eq!(texts("spike", 2), ["61 1/2 2 2 2"]);
    assert_eq!(ranges("loss", 100).len(), 100, "nothing is merged");
    assert_eq!(ranges("loss", 1_000_000).len(), 100);
    assert_eq!(ranges("loss", 0).len(), 1);
    assert!(ranges("absent", 4).is_empty());
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
        correct_blank_cells: first,
        blank_cells: first.map(|_| 9),
        rules_kept: first.map(|segment| segment == 1),
        givens_kept: Some(true),
        shortest_path: first.map(|segment| segment == 2),
        valid_path: None,
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
fn scores_round_trip_and_are_replaced_as_a_whole() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let key = key("a");
    let rating = |rating_min, rating_max| RatingScoreRow {
        metric: "valid".to_owned(),
        rating_min,
        rating_max,
        numerator: 3,
        denominator: 7,
    };
    let ratings = [rating(-1, None), rating(0, Some(0)), rating(100, None)];
    let score = |augmentations, k| ArcScoreRow {
        augmentations,
        rule: "arc-prize".to_owned(),
        k,
        numerator: 9,
        denominator: 20,
        tasks: 10,
    };
    let scores = [score(0, 2), score(10, 1), score(10, 2)];
    let outcome = |task: &str, test_index, rank| ArcOutcomeRow {
        task: task.to_owned(),
        test_index,
        votes: 12,
        candidates: 4,
        rank,
    };
    let outcomes = [
        outcome("11e1fe23", 0, None),
        outcome("11e1fe23", 1, Some(2)),
        outcome("12997ef3", 0, Some(1)),
    ];
    for some in [1, 3] {
        database
            .record_rating_scores(&key, &ratings[..some])
            .unwrap();
        database
            .record_arc(&key, &scores[..some], &outcomes[..some])
            .unwrap();
        assert_eq!(database.rating_scores(&key).unwrap(), ratings[..some]);
        assert_eq!(database.arc_scores(&key).unwrap(), scores[..some]);
        assert_eq!(database.arc_outcomes(&key).unwrap(), outcomes[..some]);
    }
}

#[test]
fn each_evaluation_of_a_test_split_counts_once() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let looks = [
        ("a", "data", "train", "2026-11-24T08:00:00.000000Z"),
        ("c", "data", "train", "2026-11-24T09:00:00.000000Z"),
        ("b", "data", "other", "2026-11-24T08:30:00.000000Z"),
        ("d", "other data", "train", "2026-11-24T07:00:00.000000Z"),
        ("a", "data", "train", "2026-11-24T10:00:00.000000Z"),
    ];
    for (evaluation, dataset, training, at) in looks {
        database
            .record_test_evaluation(&key(evaluation), dataset, training, at)
            .unwrap();
    }
    let place = |evaluation| {
        let row = database.test_evaluation(&key(evaluation)).unwrap();
        row.map(|row: TestEvaluationRow| (row.ordinal, row.evaluations, row.trainings))
    };
    assert_eq!(place("a"), Some((1, 3, 2)));
    assert_eq!(place("b"), Some((2, 3, 2)));
    assert_eq!(place("c"), Some((3, 3, 2)));
    assert_eq!(place("d"), Some((1, 1, 1)));
    assert_eq!(place("e"), None);
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
