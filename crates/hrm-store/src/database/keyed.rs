//! Rows of several artifacts by one query: SQLite works on a thread of its own, and asking it takes longer
//! than most answers.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::Key;

/// A row with the key of the artifact that it is of.
#[derive(FromRow)]
pub(super) struct Keyed<T> {
    key: Key,
    #[sqlx(flatten)]
    row: T,
}

/// The rows of each key, in the order in which they came.
pub(super) fn by_key<T>(rows: Vec<Keyed<T>>) -> BTreeMap<Key, Vec<T>> {
    let mut by_key = BTreeMap::<Key, Vec<T>>::new();
    for Keyed { key, row } in rows {
        by_key.entry(key).or_default().push(row);
    }
    by_key
}
