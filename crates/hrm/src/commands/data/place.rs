//! What the name of some data means.

use super::sources;
use crate::cli::RawDataArgs;
use crate::error::CliError;
use crate::exit::Exit;
use hrm_corpus::Corpus;
use hrm_source::Sources;
use std::path::{Path, PathBuf};

/// Where data lies.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a folder or a file.
    Path(PathBuf),
    /// Wherever the source of that name is.
    Source,
}

/// Finds data by name.
pub(super) struct Finder<'a> {
    pub(super) sources: Sources,
    state: &'a Path,
}

impl<'a> Finder<'a> {
    pub(super) fn new(state: &'a Path, args: &RawDataArgs) -> Result<Self, CliError> {
        let sources = sources(state, args)?;
        Ok(Self { sources, state })
    }

    /// A path that exists, otherwise a source, otherwise a dataset stage that was run.
    pub(super) fn place(&self, name: &str) -> Result<Place, CliError> {
        if Path::new(name).exists() {
            return Ok(Place::Path(name.into()));
        }
        if self.sources.manifest(name).is_ok() {
            return Ok(Place::Source);
        }
        match hrm_runner::find_dataset(self.state, name)? {
            Some(artifact) => Ok(Place::Path(artifact)),
            None => Err(self.unknown(name)),
        }
    }

    /// The puzzles of that name.
    pub(super) fn corpus(&self, name: &str) -> Result<Corpus, CliError> {
        match self.place(name)? {
            Place::Source => Ok(hrm_corpus::of_source(&self.sources, name)?),
            Place::Path(path) => Ok(hrm_corpus::of_path(&dataset_name(name), &path)?),
        }
    }

    fn unknown(&self, name: &str) -> CliError {
        let message = format!(
            "`{name}` is neither a file or folder, nor a source, nor a dataset that was built here"
        );
        let known = self.sources.manifests();
        let known = known.iter().map(|manifest| manifest.name.as_str());
        let help = match hrm_workflow::suggest(name, known) {
            Some(source) => format!("did you mean `{source}`?"),
            None => "`hrm data list` lists the sources".to_owned(),
        };
        CliError::new(Exit::Usage, message).help(help)
    }
}

/// Files of one folder are one dataset.
fn dataset_name(name: &str) -> String {
    let path = Path::new(name);
    let folder = path.parent().filter(|_| path.is_file());
    match folder.map(|folder| folder.display().to_string()) {
        None => name.to_owned(),
        Some(folder) if folder.is_empty() => ".".to_owned(),
        Some(folder) => folder,
    }
}
