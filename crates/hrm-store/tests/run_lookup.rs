//! Finding runs by what a user types.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::{begin_run, store};
use hrm_store::{Database, DatabaseError};

#[test]
fn runs_are_listed_latest_first() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let mut ids: Vec<String> = (0..5).map(|_| begin_run(&database, "quickstart")).collect();
    let other = begin_run(&database, "other");

    assert_eq!(database.run("latest").unwrap().id, other);
    assert_eq!(
        database
            .last_run_of("quickstart")
            .unwrap()
            .map(|run| run.id),
        ids.last().cloned()
    );
    assert_eq!(database.last_run_of("absent").unwrap(), None);
    ids.push(other);
    ids.reverse();
    let listed = |limit| -> Vec<String> {
        database
            .runs(limit)
            .unwrap()
            .into_iter()
            .map(|run| run.id)
            .collect()
    };
    assert_eq!(listed(100), ids);
    assert_eq!(listed(2), ids[..2]);
}

#[test]
fn a_unique_beginning_of_an_id_is_enough() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let ids: BTreeSet<String> = (0..40)
        .map(|_| begin_run(&database, "quickstart"))
        .collect();
    assert_eq!(ids.len(), 40);
    let mut ambiguous = 0;
    for id in &ids {
        for length in 1..=id.len() {
            let prefix = &id[..length];
            let count = ids.iter().filter(|id| id.starts_with(prefix)).count();
            match database.run(prefix) {
                Ok(run) => assert_eq!((count, &run.id), (1, id)),
                Err(DatabaseError::AmbiguousRun { candidates, .. }) => {
                    assert_eq!(candidates.len(), count.min(6));
                    ambiguous += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    assert!(ambiguous > 0, "16 digits cannot tell 40 runs apart");
}

#[test]
fn an_ambiguous_beginning_lists_the_candidates() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    // By the pigeonhole principle two of them share their first digit.
    let ids: Vec<String> = (0..17)
        .map(|_| begin_run(&database, "quickstart"))
        .collect();
    let shared = |id: &&String| ids.iter().filter(|other| other[..1] == id[..1]).count() > 1;
    let id = ids.iter().find(shared).unwrap();
    let error = database.run(&id[..1]).unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with(&format!("`{}` stands for several runs: `", &id[..1])),
        "{message}"
    );
    assert!(message.contains("` (quickstart, 20"), "{message}");
    assert_eq!(error.help().unwrap(), "give more digits of the id");
}

#[test]
fn what_is_no_run_is_said_with_a_cure() {
    let (_dir, store) = store();
    let database = Database::open(&store).unwrap();
    let error = database.run("latest").unwrap_err();
    assert_eq!(error.to_string(), "there is no run yet");
    assert_eq!(error.help().unwrap(), "`hrm run FILE` runs a workflow");

    let id = begin_run(&database, "quickstart");
    let last = if id.ends_with('0') { '1' } else { '0' };
    let neighbor = format!("{}{last}", &id[..11]);
    for wanted in [
        "",
        "zz",
        "%",
        "_",
        "LATEST",
        "é",
        "' OR 1 --",
        &format!("{id}0"),
        &neighbor,
    ] {
        let error = database.run(wanted).unwrap_err();
        assert_eq!(error.to_string(), format!("there is no run `{wanted}`"));
        assert_eq!(error.help().unwrap(), "`hrm runs` lists the runs");
    }
    assert!(database.run_config("zz").is_err());
}
