//! What can be found wrong with a configuration without looking at data or devices.
//!
//! One file for each kind of stage. Every function returns all problems, not only the first.

mod benchmark;
mod dataset;
mod evaluate;
mod expect;
mod model;
mod report;
mod train;

use crate::Problem;
use std::{collections::BTreeSet, fmt::Display};

/// The problem with a list that must hold something and nothing twice.
fn check_list<T: Ord + Display>(path: &str, items: &[T], noun: &str) -> Option<Problem> {
    if items.is_empty() {
        return Some(
            Problem::new(path, format!("`{path}` is empty"))
                .help(format!("name at least one {noun}")),
        );
    }
    let mut seen = BTreeSet::new();
    let repeated = items.iter().find(|&item| !seen.insert(item))?;
    Some(
        Problem::new(path, format!("`{repeated}` is in `{path}` twice"))
            .help(format!("name each {noun} once")),
    )
}

/// The problem with a text that must say something.
fn check_text(path: &str, text: &str) -> Option<Problem> {
    let key = path.rsplit('.').next().unwrap_or(path);
    text.trim()
        .is_empty()
        .then(|| Problem::new(path, format!("`{key}` is empty")))
}
