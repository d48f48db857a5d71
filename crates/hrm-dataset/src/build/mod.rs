//! From a configuration to a dataset.

mod arc_leakage;
mod arc_split;
mod assemble;
mod benchmark;
mod classes;
mod collect;
mod csv;
mod csv_table;
mod draws;
mod folder;
mod generated;

pub use csv_table::{CsvRow, CsvTable};

use crate::{Dataset, DatasetError, dataset};
use hrm_config::DatasetConfig;
use hrm_source::Sources;
use std::path::{Path, PathBuf};

pub use benchmark::raw_items;

/// Told what is being done, how much of it is done, and how much there is.
pub(crate) type Progress<'a> = &'a mut dyn FnMut(&str, usize, usize);

/// Builds the dataset that `config` describes. Relative paths start at `base_dir`, the workflow
/// file's folder; benchmarks take their raw data from `sources`. `progress` is told what is being
/// done, how much of it is done, and of how much.
///
/// The result depends on `config`, on [`external_files`] and [`raw_items`] alone, not on the number
/// of threads.
///
/// # Errors
/// Where files are missing or malformed, raw data is not what its manifest names, rows are wrong, splits overlap, or the generator runs out
/// of new puzzles.
pub fn build(
    config: &DatasetConfig,
    base_dir: &Path,
    sources: &Sources,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Dataset, DatasetError> {
    if let Some(benchmark) = config.benchmark {
        benchmark::build(config, benchmark, sources, progress)
    } else if let Some(sudoku) = &config.sudoku {
        generated::sudoku(config, sudoku, progress)
    } else if let Some(maze) = &config.maze {
        generated::maze(config, maze, progress)
    } else if let Some(csv) = &config.csv {
        csv::build(config, csv, base_dir, progress)
    } else if let Some(folder) = &config.folder {
        folder::import(config, folder, base_dir, progress)
    } else {
        Err(DatasetError::Config(
            "a dataset needs one of `benchmark`, `sudoku`, `maze`, `csv` and `folder`".into(),
        ))
    }
}

/// The files, beside `config` and the raw data of benchmarks, whose content decides what [`build()`] makes.
///
/// # Errors
/// Where one of them does not exist.
pub fn external_files(
    config: &DatasetConfig,
    base_dir: &Path,
) -> Result<Vec<PathBuf>, DatasetError> {
    if let Some(csv) = &config.csv {
        let files = vec![base_dir.join(&csv.train), base_dir.join(&csv.test)];
        for file in &files {
            std::fs::metadata(file).map_err(DatasetError::io("read", file))?;
        }
        return Ok(files);
    }
    let Some(folder) = &config.folder else {
        return Ok(Vec::new());
    };
    let dir = base_dir.join(&folder.path);
    std::fs::read_dir(&dir).map_err(DatasetError::io("read", &dir))?;
    if !dataset::has_split(&dir) {
        return Err(dataset::no_splits(&dir));
    }
    Ok(dataset::files(&dir))
}
