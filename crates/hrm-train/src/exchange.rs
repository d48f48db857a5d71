//! Models from and to the published code.

use crate::error::TrainError;
use crate::model::{Model, PREFIX, PUZZLE_TABLE, Place};
use crate::model_folder::{ModelCard, ModelFolder};
use crate::tensor_file::NamedValues;
use hrm_checkpoint::published_name;
use hrm_config::{Mixer, ModelConfig, PositionEncoding, Precision, TrainConfig};
use hrm_dataset::PuzzleDescription;
use hrm_model::{Architecture, DeviceChoice, Dims};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Prefix that `torch.compile` puts before the names in released checkpoints.
const COMPILED: &str = "_orig_mod.";

/// A published checkpoint to be imported.
#[derive(Debug)]
pub struct ImportJob<'a> {
    /// The file: `torch.save` or safetensors, with or without the published prefixes.
    pub checkpoint: &'a Path,
    /// What it is a checkpoint of.
    pub train: &'a TrainConfig,
    /// S: cells of a puzzle, where the tensors cannot tell.
    pub seq_len: Option<usize>,
    /// Folder of the imported model: new or empty.
    pub out: &'a Path,
}

/// Checks a checkpoint against its configuration and writes it as a model folder.
///
/// # Errors
/// Where the file is damaged, a tensor is missing, has another shape or is none of the model's, or
/// the folder holds something already.
pub fn import_model(job: &ImportJob<'_>) -> Result<ModelFolder, TrainError> {
    let values = read(job.checkpoint)?;
    let dims = dims(job, &values)?;
    let architecture = Architecture::new(&job.train.model, dims)?;
    refuse_unknown(job.checkpoint, &architecture, &values)?;
    let place = Place::open(DeviceChoice::Cpu, Precision::F32)?;
    let model = Model::from_values(architecture, values, job.checkpoint, &place)?;
    let kinds = PuzzleDescription::candidates(dims.vocab_size, dims.seq_len);
    let puzzle = kinds.first().copied().unwrap_or(PuzzleDescription::Tokens);
    make_empty(job.out)?;
    // The card last: a folder without one is no model.
    model.write(&job.out.join(crate::model_folder::WEIGHTS))?;
    ModelCard::new(job.train, 0, dims, puzzle).write(job.out)?;
    ModelFolder::open(job.out)
}

/// Tensors under their published names without prefixes.
fn read(checkpoint: &Path) -> Result<NamedValues, TrainError> {
    let values = hrm_checkpoint::read(checkpoint)?.into_values();
    Ok(values
        .into_iter()
        .map(|(name, value)| (published_name(&name).to_owned(), value))
        .collect())
}

/// The sizes that the tensors tell, and S from the job where they do not.
fn dims(job: &ImportJob<'_>, values: &NamedValues) -> Result<Dims, TrainError> {
    let rows = |name: &str| {
        values
            .get(name)
            .and_then(|(shape, _)| shape.first().copied())
    };
    let missing =
        |name: &str| TrainError::damaged(job.checkpoint, format!("it holds no tensor `{name}`"));
    let embedding = "embed_tokens.embedding_weight";
    let num_puzzle_identifiers = match job.train.model.resolve().puzzle_emb_ndim {
        0 => 1,
        _ => rows(PUZZLE_TABLE).ok_or_else(|| missing(PUZZLE_TABLE))?,
    };
    Ok(Dims {
        vocab_size: rows(embedding).ok_or_else(|| missing(embedding))?,
        seq_len: seq_len(job, values)?,
        num_puzzle_identifiers,
    })
}

fn seq_len(job: &ImportJob<'_>, values: &NamedValues) -> Result<usize, TrainError> {
    let told = positions(&job.train.model, values)
        .and_then(|all| all.checked_sub(job.train.model.resolve().puzzle_emb_len));
    match (told, job.seq_len) {
        (Some(told), Some(asked)) if told != asked => Err(TrainError::damaged(
            job.checkpoint,
            format!("its puzzles have {told} cells, not {asked}"),
        )),
        (Some(length), _) | (None, Some(length)) => Ok(length),
        (None, None) => Err(TrainError::SequenceLength {
            path: job.checkpoint.to_owned(),
        }),
    }
}

/// L, where a tensor has a row or column for each position.
fn positions(model: &ModelConfig, values: &NamedValues) -> Option<usize> {
    if model.pos_encodings == PositionEncoding::Learned {
        return values.get("embed_pos.embedding_weight")?.0.first().copied();
    }
    if model.mixer == Mixer::Mlp {
        let gate_up = ".layers.0.mlp_t.gate_up_proj.weight";
        let found = values.iter().find(|(name, _)| name.ends_with(gate_up));
        return found?.1.0.get(1).copied();
    }
    None
}

fn refuse_unknown(
    checkpoint: &Path,
    architecture: &Architecture,
    values: &NamedValues,
) -> Result<(), TrainError> {
    let specs = architecture.parameter_specs();
    let mut known: BTreeSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    if architecture.resolved.puzzle_emb_ndim > 0 {
        known.insert(PUZZLE_TABLE);
    }
    match values.keys().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(TrainError::damaged(
            checkpoint,
            format!("tensor `{name}` is none of the model's; does the configuration belong to it?"),
        )),
    }
}

/// Writes a model for the published code: `model.safetensors` with the published names, and
/// `model.pt` for `torch.load`, with the prefix of released checkpoints.
///
/// # Errors
/// Where the model cannot be read, or the folder holds something already.
pub fn export_model(model: &ModelFolder, out: &Path) -> Result<Vec<PathBuf>, TrainError> {
    let values = read(&model.weights())?;
    let with = |prefix: &str| -> NamedValues {
        let named = values
            .iter()
            .map(|(name, value)| (format!("{prefix}{name}"), value.clone()));
        named.collect()
    };
    make_empty(out)?;
    let (safetensors, torch) = (out.join("model.safetensors"), out.join("model.pt"));
    hrm_checkpoint::write_safetensors(&safetensors, &with(PREFIX))?;
    hrm_checkpoint::write_torch(&torch, &with(&format!("{COMPILED}{PREFIX}")))?;
    Ok(vec![safetensors, torch])
}

fn make_empty(folder: &Path) -> Result<(), TrainError> {
    fs::create_dir_all(folder).map_err(TrainError::io(folder))?;
    let mut entries = fs::read_dir(folder).map_err(TrainError::io(folder))?;
    match entries.next() {
        None => Ok(()),
        Some(_) => Err(TrainError::FolderInUse {
            path: folder.to_owned(),
        }),
    }
}
