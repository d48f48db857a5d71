//! Opening databases: new, existing, foreign, damaged, locked, and in use by other processes.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::time::{Duration, Instant};

use common::{begin_run, connect, execute, key, publish, spawn, store, store_of_parent, wait_for};
use hrm_store::rows::{MetricRow, NewStageRun};
use hrm_store::{Database, DatabaseError, Rebuild, RunStatus, StageStatus};

#[test]
fn opening_again_changes_nothing() {
    let (_dir, store) = store();
    let id = begin_run(&Database::open(&store).unwrap(), "quickstart");
    let database = Database::open(&store).unwrap();
    assert_eq!(database.runs(10).unwrap().len(), 1);
    assert_eq!(database.run("latest").unwrap().id, id);
}

#[test]
fn first_openings_at_the_same_time_all_succeed() {
    for _ in 0..5 {
        let (_dir, store) = store();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| Database::open(&store)))
                .collect();
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
        });
    }
}

#[test]
fn closing_writes_the_log_back() {
    let (_dir, store) = store();
    begin_run(&Database::open(&store).unwrap(), "quickstart");
    assert!(store.database_path().exists());
    assert!(!store.root().join("hrm.db-wal").exists());
}

#[test]
fn reading_only_needs_a_database_of_this_schema() {
    let (_dir, store) = store();
    let error = Database::open_readonly(&store).unwrap_err();
    assert!(matches!(error, DatabaseError::Missing { .. }), "{error}");
    assert!(error.help().unwrap().contains("`hrm run FILE`"));

    begin_run(&Database::open(&store).unwrap(), "quickstart");
    let database = Database::open_readonly(&store).unwrap();
    assert_eq!(database.runs(10).unwrap().len(), 1);
    assert!(
        database.finish_run("0", RunStatus::Done).is_err(),
        "it cannot write"
    );
    drop(database);

    execute(&store, "DELETE FROM _sqlx_migrations");
    let error = Database::open_readonly(&store).unwrap_err();
    assert!(matches!(error, DatabaseError::Older { .. }), "{error}");
}

#[test]
fn a_later_schema_is_refused() {
    let (_dir, store) = store();
    drop(Database::open(&store).unwrap());
    execute(
        &store,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999, 'later', 1, x'00', 0)",
    );
    for error in [
        Database::open(&store).unwrap_err(),
        Database::open_readonly(&store).unwrap_err(),
    ] {
        assert!(
            matches!(error, DatabaseError::Newer { found: 999, .. }),
            "{error}"
        );
        assert!(error.help().unwrap().contains("or a later one"));
    }
}

#[test]
fn a_damaged_database_is_told_with_its_cure_and_kept_beside_the_new_one() {
    let whole = |bytes: &mut Vec<u8>| bytes.fill(b'x');
    let header = |bytes: &mut Vec<u8>| bytes[..16].fill(0);
    let schema = |bytes: &mut Vec<u8>| bytes[100..4000].fill(0xee);
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(5000);
    for damage in [whole as fn(&mut Vec<u8>), header, schema, cut] {
        let (_dir, store) = store();
        let artifact = publish(&store, "train", &key("a"), &[("training.json", b"{}")]);
        Database::open(&store)
            .unwrap()
            .record_artifact(&artifact, None)
            .unwrap();
        let mut bytes = fs::read(store.database_path()).unwrap();
        damage(&mut bytes);
        fs::write(store.database_path(), &bytes).unwrap();

        for error in [
            Database::open_readonly(&store).unwrap_err(),
            Database::open(&store).unwrap_err(),
        ] {
            assert!(matches!(error, DatabaseError::Corrupt { .. }), "{error}");
            assert!(error.help().unwrap().contains("`hrm store rebuild`"));
        }
        let rebuild = Rebuild::begin(&store).unwrap();
        let old = rebuild.finish().unwrap().unwrap();
        assert_eq!(fs::read(old).unwrap(), bytes);

        let database = Database::open(&store).unwrap();
        assert!(!database.is_indexed(artifact.key()).unwrap());
        database.record_artifact(&artifact, None).unwrap();
        assert!(database.is_indexed(artifact.key()).unwrap());
    }
}

#[test]
fn a_reader_in_another_connection_is_not_blocked_by_a_writer() {
    let (_dir, store) = store();
    let writer = Database::open(&store).unwrap();
    let reader = Database::open_readonly(&store).unwrap();
    let key = key("a");
    const BATCHES: u64 = 40;
    const ROWS: u64 = 250;
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| {
            for batch in 0..BATCHES {
                let rows: Vec<MetricRow> = (batch * ROWS..(batch + 1) * ROWS)
                    .map(|step| MetricRow {
                        name: "loss".to_owned(),
                        step,
                        value: 0.5,
                    })
                    .collect();
                writer.record_metrics(&key, &rows).unwrap();
            }
        });
        loop {
            let finished = writing.is_finished();
            let rows = reader.metrics(&key, &[]).unwrap().len() as u64;
            assert_eq!(rows % ROWS, 0, "a transaction is seen whole or not at all");
            if finished {
                assert_eq!(rows, BATCHES * ROWS);
                break;
            }
        }
    });
}

#[test]
fn a_lock_of_another_process_is_waited_for_and_then_told_with_its_holder() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let mut child = spawn("child_runs_and_locks_the_database", &store);
    wait_for(&store.root().join("locked"));

    // Reading goes on all the same.
    let run = database.run("latest").unwrap();
    assert_eq!(
        (run.workflow.as_str(), run.status),
        ("child", RunStatus::Running)
    );
    let begin = Instant::now();
    let error = database.finish_run(&run.id, RunStatus::Done).unwrap_err();
    assert!(
        begin.elapsed() >= Duration::from_secs(9),
        "{:?}",
        begin.elapsed()
    );
    assert!(matches!(error, DatabaseError::Locked { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains(&format!("process {}", child.id())),
        "{error}"
    );
    assert!(error.help().unwrap().contains("wait until"));

    // Another opening does not take the living run for a dead one.
    let again = Database::open(&store).unwrap();
    assert_eq!(again.run("latest").unwrap().status, RunStatus::Running);
    child.kill().unwrap();
    child.wait().unwrap();

    let after = Database::open(&store).unwrap();
    assert_eq!(after.run("latest").unwrap().status, RunStatus::Interrupted);
    let stages = after.stages_of(&run.id).unwrap();
    assert_eq!(stages[0].status, StageStatus::Interrupted);
    assert_eq!(stages[1].status, StageStatus::Cached);
    let left = fs::read_dir(store.root().join("locks")).unwrap().flatten();
    let mut left: Vec<_> = left.map(|entry| entry.file_name()).collect();
    left.sort();
    assert_eq!(left, ["database-in-use.lock", "database.lock"]);
}

#[test]
fn child_runs_and_locks_the_database() {
    let Some(store) = store_of_parent() else {
        return;
    };
    let database = Database::open(&store).unwrap();
    let run_id = begin_run(&database, "child");
    for (instance, status) in [
        ("train.main", StageStatus::Running),
        ("dataset.main", StageStatus::Cached),
    ] {
        let stage = NewStageRun {
            run_id: &run_id,
            instance,
            kind: "train",
            name: "main",
            key: None,
            status,
            reason: None,
            device: None,
        };
        database.start_stage(&stage).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = connect(&store).await;
        sqlx::raw_sql("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await
            .unwrap();
        fs::write(store.root().join("locked"), "").unwrap();
        std::thread::sleep(Duration::from_secs(60));
    });
}

#[test]
fn a_finished_run_leaves_no_lock_file() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let id = begin_run(&database, "quickstart");
    let lock = store.root().join(format!("locks/run-{id}.lock"));
    assert!(lock.exists());
    database.finish_run(&id, RunStatus::Cached).unwrap();
    assert!(!lock.exists());
    drop(database);
    assert_eq!(
        Database::open(&store).unwrap().run(&id).unwrap().status,
        RunStatus::Cached
    );
}
