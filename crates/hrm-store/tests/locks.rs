//! Stage locks between threads and between processes.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use hrm_store::StoreError;

use common::{info, key, spawn, store, store_of_parent, wait_for};

#[test]
fn one_thread_at_a_time_holds_a_stage_s_lock() {
    let (_dir, store) = store();
    let key = key("a");
    let holders = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let _lock = store.lock("train", &key, || {}).unwrap();
                    assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                    std::thread::sleep(Duration::from_micros(200));
                    holders.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
    });
}

#[test]
fn waiting_is_told_once_and_only_when_there_is_something_to_wait_for() {
    let (_dir, store) = store();
    let key = key("a");
    let waits = AtomicU32::new(0);
    let count = || {
        waits.fetch_add(1, Ordering::SeqCst);
    };
    let first = store.lock("train", &key, count).unwrap();
    assert_eq!(waits.load(Ordering::SeqCst), 0);
    let got = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _second = store.lock("train", &key, count).unwrap();
            got.store(true, Ordering::SeqCst);
        });
        while waits.load(Ordering::SeqCst) == 0 {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(50));
        assert!(!got.load(Ordering::SeqCst));
        drop(first);
    });
    assert!(got.load(Ordering::SeqCst));
    assert_eq!(waits.load(Ordering::SeqCst), 1);
}

#[test]
fn locks_of_other_stages_are_independent() {
    let (_dir, store) = store();
    let _one = store.lock("train", &key("a"), || panic!("free")).unwrap();
    let _two = store.lock("train", &key("b"), || panic!("free")).unwrap();
    let _three = store.lock("dataset", &key("a"), || panic!("free")).unwrap();
    assert!(store.try_lock("train", &key("a")).unwrap().is_none());
}

#[test]
fn a_lock_of_another_process_excludes_and_dies_with_it() {
    let (_dir, store) = store();
    let key = key("shared");
    let mut child = spawn("child_holds_the_lock", &store);
    wait_for(&store.work_path("train", &key).join("held"));

    assert!(store.try_lock("train", &key).unwrap().is_none());
    let holder = store.lock_holder("train", &key).unwrap();
    assert_eq!(holder.pid, child.id());
    child.kill().unwrap();
    child.wait().unwrap();

    let lock = store.try_lock("train", &key).unwrap().unwrap();
    assert_eq!(
        store.lock_holder("train", &key).unwrap().pid,
        std::process::id()
    );
    // The unfinished work survived the kill.
    assert!(store.work_dir(&lock).unwrap().join("held").exists());
}

#[test]
fn who_lost_a_stage_to_another_machine_publishes_nothing() {
    let (_dir, store) = store();
    let key = key("a");
    let lock = store.lock("train", &key, || {}).unwrap();
    let work = store.work_dir(&lock).unwrap();
    fs::write(work.join("weights"), "mine").unwrap();
    let lease = store
        .root()
        .join("locks")
        .join(format!("train-{key}.lease"));
    let theirs = r#"{"host":"elsewhere","pid":7,"token":"theirs"}"#;
    fs::write(&lease, theirs).unwrap();

    let error = store.publish(&lock, &work, info("train.main")).unwrap_err();
    assert!(matches!(error, StoreError::LeaseLost { .. }), "{error}");
    assert!(!store.artifact_path("train", &key).exists());
    drop(lock);
    assert_eq!(fs::read_to_string(&lease).unwrap(), theirs);
    // It is held there, although no lock of this machine is in the way.
    assert!(store.try_lock("train", &key).unwrap().is_none());
}

#[test]
fn child_holds_the_lock() {
    let Some(store) = store_of_parent() else {
        return;
    };
    let lock = store.lock("train", &key("shared"), || {}).unwrap();
    fs::write(store.work_dir(&lock).unwrap().join("held"), "").unwrap();
    std::thread::sleep(Duration::from_secs(60));
}
