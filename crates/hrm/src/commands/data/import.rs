//! `hrm data import`

use super::out_folder;
use crate::cli::DataImport;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use hrm_audit::Puzzle;
use hrm_config::{CsvSource, DatasetConfig, FolderSource, PuzzleKind};
use hrm_source::Sources;
use hrm_store::Store;
use std::fs;
use std::path::Path;

/// The files of a folder of rows.
const CSV_FILES: [&str; 2] = ["train.csv", "test.csv"];

pub(super) fn import(args: &DataImport, state: &Path) -> Result<Exit, CliError> {
    let config = config(&args.source)?;
    let sources = Sources::new(Store::raw_data_path(state), None)?;
    let dataset = hrm_dataset::build(&config, Path::new(""), &sources, &mut |_, _, _| {})?;
    out_folder::make(&args.out, |dir| Ok(dataset.write(dir)?))?;
    output::line(&format!(
        "{}: {}. {}",
        args.out.display(),
        dataset.card.description,
        dataset.card.guarantee
    ))?;
    Ok(Exit::Ok)
}

/// The dataset of a folder as it is: whole, without augmentation and without a validation split.
fn config(dir: &Path) -> Result<DatasetConfig, CliError> {
    let [train, test] = CSV_FILES.map(|name| dir.join(name));
    if !train.is_file() || !test.is_file() {
        let folder = FolderSource {
            path: text(dir)?,
            validation: 0,
        };
        return Ok(DatasetConfig {
            folder: Some(folder),
            ..DatasetConfig::default()
        });
    }
    tell_of_other_rows(dir)?;
    let csv = CsvSource {
        puzzle: kind(&test)?,
        train: text(&train)?,
        test: text(&test)?,
        subsample: None,
        test_rows: None,
        min_rating: None,
        validation: 0,
    };
    Ok(DatasetConfig {
        csv: Some(csv),
        ..DatasetConfig::default()
    })
}

/// A dataset of rows has two splits, so other files, such as an exported validation split, are not
/// taken.
fn tell_of_other_rows(dir: &Path) -> Result<(), CliError> {
    for entry in fs::read_dir(dir).map_err(CliError::file("list", dir))? {
        let path = entry.map_err(CliError::file("list", dir))?.path();
        let is_csv = path.extension().is_some_and(|extension| extension == "csv");
        let taken = CSV_FILES.iter().any(|name| path.ends_with(name));
        if is_csv && !taken {
            output::warn(&format!("`{}` is left out", path.display()));
        }
    }
    Ok(())
}

/// The kind of puzzle in a file of rows.
fn kind(file: &Path) -> Result<PuzzleKind, CliError> {
    let corpus = hrm_corpus::of_path("", file)?;
    let mut entries = corpus.sets.iter().flat_map(|set| &set.entries);
    Ok(match entries.next().map(|entry| &entry.puzzle) {
        Some(Puzzle::Maze { .. }) => PuzzleKind::Maze,
        _ => PuzzleKind::Sudoku,
    })
}

fn text(path: &Path) -> Result<String, CliError> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        let message = format!("the path `{}` is not UTF-8", path.display());
        CliError::new(Exit::Usage, message)
    })
}
