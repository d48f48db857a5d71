//! Logs of runs: what the database lacks is read from them.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs::{self, OpenOptions};
use std::io::Write;

use common::{begin_run, execute, seconds, store};
use hrm_store::rows::NewStageRun;
use hrm_store::{Database, DatabaseError, LogEntry, Rebuild, RunStatus, StageStatus, Store};

fn stage<'a>(run_id: &'a str, instance: &'a str, status: StageStatus) -> NewStageRun<'a> {
    NewStageRun {
        run_id,
        instance,
        kind: "train",
        name: "main",
        key: None,
        status,
        reason: Some("never run"),
        device: Some("cpu"),
    }
}

/// A run of two stages that was recorded without any trouble.
fn run(database: &Database) -> String {
    let id = begin_run(database, "quickstart");
    for (instance, status) in [
        ("dataset.a", StageStatus::Cached),
        ("train.a", StageStatus::Running),
    ] {
        database.start_stage(&stage(&id, instance, status)).unwrap();
    }
    database
        .finish_stage(
            &id,
            "train.a",
            StageStatus::Failed,
            seconds(0.1 + 0.2),
            Some("why"),
        )
        .unwrap();
    database.finish_run(&id, RunStatus::Failed).unwrap();
    id
}

/// All rows about a run, without the numbers of the rows.
fn rows(database: &Database, id: &str) -> String {
    let run = database.run(id).unwrap();
    let stages = database.stages_of(id).unwrap();
    let stages: Vec<_> = stages
        .into_iter()
        .map(|row| hrm_store::rows::StageRunRow { id: 0, ..row })
        .collect();
    let environment = database.environment(&run.environment_id).unwrap();
    let config = database.run_config(id).unwrap();
    format!("{run:?} {stages:?} {environment:?} {config}")
}

fn rebuilt(store: &Store) -> Database {
    let rebuild = Rebuild::begin(store).unwrap();
    let runs: Vec<_> = store
        .logged_runs()
        .unwrap()
        .iter()
        .filter_map(|id| store.logged_run(id).unwrap())
        .collect();
    rebuild.database().replay(&runs).unwrap();
    rebuild.finish().unwrap();
    Database::open(store).unwrap()
}

#[test]
fn a_database_that_is_made_of_logs_has_the_same_rows() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let ids = [run(&database), run(&database)];
    let before = ids.clone().map(|id| rows(&database, &id));
    drop(database);
    fs::remove_file(store.database_path()).unwrap();
    let database = rebuilt(&store);
    assert_eq!(ids.map(|id| rows(&database, &id)), before);
}

#[test]
fn a_database_in_use_is_not_replaced() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = run(&database);
    let error = Rebuild::begin(&store).unwrap_err();
    assert!(matches!(error, DatabaseError::InUse { .. }), "{error}");
    assert_eq!(database.run(&id).unwrap().status, RunStatus::Failed);
}

#[test]
fn a_rebuild_that_is_given_up_changes_nothing() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = run(&database);
    let before = rows(&database, &id);
    drop(database);
    drop(Rebuild::begin(&store).unwrap());
    assert_eq!(rows(&Database::open(&store).unwrap(), &id), before);
}

#[test]
fn rows_that_cannot_be_written_are_written_later() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = begin_run(&database, "quickstart");
    execute(&store, "ALTER TABLE stage_runs RENAME TO away");
    let first = database.start_stage(&stage(&id, "train.a", StageStatus::Running));
    assert!(first.is_err());
    // Not tried again at once, and so no error.
    database
        .finish_stage(&id, "train.a", StageStatus::Done, seconds(2.0), None)
        .unwrap();
    assert!(database.finish_run(&id, RunStatus::Done).is_err());
    execute(&store, "ALTER TABLE away RENAME TO stage_runs");
    database.finish_run(&id, RunStatus::Done).unwrap();
    let stages = database.stages_of(&id).unwrap();
    assert_eq!(stages.len(), 1);
    assert_eq!(
        (stages[0].status, stages[0].seconds),
        (StageStatus::Done, Some(2.0))
    );
    let log = store.logged_run(&id).unwrap().unwrap();
    let is_end = |entry: &&LogEntry| matches!(entry, LogEntry::RunEnded { .. });
    assert_eq!(log.entries.iter().filter(is_end).count(), 1);
}

#[test]
fn whoever_opens_the_database_reads_what_a_dead_process_could_not_write() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let ids = ["ended", "killed"].map(|workflow| begin_run(&database, workflow));
    execute(&store, "ALTER TABLE stage_runs RENAME TO away");
    for id in &ids {
        assert!(
            database
                .start_stage(&stage(id, "train.a", StageStatus::Running))
                .is_err()
        );
    }
    assert!(database.finish_run(&ids[0], RunStatus::Failed).is_err());
    drop(database);
    execute(&store, "ALTER TABLE away RENAME TO stage_runs");

    let database = Database::open(&store).unwrap();
    let found = ids.clone().map(|id| {
        let stages = database.stages_of(&id).unwrap();
        (database.run(&id).unwrap().status, stages.len())
    });
    assert_eq!(found, [(RunStatus::Failed, 1), (RunStatus::Interrupted, 1)]);
    assert!(
        !store
            .root()
            .join(format!("locks/run-{}.lock", ids[0]))
            .exists()
    );
}

#[test]
fn a_line_that_was_cut_off_costs_that_line_only() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = run(&database);
    let whole = store.logged_run(&id).unwrap().unwrap();
    assert_eq!((whole.entries.len(), whole.unreadable), (4, 0));
    let path = store.run_log_path(&id);
    let text = fs::read_to_string(&path).unwrap();

    fs::write(&path, &text[..text.len() - 9]).unwrap();
    let cut = store.logged_run(&id).unwrap().unwrap();
    assert_eq!((cut.entries.len(), cut.unreadable), (3, 1));
    assert_eq!(cut.entries, whole.entries[..3]);
    assert_eq!(cut.status(), None);

    fs::write(&path, "").unwrap();
    OpenOptions::new()
        .append(true)
        .open(&path)
        .unwrap()
        .write_all(b"{\"entry\":\"run_")
        .unwrap();
    assert_eq!(store.logged_run(&id).unwrap(), None);
}

#[test]
fn a_run_without_a_row_leaves_no_log() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    execute(&store, "ALTER TABLE workflow_runs RENAME TO away");
    let new = hrm_store::rows::NewRun {
        workflow: "quickstart",
        file: "quickstart.toml",
        command: "hrm run quickstart.toml",
        config: &serde_json::json!({}),
        environment: &common::environment(),
    };
    assert!(database.insert_run(&new).is_err());
    assert!(store.logged_runs().unwrap().is_empty());
}

#[test]
fn runs_of_versions_without_logs_get_one() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let ids = [run(&database), run(&database)];
    let before = ids.clone().map(|id| rows(&database, &id));
    drop(database);
    fs::remove_dir_all(store.root().join("runs")).unwrap();
    drop(Database::open(&store).unwrap());
    assert_eq!(store.logged_runs().unwrap().len(), 2);
    let database = rebuilt(&store);
    assert_eq!(ids.map(|id| rows(&database, &id)), before);
}

#[test]
fn runs_that_the_database_does_not_know_are_read() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = run(&database);
    let before = rows(&database, &id);
    drop(database);
    execute(&store, "DELETE FROM workflow_runs");
    assert_eq!(rows(&Database::open(&store).unwrap(), &id), before);
}
