//! The command line's grammar.

use crate::exit::Exit;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use hrm_runner::DeviceChoice;
use std::path::PathBuf;

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
    /// Render the report again from stored results
    Report(Report),
    /// Print the JSON Schema of workflow files
    Schema(Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Say what this machine can do, and what is wrong
    Doctor(Doctor),
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

/// Which stages.
#[derive(Debug, Args)]
pub(crate) struct SelectionArgs {
    /// Stages to run, with everything that they need: a stage's name, `KIND.NAME`, or an instance id
    /// as `hrm plan` shows it [default: all]
    #[arg(value_name = "STAGE")]
    pub(crate) stages: Vec<String>,
    /// Run a stage even if it is cached
    #[arg(long, value_name = "STAGE")]
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
    /// After a failure, go on with the stages that do not need the failed one
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Print events as JSON lines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) workflow: WorkflowArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) workflow: WorkflowArgs,
    /// A stage's name, `KIND.NAME`, or an instance id as `hrm plan` shows it
    pub(crate) stage: String,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
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
    /// Runs to list at most, the latest first
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) limit: u32,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// A run's id, a unique prefix of it, or `latest`
    pub(crate) run: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// A run's id, a unique prefix of it, `latest`, or a workflow file (its last run)
    #[arg(value_name = "RUN|FILE")]
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
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        super::Cli::command().debug_assert();
    }
}
