//! Datasets of benchmarks, by their published recipes.

mod arc;
mod recipe;

use crate::build::Progress;
use crate::build::csv;
use crate::build::csv_table::CsvTable;
use crate::{Dataset, DatasetError};
use hrm_config::{Benchmark, CsvSource, DatasetConfig};
use hrm_source::{Located, Sources};
use recipe::{RawFile, Recipe};
use std::path::Path;

/// Builds a benchmark.
pub(crate) fn build(
    config: &DatasetConfig,
    benchmark: Benchmark,
    sources: &Sources,
    progress: Progress<'_>,
) -> Result<Dataset, DatasetError> {
    let raw = RawData { sources };
    let mut dataset = match Recipe::of(benchmark) {
        Recipe::Rows {
            puzzle,
            train,
            test,
        } => {
            let source = CsvSource {
                puzzle,
                train: train.to_string(),
                test: test.to_string(),
                subsample: config.subsample,
                test_rows: config.test_rows,
                min_rating: None,
                validation: config.validation,
            };
            let train = raw.table(&train, progress)?;
            let test = raw.table(&test, progress)?;
            csv::from_tables(config, &source, &train, &test, progress)?
        }
        Recipe::Tasks(recipe) => arc::build(config, &recipe, raw, progress)?,
    };
    dataset.card.description = format!("{} of `{}`", dataset.card.description, benchmark.name());
    Ok(dataset)
}

/// Source and path of every raw file and folder that decides a benchmark.
pub fn raw_items(benchmark: Benchmark) -> Vec<(&'static str, String)> {
    match Recipe::of(benchmark) {
        Recipe::Rows { train, test, .. } => [train, test]
            .into_iter()
            .map(|file| (file.source, file.path.to_owned()))
            .collect(),
        Recipe::Tasks(recipe) => recipe.items(),
    }
}

/// The raw data of a build.
#[derive(Clone, Copy)]
struct RawData<'a> {
    sources: &'a Sources,
}

impl RawData<'_> {
    /// The items of a source with these paths, verified.
    fn items(
        &self,
        source: &str,
        paths: &[&str],
        progress: Progress<'_>,
    ) -> Result<Located, DatasetError> {
        let what = format!("verifying `{source}`");
        progress(&what, 0, 1);
        let located = self.sources.locate_items(source, paths)?;
        progress(&what, 1, 1);
        Ok(located)
    }

    fn table(&self, file: &RawFile, progress: Progress<'_>) -> Result<CsvTable, DatasetError> {
        let &RawFile { source, path } = file;
        let located = self.items(source, &[path], progress)?;
        let bytes = located.file(path)?.read()?;
        CsvTable::parse(Path::new(&file.to_string()), bytes)
    }
}
