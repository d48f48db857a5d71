//! `hrm store list`

use crate::cli::StoreList;
use crate::error::CliError;
use crate::exit::Exit;
use crate::format::{bytes, moment};
use crate::table::Table;
use crate::{output, state};
use hrm_runner::care::{self, ListedArtifact, Totals};
use std::path::Path;

/// Digits of a key that tell artifacts apart.
const KEY_DIGITS: usize = 12;

pub(super) fn list(args: &StoreList, state: &Path) -> Result<Exit, CliError> {
    let (store, database) = state::open(state)?;
    let listing = care::list(&store, &database)?;
    if args.json {
        output::json(&listing)?;
        return Ok(Exit::Ok);
    }
    let titles = [
        "size",
        "kind",
        "key",
        "instance",
        "last used",
        "what uses it",
    ];
    let mut table = Table::new(titles);
    for artifact in &listing.artifacts {
        table.row([
            bytes(artifact.bytes),
            artifact.kind.clone(),
            artifact.key.chars().take(KEY_DIGITS).collect(),
            artifact
                .instance
                .clone()
                .unwrap_or_else(|| "damaged".to_owned()),
            artifact.used_at.as_deref().map_or_else(String::new, moment),
            users(artifact),
        ]);
    }
    output::line(&table.to_string())?;
    output::line(&in_words(&listing.totals))?;
    Ok(Exit::Ok)
}

fn users(artifact: &ListedArtifact) -> String {
    let latest = artifact.latest_of.iter();
    let latest = latest.map(|workflow| format!("latest run of {workflow}"));
    let users: Vec<String> = latest.chain(artifact.needed_by.iter().cloned()).collect();
    match users.is_empty() {
        true => "nothing".to_owned(),
        false => users.join(", "),
    }
}

fn in_words(totals: &Totals) -> String {
    let parts = [
        ("artifacts", totals.artifacts),
        ("records", totals.records),
        ("work", totals.work),
        ("logs", totals.logs),
        ("data", totals.data),
        ("database", totals.database),
    ];
    let lines = parts.map(|(name, size)| format!("{name:<10} {}", bytes(size)));
    lines.join("\n")
}
