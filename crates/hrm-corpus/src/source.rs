//! The puzzles of a source.

use crate::{Corpus, CorpusError, fact, files};
use hrm_source::{Located, Manifest, Sources};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The puzzles of a source, wherever it lies, with what its manifest says of it.
///
/// # Errors
/// Where there is no such source, it is not to be had, or one of its files is not what it should
/// be; names the file and the line or task.
pub fn of_source(sources: &Sources, name: &str) -> Result<Corpus, CorpusError> {
    let manifest = sources.manifest(name)?;
    let located = sources.locate(name)?;
    let mut folders = BTreeMap::new();
    for folder in &located.folders {
        let item = Path::new(folder.item.path.as_str());
        let files = folder.read()?.into_iter();
        folders.extend(files.map(|(path, bytes)| (item.join(path), bytes)));
    }
    let items = located.files.iter().map(|file| file.item.path.as_str());
    let paths: Vec<PathBuf> = items
        .map(PathBuf::from)
        .chain(folders.keys().cloned())
        .collect();
    let read = |path: &Path| match folders.get(path) {
        Some(bytes) => Ok(bytes.clone()),
        None => Ok(located.file(&path.to_string_lossy())?.read()?),
    };
    Ok(Corpus {
        name: name.to_owned(),
        facts: facts(manifest, &located),
        sets: files::sets(name, &paths, &read)?,
    })
}

fn facts(manifest: &Manifest, located: &Located) -> Vec<(String, String)> {
    let mut facts = vec![
        fact("Title", &manifest.title),
        fact("About", &manifest.about),
    ];
    if let Some(home) = &manifest.home {
        facts.push(fact("Home", home.as_str()));
    }
    facts.extend([
        fact("Revision", &manifest.revision),
        fact("Licence", &manifest.licence),
        fact("Cite", &manifest.citation),
        fact("Verified", &manifest.verified),
    ]);
    for file in &located.files {
        if let Some(note) = &file.note {
            let text = format!("`{}` is a copy: {note}", file.item.path);
            facts.push(fact("Note", text));
        }
    }
    facts
}
