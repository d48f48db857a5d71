//! What cubecl relies on, beside its own tests, most of which pass with this crate in place.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in helpers of tests, too, a failure is a failed test"
)]

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use turso::transaction::TransactionBehavior::{self, Immediate};
use turso::{Builder, Connection, Error};

/// The answer of a call, which never waits.
fn now<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a call has to be over at once"),
    }
}

fn connect(path: &Path) -> Connection {
    let database = now(Builder::new_local(path.to_str().unwrap()).build()).unwrap();
    database.connect().unwrap()
}

fn with_table(path: &Path) -> Connection {
    let connection = connect(path);
    now(connection.execute(
        "CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY, v BLOB)",
        (),
    ))
    .unwrap();
    connection
}

fn keys(connection: &Connection) -> Vec<String> {
    let mut rows = now(connection.query("SELECT k FROM t ORDER BY k", ())).unwrap();
    let next = || now(rows.next()).unwrap();
    let rows = std::iter::from_fn(next);
    rows.map(|row| row.get(0).unwrap()).collect()
}

const INSERT: &str = "INSERT INTO t VALUES (?1, ?2) ON CONFLICT(k) DO NOTHING";

#[test]
fn what_one_connection_writes_another_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let first = with_table(&path);
    let bytes = vec![0_u8, 255, 7];
    assert_eq!(now(first.execute(INSERT, ("a", bytes.clone()))).unwrap(), 1);
    assert_eq!(
        now(first.execute(INSERT, ("a", vec![1_u8]))).unwrap(),
        0,
        "nothing was changed"
    );
    let second = connect(&path);
    let mut rows = now(second.query("SELECT v, length(v) FROM t WHERE k = ?1", ("a",))).unwrap();
    let row = now(rows.next()).unwrap().unwrap();
    assert_eq!(row.get::<Vec<u8>>(0).unwrap(), bytes);
    assert_eq!(row.get::<i64>(1).unwrap(), 3);
    assert!(row.get::<String>(1).is_err() && row.get::<i64>(2).is_err());
    assert!(now(rows.next()).unwrap().is_none());
}

#[test]
fn a_transaction_is_kept_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let mut connection = with_table(&path);
    let dropped = now(connection.transaction_with_behavior(Immediate)).unwrap();
    now(dropped.execute(INSERT, ("dropped", vec![0_u8]))).unwrap();
    drop(dropped);
    let kept = now(connection.transaction_with_behavior(TransactionBehavior::Deferred)).unwrap();
    now(kept.execute(INSERT, ("kept", vec![0_u8]))).unwrap();
    now(kept.commit()).unwrap();
    assert_eq!(keys(&connect(&path)), ["kept"]);
}

#[test]
fn a_lock_that_another_holds_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let mut first = with_table(&path);
    let mut second = connect(&path);
    second.busy_timeout(Duration::ZERO).unwrap();
    let held = now(first.transaction_with_behavior(Immediate)).unwrap();
    let refused = now(second.transaction_with_behavior(Immediate));
    assert!(matches!(refused, Err(Error::Busy(_))), "{refused:?}");
    drop(refused);
    now(held.commit()).unwrap();
    assert!(now(second.transaction_with_behavior(Immediate)).is_ok());
}

#[test]
fn a_file_that_is_no_database_is_refused_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let text = path.to_str().unwrap();
    let open = |read_only| now(Builder::new_local(text).read_only(read_only).build());
    assert!(open(true).is_err(), "there is none yet");
    assert!(!path.exists());
    std::fs::write(
        &path,
        "no database, but long enough to have the header of one".repeat(20),
    )
    .unwrap();
    assert!(open(true).is_err());
    assert!(open(false).is_err());
}

#[test]
fn several_threads_make_one_file_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let mut connection = with_table(path);
                for entry in 0..5 {
                    let write = now(connection.transaction_with_behavior(Immediate)).unwrap();
                    let key = format!("{thread}-{entry}");
                    assert_eq!(now(write.execute(INSERT, (key, vec![0_u8]))).unwrap(), 1);
                    now(write.commit()).unwrap();
                }
            });
        }
    });
    assert_eq!(keys(&connect(&path)).len(), 40);
}

#[test]
fn pragmas_answer_rows_and_pass_on_errors() {
    let folder = tempfile::tempdir().unwrap();
    let connection = with_table(&folder.path().join("a.db"));
    let mut busy = None;
    let checkpoint = connection.pragma_query("wal_checkpoint(TRUNCATE)", |row| {
        busy = Some(row.get::<i64>(0)?);
        Ok(())
    });
    now(checkpoint).unwrap();
    assert_eq!(busy, Some(0));
    now(connection.pragma_query("synchronous = NORMAL", |_| Ok(()))).unwrap();
    let refused =
        now(connection.pragma_query("user_version", |row| row.get::<String>(0).map(|_| ())));
    assert!(refused.is_err());
}
