//! Opening the database, with patience for other processes, and filling it where it lacks something.

use crate::index::index_entry;
use crate::rebuild::rebuild;
use crate::{Event, Events, RunnerError};
use hrm_store::{Database, DatabaseError, Store};
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long another process may keep the database locked.
const PATIENCE: Duration = Duration::from_secs(120);

/// Time between two attempts; each of them waits itself, too.
const PAUSE: Duration = Duration::from_millis(200);

/// Opens the database of `store`. A missing one is made of the logs of runs and the artifacts; one that
/// lacks something which a run made, because it was locked then, gets it.
///
/// # Errors
/// Where the database is damaged, or stays locked for minutes.
pub fn open_database(store: &Store, events: &mut dyn Events) -> Result<Database, RunnerError> {
    if is_missing(store) && has_results(store)? {
        let rebuilt = rebuild(store)?;
        events.event(Event::DatabaseRebuilt {
            runs: rebuilt.runs,
            artifacts: rebuilt.artifacts,
        });
    }
    patiently(events, || {
        let database = Database::open(store)?;
        catch_up(store, &database)?;
        Ok(database)
    })
}

/// Does something with the database, again and again as long as another process has it locked, and tells
/// that it waits.
pub(crate) fn patiently<T>(
    events: &mut dyn Events,
    mut work: impl FnMut() -> Result<T, RunnerError>,
) -> Result<T, RunnerError> {
    let began = Instant::now();
    let mut told = false;
    loop {
        match work() {
            Err(error @ RunnerError::Database(DatabaseError::Locked { .. }))
                if began.elapsed() < PATIENCE =>
            {
                if !told {
                    let message = format!("{error}; waiting for it");
                    events.event(Event::Warning { message });
                    told = true;
                }
                sleep(PAUSE);
            }
            done => return done,
        }
    }
}

/// An empty file is none: a program that only asked for it has made it.
fn is_missing(store: &Store) -> bool {
    fs::metadata(store.database_path()).map_or(true, |file| file.len() == 0)
}

fn has_results(store: &Store) -> Result<bool, RunnerError> {
    Ok(!store.logged_runs()?.is_empty() || !store.artifacts()?.is_empty())
}

/// Reads artifacts that runs made, and whose rows could not be written then. What cannot be read is left
/// to the run that will make it again.
pub(crate) fn catch_up(store: &Store, database: &Database) -> Result<(), RunnerError> {
    for (kind, key) in database.unindexed()? {
        match index_entry(store, database, &kind, &key) {
            Err(RunnerError::Database(error)) => return Err(error.into()),
            Err(error) => tracing::warn!(%error, "an artifact cannot be read into the database"),
            Ok(_) => {}
        }
    }
    Ok(())
}

/// For callers that have nobody to tell anything.
pub(crate) struct Unheard;

impl Events for Unheard {
    fn event(&mut self, _event: Event) {}
}
