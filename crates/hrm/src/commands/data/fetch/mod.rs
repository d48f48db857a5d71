//! `hrm data fetch`

mod progress;

use crate::cli::Fetch;
use crate::error::CliError;
use crate::exit::Exit;
use crate::{interrupt, output};
use hrm_source::{Located, Manifest, Origin, SourceError, Sources, Transfer};
use progress::FetchProgress;
use std::path::Path;

/// Variables that name the proxy for HTTPS, the first one that is set counts.
const PROXY_VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

pub(super) fn fetch(args: &Fetch, state: &Path) -> Result<Exit, CliError> {
    let sources = super::sources(state, &args.raw_data)?;
    // A misspelt name should not be noticed only after the others were downloaded.
    for name in &args.names {
        sources.manifest(name)?;
    }
    // What was received is kept, and nothing unverified has its final name.
    interrupt::exit_at_once();
    for name in &args.names {
        let located = one(&sources, name, args)?;
        output::line(&summary(sources.manifest(name)?, &located))?;
    }
    Ok(Exit::Ok)
}

/// Leaves a source alone that is there, in the cache or the folder of raw data.
fn one(sources: &Sources, name: &str, args: &Fetch) -> Result<Located, CliError> {
    let progress = FetchProgress::new(name);
    if let Some(from) = &args.from {
        return Ok(sources.fetch(name, Origin::Folder(from), &progress)?);
    }
    match sources.locate(name) {
        Err(SourceError::Absent { .. }) => {}
        located => return Ok(located?),
    }
    let proxy = proxy();
    let transfer = Transfer {
        proxy: proxy.as_deref(),
        ..Transfer::new(&std::thread::sleep)
    };
    Ok(sources.fetch(name, Origin::Home(transfer), &progress)?)
}

fn proxy() -> Option<String> {
    let mut values = PROXY_VARIABLES
        .iter()
        .filter_map(|name| std::env::var(name).ok());
    values.find(|value| !value.is_empty())
}

/// What is there now, and under which terms.
fn summary(manifest: &Manifest, located: &Located) -> String {
    let mut lines = vec![format!(
        "{}: here and verified; licence: {}; cite: {}",
        manifest.name, manifest.licence, manifest.citation
    )];
    for file in &located.files {
        if let Some(note) = &file.note {
            lines.push(format!("  `{}` is a copy: {note}", file.item.path));
        }
    }
    lines.join("\n")
}
