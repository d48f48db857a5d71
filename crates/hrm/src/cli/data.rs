//! The grammar of `hrm data`.

use super::RawDataArgs;
use clap::{Args, Subcommand, ValueEnum};
use hrm_config::Split;
use std::path::PathBuf;

/// What to do with data.
#[derive(Debug, Subcommand)]
pub(crate) enum Data {
    /// List the sources of raw puzzles, and which of them are here
    List(List),
    /// Get sources, from their homes or from a folder
    Fetch(Fetch),
    /// Build a benchmark's dataset without a workflow
    Build(DataBuild),
    /// Look for wrong answers, and for puzzles that sets share up to symmetry
    ///
    /// Exits with 5 where two splits of one dataset share a puzzle or an answer is wrong.
    Audit(Audit),
    /// Print statistics and draw examples
    Inspect(Inspect),
    /// Make a dataset's folder of published data or of CSV files
    Import(DataImport),
    /// Write a dataset for other programs
    Export(DataExport),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// Sources, as `hrm data list` names them
    #[arg(required = true, value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Take them from this folder instead of their homes
    #[arg(long, value_name = "DIR")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DataBuild {
    /// The benchmark, by the name that `benchmark` has in a workflow
    #[arg(value_name = "BENCHMARK")]
    pub(crate) name: String,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Change a key of the dataset stage, for example `draws=published` or `materialize=true`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Sources, dataset stages that were run, dataset folders, folders of raw files, CSV files
    /// [default: all sources that are here]
    #[arg(value_name = "NAME|PATH")]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// A source, a dataset stage that was run, a dataset's folder, a folder of raw files, a CSV file
    #[arg(value_name = "NAME|PATH")]
    pub(crate) name: String,
    /// Look at one split only: `train`, `validation` or `test`
    #[arg(long, value_name = "SPLIT", value_parser = split)]
    pub(crate) split: Option<Split>,
    /// Examples of each set
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) count: usize,
    /// Write a page instead, with the same content
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
}

fn split(text: &str) -> Result<Split, String> {
    let splits = [Split::Train, Split::Validation, Split::Test];
    let mut splits = splits.into_iter();
    let found = splits.find(|split| split.name() == text);
    found.ok_or_else(|| "use `train`, `validation` or `test`".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct DataImport {
    /// A folder in the published format, or one with `train.csv` and `test.csv`
    #[arg(value_name = "DIR")]
    pub(crate) source: PathBuf,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct DataExport {
    /// A dataset stage that was run, or a dataset's folder; as rows also a source
    #[arg(value_name = "NAME|DIR")]
    pub(crate) name: String,
    /// Folder to write
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Format to write
    #[arg(long, value_enum, default_value_t = Format::Published)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
}

/// A format of datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The folder of NumPy arrays that the HRM and TRM code reads
    Published,
    /// A file of the original puzzles for each split, without augmentations; not for ARC
    Csv,
    /// The same as Parquet files
    Parquet,
}
