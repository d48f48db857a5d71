//! The grammar of `hrm bench`.

use super::model::precision;
use super::{DeviceArgs, RawDataArgs};
use clap::{Args, Subcommand};
use hrm_config::Precision;

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Training steps on random puzzles
    Train(BenchModel),
    /// Evaluation of batches in all their segments
    Eval(BenchModel),
    /// Building, drawing, solving and generating puzzles
    ///
    /// Raw data of the benchmarks has to be here. Several measures run one after another, each in a
    /// process of its own, so that its memory is its own.
    Data(BenchData),
    /// A report on many trainings with long curves, made for the purpose in a temporary folder
    Report(BenchReport),
    /// What running costs beside the work of the stages, on pipelines made for the purpose in temporary
    /// folders, each measured as a whole command
    ///
    /// `overhead` runs 100 small stages from nothing; `rerun` runs them again, unchanged and with one
    /// changed; `plan` plans 1,000 cached ones; `jobs` runs eight that keep a core busy, one and two at
    /// a time.
    Runner(BenchRunner),
    /// Questions to a database with many runs, made for the purpose in a temporary folder
    Store(BenchStore),
}

#[derive(Debug, Args)]
pub(crate) struct BenchReport {
    /// Seeds of each of four trainings
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) seeds: u32,
    /// Logged steps of each
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) steps: u32,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchRunner {
    /// Measures: `overhead`, `rerun`, `plan`, `jobs`; all of them by default
    #[arg(value_name = "MEASURE")]
    pub(crate) names: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchStore {
    /// Runs
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) runs: u32,
    /// Metric rows of each run
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    pub(crate) rows: u32,
    /// Puzzles of the evaluations that are compared
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) puzzles: u32,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchData {
    /// Measures: `sudoku-materialized`, `arc-index`, `sudoku-sampler`, `arc-sampler`, `sudoku-solver`,
    /// `maze-generator`; all of them by default
    #[arg(value_name = "MEASURE")]
    pub(crate) names: Vec<String>,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BenchModel {
    /// Model: `hrm-sudoku`, `trm-mlp-sudoku`, `hrm-maze` or `quickstart`
    #[arg(long, value_name = "NAME", default_value = "quickstart")]
    pub(crate) model: String,
    /// Puzzles in a batch
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) batch: u32,
    /// Steps to measure; the medians are reported
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) steps: u32,
    /// Steps before them
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) warmup: u32,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    /// Number format: `f32` or `bf16`
    #[arg(long, value_name = "FORMAT", default_value = "f32", value_parser = precision)]
    pub(crate) precision: Precision,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
