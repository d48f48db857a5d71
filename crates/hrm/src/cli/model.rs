//! The grammar of `hrm model` and `hrm solve`.

use super::DeviceArgs;
use crate::completion;
use clap::{Args, Subcommand};
use clap_complete::ArgValueCompleter;
use hrm_config::{CheckpointChoice, Precision};
use std::path::PathBuf;

/// A trained model.
#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    /// A checkpoint folder, a folder that `hrm model import` wrote, or a train stage that was run
    /// (its latest training), for example `train.hrm`
    #[arg(add = ArgValueCompleter::new(completion::models))]
    pub(crate) model: String,
    /// The checkpoint of a training: `last`, or `best` on the validation split
    #[arg(long, value_name = "CHECKPOINT", default_value = "last", value_parser = checkpoint)]
    pub(crate) checkpoint: CheckpointChoice,
}

fn checkpoint(text: &str) -> Result<CheckpointChoice, String> {
    match text {
        "last" => Ok(CheckpointChoice::Last),
        "best" => Ok(CheckpointChoice::Best),
        _ => Err("use `last` or `best`".to_owned()),
    }
}

pub(super) fn precision(text: &str) -> Result<Precision, String> {
    match text {
        "f32" => Ok(Precision::F32),
        "bf16" => Ok(Precision::Bf16),
        _ => Err("use `f32` or `bf16`".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Solve {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// The puzzle, row by row: digits with `.` for blanks, or `# SG` for a maze; for ARC the input grid
    /// as JSON. `-` reads standard input; line breaks are ignored
    #[arg(allow_hyphen_values = true)]
    pub(crate) puzzle: String,
    /// Show the grid after every segment
    #[arg(long)]
    pub(crate) steps: bool,
    /// Supervision segments [default: as many as in training]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) segments: Option<u32>,
    /// Puzzle identifier, which chooses the puzzle embedding
    #[arg(long, value_name = "ID", default_value_t = 0)]
    pub(crate) identifier: usize,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to do with models.
#[derive(Debug, Subcommand)]
pub(crate) enum Model {
    /// Replay golden numbers of the published code, tensor by tensor
    Parity(Parity),
    /// Import a published checkpoint
    Import(Import),
    /// Write a model for the published code
    Export(Export),
    /// Print configuration, parameters and operations
    Info(Info),
}

#[derive(Debug, Args)]
pub(crate) struct Parity {
    /// Fixture folders [default: those inside the program, one of each member of the family]
    #[arg(value_name = "DIR")]
    pub(crate) fixtures: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    /// Number format: `f32` or `bf16`
    #[arg(long, value_name = "FORMAT", default_value = "f32", value_parser = precision)]
    pub(crate) precision: Precision,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The checkpoint: a `torch.save` or safetensors file
    pub(crate) checkpoint: PathBuf,
    /// Folder to write the model to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// The published configuration [default: `all_config.yaml` beside the checkpoint]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Cells of a puzzle, where the tensors do not tell: 81 for 9×9 Sudoku, 900 for mazes and ARC
    #[arg(long, value_name = "N")]
    pub(crate) seq_len: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Folder to write `model.safetensors` and `model.pt` to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Info {
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
