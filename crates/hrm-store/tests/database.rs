//! Rows of runs, stages and artifacts: written, read back, replaced.
#![allow(clippy::unwrap_used)]

mod common;

use common::{begin_run, environment, info, key, publish, seconds, store};
use hrm_store::rows::{NewStageRun, StageCost, StageRunRow};
use hrm_store::{Database, DatabaseError, Key, RunStatus, StageStatus};
use serde_json::json;

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
    database
        .start_stage(&stage(&one, &first, StageStatus::Running))
        .unwrap();
    let running = database.stages_of(&one).unwrap();
    assert_eq!(
        (running[0].status, running[0].seconds),
        (StageStatus::Running, None)
    );
    database
        .finish_stage(&one, "train.main", StageStatus::Done, seconds(12.5), None)
        .unwrap();

    let two = begin_run(&database, "quickstart");
    database
        .start_stage(&stage(&two, &second, StageStatus::Running))
        .unwrap();
    let error = Some("no memory");
    database
        .finish_stage(&two, "train.main", StageStatus::Failed, seconds(1.0), error)
        .unwrap();
    let three = begin_run(&database, "quickstart");
    database
        .start_stage(&stage(&three, &first, StageStatus::Cached))
        .unwrap();
    // Its row comes with the next one.
    database.finish_run(&three, RunStatus::Cached).unwrap();

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
fn the_cost_of_an_artifact_is_that_of_all_sessions_since_it_was_made_last() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let key = key("a");
    assert_eq!(database.cost_of(&key).unwrap(), None);
    let session = |status: StageStatus, seconds: f64, energy_joules: Option<f64>| {
        let run = begin_run(&database, "quickstart");
        database
            .start_stage(&stage(&run, &key, StageStatus::Running))
            .unwrap();
        let cost = StageCost {
            seconds,
            energy_joules,
        };
        database
            .finish_stage(&run, "train.main", status, cost, None)
            .unwrap();
    };
    let cost = || {
        let cost = database.cost_of(&key).unwrap().unwrap();
        (cost.seconds, cost.energy_joules)
    };
    session(StageStatus::Done, 100.0, None);
    assert_eq!(cost(), (100.0, None));
    session(StageStatus::Interrupted, 4.0, Some(40.0));
    session(StageStatus::Failed, 50.0, None);
    session(StageStatus::Interrupted, 2.0, Some(20.0));
    session(StageStatus::Done, 1.5, Some(10.0));
    let run = begin_run(&database, "quickstart");
    database
        .start_stage(&stage(&run, &key, StageStatus::Cached))
        .unwrap();
    assert_eq!(cost(), (7.5, Some(70.0)));
    session(StageStatus::Interrupted, 1.0, None);
    session(StageStatus::Done, 1.0, Some(10.0));
    assert_eq!(
        cost(),
        (2.0, None),
        "a part of the energy is not the energy"
    );
}

#[test]
fn an_instance_runs_once_in_a_run_and_only_in_a_run_that_exists() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let run = begin_run(&database, "quickstart");
    let key = key("a");
    for _ in 0..2 {
        database
            .start_stage(&stage(&run, &key, StageStatus::Running))
            .unwrap();
    }
    assert_eq!(database.stages_of(&run).unwrap().len(), 1);
    let nowhere = database.start_stage(&stage("000000000000", &key, StageStatus::Running));
    assert!(
        matches!(nowhere, Err(DatabaseError::Query { .. })),
        "{nowhere:?}"
    );
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
    let missing = |keys: &[Key]| database.not_indexed(keys).unwrap();
    assert_eq!(missing(&[*artifact.key()]), []);
    assert_eq!(missing(&[*artifact.key(), key("b")]), [key("b")]);
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
        database
            .finish_stage(&run, "train.main", status, seconds(1.0), None)
            .unwrap();
        id
    };
    let last = |workflow: &str| {
        let row = database.last_artifact(workflow, "train.main").unwrap();
        row.map(|row| row.key)
    };
    for artifact in [&old, &new] {
        let id = run_with("quickstart", artifact.key(), StageStatus::Done);
        database.record_artifact(artifact, id).unwrap();
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
