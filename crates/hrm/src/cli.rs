//! The command line's grammar.

mod bench;
mod data;
mod model;
mod score;
mod store;
mod tables;

pub(crate) use bench::{Bench, BenchData, BenchModel, BenchReport, BenchRunner, BenchStore};
pub(crate) use data::{
    Audit, Data, DataBuild, DataExport, DataImport, Fetch, Format, Inspect, List,
};
pub(crate) use model::{Export, Import, Info, Model, Parity, Solve};
pub(crate) use score::{RecordArgs, Score, ScoreArc, ScoreEvaluation, ScoreTable};
pub(crate) use store::{
    Store, StoreExport, StoreGc, StoreImport, StoreList, StoreRebuild, StoreVerify,
};
pub(crate) use tables::{TableFormat, Tables};

use crate::completion;
use crate::exit::Exit;
use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::{ArgValueCompleter, Shell};
use hrm_config::ComparabilityKey;
use hrm_runner::{DeviceChoice, QUESTION};
use std::path::PathBuf;
use std::time::Duration;

/// Declarative experiments and benchmarks for Hierarchical Reasoning Models.
#[derive(Debug, Parser)]
#[command(name = "hrm", version, after_help = Exit::help(), subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Folder of artifacts and results.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "HRM_STATE",
        default_value = ".hrm",
        help_heading = "Global options"
    )]
    pub(crate) state: PathBuf,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a workflow: whatever is not cached yet
    Run(Run),
    /// Show what a run would do, and why
    Plan(Plan),
    /// Print what the cache key of a stage is made of
    Explain(Explain),
    /// Validate workflow files without running anything
    Check(Check),
    /// List past runs
    Runs(Runs),
    /// Show one run
    Show(Show),
    /// Print the curves of a run's trainings
    Metrics(Metrics),
    /// Compare evaluations on the puzzles they share
    Compare(Compare),
    /// Print published values beside ours, and verdicts on what workflows expect
    Tables(Tables),
    /// Ask the database of results in SQL, reading only
    Query(Query),
    /// Render the report again from stored results
    Report(Report),
    /// Solve one puzzle with a trained model
    Solve(Solve),
    /// Score predictions, of any program
    #[command(subcommand)]
    Score(Score),
    /// Check, import, export and describe models
    #[command(subcommand)]
    Model(Model),
    /// Measure speed
    #[command(subcommand)]
    Bench(Bench),
    /// List, fetch, build, audit, inspect, import and export data
    #[command(subcommand)]
    Data(Data),
    /// List, verify, clean, rebuild, export and import what is in the state folder
    #[command(subcommand)]
    Store(Store),
    /// Print the JSON Schema of workflow files
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Say what this machine can do, and what is wrong
    Doctor(Doctor),
    /// Do the work of one stage, as `hrm run` tells on standard input or in a file
    #[command(hide = true)]
    Worker(Worker),
}

/// A workflow file with changes from the command line.
#[derive(Debug, Args)]
pub(crate) struct WorkflowArgs {
    /// Workflow file
    pub(crate) file: PathBuf,
    /// Override a key, for example `train.lr=1e-4` (all training stages) or `train.hrm.lr=1e-4`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

/// Where raw data is.
#[derive(Debug, Args)]
pub(crate) struct RawDataArgs {
    /// Folder that has raw data of benchmarks, looked into before what `hrm data fetch` fetched
    #[arg(long, value_name = "DIR", env = "HRM_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

/// Where to compute.
#[derive(Debug, Args)]
pub(crate) struct DeviceArgs {
    /// Device: `auto`, `cpu`, `cuda` or `cuda:N`; `auto` is CUDA where there is one, otherwise the CPU
    #[arg(
        long,
        value_name = "DEVICE",
        default_value = "auto",
        hide_default_value = true
    )]
    pub(crate) device: DeviceChoice,
}

/// How workflows run at a site.
#[derive(Debug, Args)]
pub(crate) struct ProfileArgs {
    /// How workflows run here: `profiles/NAME.toml`, or `hrm/profiles/NAME.toml` in the folder of
    /// your configuration, or a file that ends in `.toml`
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
}

/// Which stages.
#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Stages to run, with everything that they need: a stage's name, `KIND.NAME`, or an instance id
    /// as `hrm plan` shows it [default: all]
    #[arg(value_name = "STAGE", add = ArgValueCompleter::new(completion::stages))]
    pub(crate) stages: Vec<String>,
    /// Run a stage even if it is cached
    #[arg(long, value_name = "STAGE", add = ArgValueCompleter::new(completion::stages))]
    pub(crate) force: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) workflow: WorkflowArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    /// Stages to work on at a time; on each GPU only one of them computes. On a cluster, stages in
    /// the queue at a time [default: 1; on a cluster 1024; what the profile says]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// After a failure, go on with the stages that do not need the failed one
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Times to try a stage again whose process was killed, for example for lack of memory, or whose
    /// job was cancelled
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) retries: u32,
    /// Stop a stage that takes longer, for example `90m`, and count it as failed; the same command
    /// goes on from its checkpoint [default: no limit]
    #[arg(long, value_name = "TIME", value_parser = time_limit)]
    pub(crate) timeout: Option<Duration>,
    /// Print events as JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Worker {
    /// File with the work [default: standard input]
    #[arg(long, value_name = "FILE", requires = "messages")]
    pub(crate) job: Option<PathBuf>,
    /// File to which messages are appended [default: standard output]
    #[arg(long, value_name = "FILE", requires = "job")]
    pub(crate) messages: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) workflow: WorkflowArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) workflow: WorkflowArgs,
    /// A stage's name, `KIND.NAME`, or an instance id as `hrm plan` shows it
    #[arg(add = ArgValueCompleter::new(completion::stages))]
    pub(crate) stage: String,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) raw_data: RawDataArgs,
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Workflow files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Override a key, for example `train.lr=1e-4` (all training stages) or `train.hrm.lr=1e-4`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Runs {
    /// Only evaluations that a filter accepts, one row each, for example
    /// `test.exact_accuracy > 0.5 and (model.arch = "trm" or seed in [1, 2])`
    #[arg(long = "where", value_name = "FILTER", add = ArgValueCompleter::new(completion::filter))]
    pub(crate) filter: Option<String>,
    /// Sort evaluations by this name; `-NAME` begins with the largest
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, add = ArgValueCompleter::new(completion::sort))]
    pub(crate) sort: Option<String>,
    /// What to print of each evaluation, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', add = ArgValueCompleter::new(completion::columns))]
    pub(crate) columns: Vec<String>,
    /// List the names that filters, sorting and columns may use
    #[arg(long, conflicts_with_all = ["filter", "sort", "columns"])]
    pub(crate) names: bool,
    /// Rows at most
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) limit: u32,
    #[command(flatten)]
    rows: RowArgs,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl Runs {
    /// How to print rows, by either flag.
    pub(crate) fn rows(&self) -> RowArgs {
        let mut rows = self.rows.clone();
        if self.json {
            rows.format = RowFormat::Json;
        }
        rows
    }

    /// Whether evaluations are asked for, and not whole runs.
    pub(crate) fn finds_evaluations(&self) -> bool {
        self.filter.is_some() || self.sort.is_some() || !self.columns.is_empty()
    }
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A run's id, a unique prefix of it, or `latest`
    #[arg(add = ArgValueCompleter::new(completion::runs))]
    pub(crate) run: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Evaluations: an evaluate stage or instance (its latest result), RUN:STAGE, or predictions of
    /// another program that `hrm score … --record` recorded. The others are compared with the first
    #[arg(required = true, num_args = 2.., value_name = "EVALUATION", add = ArgValueCompleter::new(completion::evaluations))]
    pub(crate) evaluations: Vec<String>,
    /// Compare although they differ in this: `dataset`, `split`, `puzzles`, `training_examples`,
    /// `segments`, `votes` or `selection`
    #[arg(long, value_name = "KEY", value_parser = Across::parse, add = ArgValueCompleter::new(completion::comparability_keys))]
    pub(crate) across: Vec<Across>,
    /// Write a page to FILE instead of printing
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(crate) html: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A comparability key that may differ.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Across(pub(crate) ComparabilityKey);

impl Across {
    fn parse(text: &str) -> Result<Self, String> {
        let key = QUESTION.into_iter().find(|key| key.name() == text);
        key.map(Self).ok_or_else(|| {
            let names = QUESTION.map(ComparabilityKey::name);
            format!("use {}", names.join(", "))
        })
    }
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// One SELECT statement over the views that `--schema` lists
    #[arg(required_unless_present = "schema", allow_hyphen_values = true)]
    pub(crate) sql: Option<String>,
    /// Print the views with their columns and what they mean
    #[arg(long, conflicts_with = "sql")]
    pub(crate) schema: bool,
    #[command(flatten)]
    pub(crate) rows: RowArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Metrics {
    /// A run's id, a unique prefix of it, or `latest`
    #[arg(add = ArgValueCompleter::new(completion::runs))]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) rows: RowArgs,
}

/// How to print rows, and where to.
#[derive(Debug, Clone, Args)]
pub(crate) struct RowArgs {
    /// How to print rows
    #[arg(long, value_enum, default_value_t = RowFormat::Table)]
    pub(crate) format: RowFormat,
    /// Write to a file [default: standard output]
    #[arg(long, value_name = "FILE", required_if_eq("format", "parquet"))]
    pub(crate) out: Option<PathBuf>,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowFormat {
    /// For people
    Table,
    /// Comma-separated values with a header
    Csv,
    /// An array of objects
    Json,
    /// For data frames; needs `--out`
    Parquet,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// A run's id, a unique prefix of it, `latest`, or a workflow file (its last run)
    #[arg(value_name = "RUN|FILE", add = ArgValueCompleter::new(completion::runs_and_files))]
    pub(crate) target: String,
    /// Open the report in the browser
    #[arg(long)]
    pub(crate) open: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Print the reference page of every key instead, as Markdown
    #[arg(long)]
    pub(crate) reference: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Also replay golden numbers of the published code on the device
    #[arg(long)]
    pub(crate) deep: bool,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `45s`, `90m`, `36h` or `2d`.
fn time_limit(text: &str) -> Result<Duration, String> {
    let unit = |last| match last {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(3600),
        'd' => Some(86400),
        _ => None,
    };
    let parsed = text.chars().last().and_then(unit).and_then(|seconds: u64| {
        let number: u64 = text.get(..text.len() - 1)?.parse().ok()?;
        number.checked_mul(seconds).filter(|seconds| *seconds > 0)
    });
    let parsed = parsed.map(Duration::from_secs);
    parsed.ok_or_else(|| "use a whole number and a unit: `45s`, `90m`, `36h` or `2d`".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        super::Cli::command().debug_assert();
    }
}
