//! The puzzles of a folder or a file.

use crate::{Corpus, CorpusError, files, published};
use std::fs;
use std::path::{Path, PathBuf};

/// Deepest level of folders that is looked into.
const DEPTH_MAX: usize = 8;

/// The puzzles of a dataset's folder, of a folder with raw files at any depth, or of one raw file:
/// `.csv` files of rows and `.json` files of ARC tasks. `name` is that of the dataset.
///
/// Raw files belong to the split that their path names: the last part of it with a word that
/// begins with `train`, `valid`, `test` or `eval`, counting the folder or file itself; without one,
/// to train.
///
/// # Errors
/// Where there are no puzzles, or a file is not what it should be; names the file and the line,
/// task or group.
pub fn of_path(name: &str, path: &Path) -> Result<Corpus, CorpusError> {
    if published::is_dataset(path) {
        return published::of_folder(name, path);
    }
    let mut found = Vec::new();
    if fs::metadata(path)
        .map_err(CorpusError::io("read", path))?
        .is_dir()
    {
        collect(path, 0, &mut found)?;
        found.sort();
    } else {
        found.push(path.to_path_buf());
    }
    // What lies above the path that was asked for says nothing about splits.
    let base = path.parent().unwrap_or(Path::new(""));
    let below = |path: &PathBuf| path.strip_prefix(base).unwrap_or(path).to_path_buf();
    let below: Vec<PathBuf> = found.iter().map(below).collect();
    let read = |below: &Path| {
        let path = base.join(below);
        fs::read(&path).map_err(CorpusError::io("read", &path))
    };
    let sets = files::sets(name, &below, &read)?;
    if sets.is_empty() {
        return Err(CorpusError::Nothing {
            path: path.to_path_buf(),
        });
    }
    Ok(Corpus {
        name: name.to_owned(),
        facts: Vec::new(),
        sets,
    })
}

/// The files of a folder and of those in it; links to folders are not followed.
fn collect(dir: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), CorpusError> {
    for entry in fs::read_dir(dir).map_err(CorpusError::io("list", dir))? {
        let entry = entry.map_err(CorpusError::io("list", dir))?;
        let kind = entry.file_type().map_err(CorpusError::io("list", dir))?;
        if !kind.is_dir() {
            files.push(entry.path());
        } else if depth < DEPTH_MAX {
            collect(&entry.path(), depth + 1, files)?;
        }
    }
    Ok(())
}
