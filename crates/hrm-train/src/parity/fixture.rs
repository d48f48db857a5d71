//! Reading a fixture: a folder, or one that ships inside the program.

use crate::error::TrainError;
use crate::tensor_file::NamedValues;
use hrm_config::{PublishedArch, PublishedConfig, PublishedTrain, TrainConfig};
use hrm_model::{Architecture, Dims};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Golden numbers of one model.
#[derive(Debug)]
pub struct Fixture {
    pub(super) name: String,
    pub(super) config: TrainConfig,
    pub(super) architecture: Architecture,
    pub(super) total_steps: u64,
    pub(super) scalars: Value,
    pub(super) tolerance: Value,
    files: Files,
}

#[derive(Debug)]
enum Files {
    Folder(PathBuf),
    /// One file with every tensor under `FILE/TENSOR`.
    Packed {
        tensors: NamedValues,
        place: PathBuf,
    },
}

/// `config.json` of a fixture.
#[derive(Deserialize)]
struct FixtureConfig {
    spec: Spec,
    total_steps: u64,
}

#[derive(Deserialize)]
struct Spec {
    arch: PublishedArch,
    train: PublishedTrain,
    vocab_size: usize,
    seq_len: usize,
    num_puzzle_identifiers: usize,
    batch_size: usize,
}

/// The texts of a fixture that is packed into one file.
#[derive(Deserialize)]
struct PackedTexts {
    config: FixtureConfig,
    scalars: Value,
    tolerance: Value,
}

impl Fixture {
    /// Opens a folder with `config.json`, `scalars.json`, `tolerance.json` and safetensors files.
    ///
    /// # Errors
    /// Where a file is missing or does not make sense.
    pub fn open(folder: &Path) -> Result<Self, TrainError> {
        let name = folder.file_name().map_or_else(
            || folder.display().to_string(),
            |n| n.to_string_lossy().into_owned(),
        );
        let texts = PackedTexts {
            config: read_json(&folder.join("config.json"))?,
            scalars: read_json(&folder.join("scalars.json"))?,
            tolerance: read_json(&folder.join("tolerance.json"))?,
        };
        Self::new(name, texts, Files::Folder(folder.to_owned()), folder)
    }

    /// A fixture from its packed form: JSON texts, and all tensors in one safetensors file.
    pub(super) fn packed(name: &str, texts: &str, tensors: &[u8]) -> Result<Self, TrainError> {
        let place = PathBuf::from(format!("shipped fixture {name}"));
        let texts = serde_json::from_str(texts).map_err(|error| fixture_error(&place, error))?;
        let checkpoint =
            hrm_checkpoint::parse(tensors).map_err(|error| fixture_error(&place, error))?;
        let files = Files::Packed {
            tensors: checkpoint.into_values(),
            place: place.clone(),
        };
        Self::new(name.to_owned(), texts, files, &place)
    }

    fn new(
        name: String,
        texts: PackedTexts,
        files: Files,
        place: &Path,
    ) -> Result<Self, TrainError> {
        let PackedTexts {
            config: FixtureConfig { spec, total_steps },
            scalars,
            tolerance,
        } = texts;
        let dims = Dims {
            vocab_size: spec.vocab_size,
            seq_len: spec.seq_len,
            num_puzzle_identifiers: spec.num_puzzle_identifiers,
        };
        let published = PublishedConfig {
            arch: spec.arch,
            train: spec.train,
            global_batch_size: spec.batch_size,
        };
        let config = published
            .train_config("fixture")
            .map_err(|error| fixture_error(place, error))?;
        let architecture = Architecture::new(&config.model, dims)?;
        Ok(Self {
            name,
            config,
            architecture,
            total_steps,
            scalars,
            tolerance,
            files,
        })
    }

    /// Name of the fixture: that of its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tensors of `FILE.safetensors`; none where the fixture has no such file.
    pub(super) fn tensors(&self, file: &str) -> Result<Option<NamedValues>, TrainError> {
        match &self.files {
            Files::Folder(folder) => {
                let path = folder.join(format!("{file}.safetensors"));
                if !path.exists() {
                    return Ok(None);
                }
                let checkpoint =
                    hrm_checkpoint::read(&path).map_err(|error| fixture_error(&path, error))?;
                Ok(Some(checkpoint.into_values()))
            }
            Files::Packed { tensors, .. } => {
                let prefix = format!("{file}/");
                let of_file: NamedValues = tensors
                    .iter()
                    .filter_map(|(name, value)| {
                        Some((name.strip_prefix(&prefix)?.to_owned(), value.clone()))
                    })
                    .collect();
                Ok((!of_file.is_empty()).then_some(of_file))
            }
        }
    }

    /// The tensors of a packed fixture, under `FILE/TENSOR`, to be changed by a test.
    #[cfg(test)]
    pub(super) fn packed_tensors(&mut self) -> &mut NamedValues {
        match &mut self.files {
            Files::Packed { tensors, .. } => tensors,
            Files::Folder(_) => unreachable!("only shipped fixtures are changed"),
        }
    }

    /// The tensors of a file that the fixture must have.
    pub(super) fn required(&self, file: &str) -> Result<NamedValues, TrainError> {
        self.tensors(file)?
            .ok_or_else(|| fixture_error(self.place(), format!("`{file}.safetensors` is missing")))
    }

    /// The folder, or what stands for it in messages.
    pub(super) fn place(&self) -> &Path {
        match &self.files {
            Files::Folder(folder) => folder,
            Files::Packed { place, .. } => place,
        }
    }
}

pub(super) fn fixture_error(path: &Path, reason: impl ToString) -> TrainError {
    TrainError::Fixture {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, TrainError> {
    let text = fs::read_to_string(path).map_err(|error| fixture_error(path, error))?;
    serde_json::from_str(&text).map_err(|error| fixture_error(path, error))
}
