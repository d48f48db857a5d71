//! Rows of runs, stages, artifacts and results: written, read back, replaced.
#![allow(clippy::unwrap_used)]

mod common;

use common::{begin_run, environment, info, key, publish, store};
use hrm_store::rows::{MetricRow, NewStageRun, OutcomeRow, StageRunRow, SummaryRow};
use hrm_store::{Database, DatabaseError, Halting, Key, RunStatus, StageStatus};
use serde_json::{Value, json};

fn stage<'a>(run_id: &'a str, key: &'a Key, status: StageStatus) -> NewStageRun<'a> {
    NewStageRun {
        run_id,
        instance: "train.main",
        kind: "train",
        name: "main",
        key: Some(key),
        status,
        reason: Some("`lr`: 0.001 → 0.0001"),
        device: Some("cpu"),
    }
}

fn metric(name: &str, step: u64, value: f64) -> MetricRow {
    MetricRow {
        name: name.to_owned(),
        step,
        value,
    }
}

#[test]
fn a_run_round_trips() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = begin_run(&database, "quickstart");
    assert_eq!(id.len(), 12);

    let run = database.run(&id).unwrap();
    assert_eq!((run.status, run.finished_at), (RunStatus::Running, None));
    assert_eq!(run.workflow, "quickstart");
    assert_eq!(database.run_config(&id).unwrap()["seed"], json!(u64::MAX));

    database.finish_run(&id, RunStatus::Done).unwrap();
    let run = database.run(&id).unwrap();
    assert_eq!(run.status, RunStatus::Done);
    assert!(run.finished_at.unwrap() > run.started_at);
}

#[test]
fn equal_environments_are_kept_once() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let runs = ["a", "b"].map(|name| database.run(&begin_run(&database, name)).unwrap());
    assert_eq!(runs[0].environment_id, runs[1].environment_id);
    let found = database.environment(&runs[0].environment_id).unwrap();
    assert_eq!(found, Some(environment()));
    assert_eq!(database.environment("none").unwrap(), None);
}

#[test]
fn stages_round_trip_and_make_a_history() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let (first, second) = (key("first"), key("second"));
    let one = begin_run(&database, "quickstart");
    let id = database
        .start_stage(&stage(&one, &first, StageStatus::Running))
        .unwrap();
    let running = database.stages_of(&one).unwrap();
    assert_eq!(
        (running[0].status, running[0].seconds),
        (StageStatus::Running, None)
    );
    database
        .finish_stage(id, StageStatus::Done, 12.5, None)
        .unwrap();

    let two = begin_run(&database, "quickstart");
    let id = database
        .start_stage(&stage(&two, &second, StageStatus::Running))
        .unwrap();
    database
        .finish_stage(id, StageStatus::Failed, 1.0, Some("no memory"))
        .unwrap();
    let three = begin_run(&database, "quickstart");
    database
        .start_stage(&stage(&three, &first, StageStatus::Cached))
        .unwrap();

    let failed = database.stages_of(&two).unwrap();
    let [
        StageRunRow {
            status,
            error,
            reason,
            key: found,
            ..
        },
    ] = &failed[..]
    else {
        panic!("{failed:?}");
    };
    assert_eq!(
        (*status, error.as_deref()),
        (StageStatus::Failed, Some("no memory"))
    );
    assert_eq!(reason.as_deref(), Some("`lr`: 0.001 → 0.0001"));
    assert_eq!(*found, Some(second));
    assert!(database.stages_of(&three).unwrap()[0].finished_at.is_some());

    let history = database.stage_history("train", "main").unwrap();
    assert_eq!(history.len(), 1, "only what was done counts");
    assert_eq!((history[0].seconds, history[0].key), (12.5, first));
    assert_eq!(database.stage_history("train", "other").unwrap(), []);
}

#[test]
fn an_instance_runs_once_in_a_run_and_only_in_a_run_that_exists() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let run = begin_run(&database, "quickstart");
    let key = key("a");
    database
        .start_stage(&stage(&run, &key, StageStatus::Running))
        .unwrap();
    for run in [run.as_str(), "000000000000"] {
        let again = database.start_stage(&stage(run, &key, StageStatus::Running));
        assert!(
            matches!(again, Err(DatabaseError::Query { .. })),
            "{again:?}"
        );
    }
}

#[test]
fn an_artifact_is_indexed_once_its_row_is_there() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let artifact = publish(&store, "train", &key("a"), &[("training.json", b"{}")]);
    assert!(!database.is_indexed(artifact.key()).unwrap());
    assert_eq!(
        database.last_artifact("quickstart", "train.main").unwrap(),
        None
    );

    // Twice: recording again replaces and does not fail.
    for _ in 0..2 {
        database.record_artifact(&artifact, None).unwrap();
    }

    assert!(database.is_indexed(artifact.key()).unwrap());
    let row = database
        .last_artifact("quickstart", "train.main")
        .unwrap()
        .unwrap();
    assert_eq!(row.key, *artifact.key());
    assert_eq!(row.content_hash, artifact.content_hash());
    assert_eq!((row.bytes, row.produced_by), (2, None));
    assert_eq!(store.root().join(&row.path), artifact.path());
    assert_eq!(
        row.key_parts,
        info("").key_parts,
        "also a seed beyond 63 bits"
    );
    assert_eq!(database.last_artifact("other", "train.main").unwrap(), None);
}

#[test]
fn the_last_artifact_of_an_instance_is_that_of_its_latest_run() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let old = publish(&store, "train", &key("old"), &[("a", b"1")]);
    let new = publish(&store, "train", &key("new"), &[("a", b"2")]);
    let run_with = |workflow: &str, key: &Key, status: StageStatus| {
        let run = begin_run(&database, workflow);
        let id = database
            .start_stage(&stage(&run, key, StageStatus::Running))
            .unwrap();
        database.finish_stage(id, status, 1.0, None).unwrap();
        id
    };
    let last = |workflow: &str| {
        let row = database.last_artifact(workflow, "train.main").unwrap();
        row.map(|row| row.key)
    };
    for artifact in [&old, &new] {
        let id = run_with("quickstart", artifact.key(), StageStatus::Done);
        database.record_artifact(artifact, Some(id)).unwrap();
        assert_eq!(last("quickstart"), Some(*artifact.key()));
    }
    // The configuration goes back to the old one, whose artifact is still there.
    run_with("quickstart", old.key(), StageStatus::Cached);
    assert_eq!(last("quickstart"), Some(*old.key()));
    // A failure makes no artifact, and other workflows do not matter.
    run_with("quickstart", new.key(), StageStatus::Failed);
    assert_eq!(last("quickstart"), Some(*old.key()));
    run_with("other", new.key(), StageStatus::Cached);
    assert_eq!(last("other"), Some(*new.key()));
    assert_eq!(last("quickstart"), Some(*old.key()));
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
