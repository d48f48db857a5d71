//! Sets from raw files, wherever their bytes come from.

use crate::split::split_of;
use crate::tasks::{self, Role};
use crate::{CorpusError, rows};
use hrm_audit::PuzzleSet;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Reads a file.
pub(crate) type Read<'a> = &'a (dyn Fn(&Path) -> Result<Vec<u8>, CorpusError> + Sync);

/// The sets of some raw files, given by their paths: one for each file of rows, one for each set in
/// the layout of the ARC Prize competitions, and of the files of single tasks one for each split.
/// Other files are left alone. Within a dataset, train comes first and test last.
pub(crate) fn sets(
    dataset: &str,
    files: &[PathBuf],
    read: Read<'_>,
) -> Result<Vec<PuzzleSet>, CorpusError> {
    let (mut sets, mut single) = (Vec::new(), Vec::new());
    for path in files {
        let extension = path.extension().unwrap_or_default();
        let name = file_name(path);
        if extension == "csv" {
            sets.push(PuzzleSet {
                dataset: dataset.to_owned(),
                split: split_of(path).0,
                entries: rows::entries(path, read(path)?)?,
                name,
            });
        } else if extension == "json" {
            match tasks::role(&name) {
                Role::Challenges { set, solutions } => {
                    let solutions = other_half(files, path, solutions)?;
                    sets.push(PuzzleSet {
                        dataset: tasks::dataset_of(dataset, set),
                        name: set.to_owned(),
                        split: split_of(Path::new(set)).0,
                        entries: tasks::of_pair(path, read(path)?, read(&solutions)?)?,
                    });
                }
                Role::Solutions { challenges } => {
                    other_half(files, path, challenges)?;
                }
                Role::Task => single.push(path),
            }
        }
    }
    sets.extend(single_tasks(dataset, &single, read)?);
    sets.sort_by(|one, two| (&one.dataset, one.split).cmp(&(&two.dataset, two.split)));
    Ok(sets)
}

/// The file beside `path` that belongs to it.
fn other_half(files: &[PathBuf], path: &Path, name: String) -> Result<PathBuf, CorpusError> {
    let other = path.with_file_name(&name);
    if files.contains(&other) {
        return Ok(other);
    }
    Err(CorpusError::HalfPair {
        path: path.to_path_buf(),
        missing: name,
    })
}

/// One set for each split, named for the folder that says which it is.
fn single_tasks(
    dataset: &str,
    files: &[&PathBuf],
    read: Read<'_>,
) -> Result<Vec<PuzzleSet>, CorpusError> {
    let task = |path: &&PathBuf| {
        // The name of a single task says nothing about its split.
        let (split, name) = split_of(path.parent().unwrap_or(Path::new("")));
        let entry = tasks::of_file(path, read(path)?)?;
        Ok((split, name.unwrap_or_else(|| "tasks".to_owned()), entry))
    };
    let tasks: Vec<Result<_, CorpusError>> = files.par_iter().map(task).collect();
    let mut sets: Vec<PuzzleSet> = Vec::new();
    for task in tasks {
        let (split, name, entry) = task?;
        let of_split = |set: &&mut PuzzleSet| set.split == split && set.name == name;
        match sets.iter_mut().find(of_split) {
            Some(set) => set.entries.push(entry),
            None => sets.push(PuzzleSet {
                dataset: dataset.to_owned(),
                name,
                split,
                entries: vec![entry],
            }),
        }
    }
    Ok(sets)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
