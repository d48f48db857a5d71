//! A model on disk: its weights, and what they are the weights of.

use crate::checkpoint::checkpoint_path;
use crate::error::TrainError;
use crate::model::{Model, Place};
use hrm_config::{CheckpointChoice, TrainConfig};
use hrm_dataset::PuzzleDescription;
use hrm_model::{Architecture, Dims};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// File with the weights of the evaluated model.
pub(crate) const WEIGHTS: &str = "weights.safetensors";
const CARD: &str = "model.json";

/// The card of the last checkpoint, in the artifact of a training.
pub const LAST_MODEL_CARD: &str = "checkpoints/last/model.json";

/// What a model's weights belong to; `model.json` beside them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// The training, model included.
    pub train: TrainConfig,
    /// Sizes that come from the dataset.
    pub dims: Dims,
    /// What the tokens spell.
    pub puzzle: PuzzleDescription,
}

impl ModelCard {
    /// The card of the model that `train` gives with this seed. What never changes the weights is set
    /// to its default, so that equal trainings have equal cards.
    pub(crate) fn new(
        train: &TrainConfig,
        seed: u64,
        dims: Dims,
        puzzle: PuzzleDescription,
    ) -> Self {
        let defaults = TrainConfig::for_dataset("dataset");
        let train = TrainConfig {
            dataset: defaults.dataset,
            seeds: vec![seed],
            checkpoint_interval: defaults.checkpoint_interval,
            ..train.clone()
        };
        Self {
            train,
            dims,
            puzzle,
        }
    }

    /// The architecture.
    ///
    /// # Errors
    /// Where the configuration has a problem.
    pub fn architecture(&self) -> Result<Architecture, TrainError> {
        Ok(Architecture::new(&self.train.model, self.dims)?)
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<(), TrainError> {
        let path = folder.join(CARD);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| TrainError::damaged(&path, error))?;
        fs::write(&path, text).map_err(TrainError::io(&path))
    }
}

/// A folder with `weights.safetensors` and `model.json`: a checkpoint, or an imported model.
#[derive(Debug, Clone)]
pub struct ModelFolder {
    /// What the weights belong to.
    pub card: ModelCard,
    path: PathBuf,
    /// Whether the model before its training is meant, and not the file's weights.
    is_untrained: bool,
}

impl ModelFolder {
    /// Reads the card.
    ///
    /// # Errors
    /// Where the folder is not a model's, or its card is damaged.
    pub fn open(path: &Path) -> Result<Self, TrainError> {
        let file = path.join(CARD);
        if !file.is_file() {
            return Err(TrainError::NoModel {
                path: path.to_owned(),
            });
        }
        let text = fs::read_to_string(&file).map_err(TrainError::io(&file))?;
        let card =
            serde_json::from_str(&text).map_err(|error| TrainError::damaged(&file, error))?;
        Ok(Self {
            card,
            path: path.to_owned(),
            is_untrained: false,
        })
    }

    /// The checkpoint that `choice` names, of the training in `folder`.
    ///
    /// # Errors
    /// Where there is no such checkpoint, its card is damaged, or the untrained model of weights that
    /// were imported is asked for.
    pub fn of_training(folder: &Path, choice: CheckpointChoice) -> Result<Self, TrainError> {
        let opened = Self::open(&checkpoint_path(folder, choice))?;
        let is_untrained = choice == CheckpointChoice::Initial;
        if is_untrained && opened.card.train.weights.is_some() {
            return Err(TrainError::ImportedUntrained {
                path: folder.to_owned(),
            });
        }
        Ok(Self {
            is_untrained,
            ..opened
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// File with the weights.
    pub fn weights(&self) -> PathBuf {
        self.path.join(WEIGHTS)
    }

    /// The model on a device.
    pub(crate) fn load(&self, place: &Place) -> Result<Model, TrainError> {
        let architecture = self.card.architecture()?;
        if self.is_untrained {
            let seed = self.card.train.seeds.first().copied().unwrap_or_default();
            return Ok(Model::initialize(architecture, seed, place));
        }
        Model::read(architecture, &self.weights(), place)
    }
}
