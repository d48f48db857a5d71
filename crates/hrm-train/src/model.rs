//! A model with its numbers, and its file.

use crate::error::TrainError;
use crate::finite::first_not_finite;
use crate::tensor_file::{NamedValues, Taker, read_back};
use burn::tensor::{DType, Device, FloatDType, Int, Tensor, TensorData};
use hrm_config::Precision;
use hrm_model::{Architecture, DeviceChoice, DeviceError, DeviceKind, Network, Parameters};
use std::path::Path;

/// Prefix of every tensor in a published checkpoint.
pub(crate) const PREFIX: &str = "model.inner.";
pub(crate) const PUZZLE_TABLE: &str = "puzzle_emb.weights";

/// Architecture, parameters and puzzle table on one device.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) architecture: Architecture,
    pub(crate) parameters: Parameters,
    /// Puzzle embeddings [N, `puzzle_emb_ndim`], where the model has them.
    pub(crate) puzzle_table: Option<Tensor<2>>,
    pub(crate) place: Place,
}

/// Where a model computes, and in which number format.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) device: Device,
    /// Further devices that share the batches of a training with it.
    pub(crate) others: Vec<Device>,
    pub(crate) kind: DeviceKind,
    pub(crate) dtype: FloatDType,
}

impl Place {
    /// Opens the device for the given precision.
    pub(crate) fn open(choice: DeviceChoice, precision: Precision) -> Result<Self, TrainError> {
        Self::open_several(choice, precision, 1)
    }

    /// Opens the device and those that follow it, `count` together.
    pub(crate) fn open_several(
        choice: DeviceChoice,
        precision: Precision,
        count: usize,
    ) -> Result<Self, TrainError> {
        let (devices, kind) = choice.open_several(count)?;
        Self::of(devices, kind, precision)
    }

    /// Of devices of one kind, of which there is at least one.
    ///
    /// # Errors
    /// Where one of them has not the number format.
    pub(crate) fn of(
        mut devices: Vec<Device>,
        kind: DeviceKind,
        precision: Precision,
    ) -> Result<Self, TrainError> {
        let others = devices.split_off(1);
        let device = devices.swap_remove(0);
        let dtype = match precision {
            Precision::F32 => FloatDType::F32,
            Precision::Bf16 => FloatDType::BF16,
        };
        let mut all = std::iter::once(&device).chain(&others);
        if !all.all(|device| device.supports_dtype(dtype)) {
            return Err(DeviceError::NoBf16.into());
        }
        Ok(Self {
            device,
            others,
            kind,
            dtype,
        })
    }

    /// How many devices there are.
    pub(crate) fn devices(&self) -> usize {
        1 + self.others.len()
    }
}

impl Model {
    /// Initial values by the published rules.
    pub(crate) fn initialize(architecture: Architecture, seed: u64, place: &Place) -> Self {
        let device = &place.device;
        let parameters = Parameters::initialize(&architecture, seed, device);
        let width = architecture.resolved.puzzle_emb_ndim;
        let rows = architecture.dims.num_puzzle_identifiers;
        let puzzle_table = (width > 0).then(|| Tensor::zeros([rows, width], (device, DType::F32)));
        Self::new(architecture, parameters, puzzle_table, place)
    }

    fn new(
        architecture: Architecture,
        parameters: Parameters,
        puzzle_table: Option<Tensor<2>>,
        place: &Place,
    ) -> Self {
        Self {
            architecture,
            parameters,
            puzzle_table,
            place: place.clone(),
        }
    }

    /// The model on another device, without the puzzle table, of which a part of a batch needs but its rows.
    pub(crate) fn replica(&self, device: &Device) -> Self {
        Self {
            architecture: self.architecture.clone(),
            parameters: self.parameters.to_device(device),
            puzzle_table: None,
            place: Place {
                device: device.clone(),
                others: Vec::new(),
                ..self.place
            },
        }
    }

    /// The network on plain tensors.
    pub(crate) fn network(&self) -> Network {
        self.network_of(&self.weights())
    }

    /// The weights in the number format of the activations.
    pub(crate) fn weights(&self) -> Vec<Tensor<1>> {
        self.parameters.in_dtype(self.place.dtype)
    }

    /// The network of [`Self::weights`], or of leaves of a graph of them.
    pub(crate) fn network_of(&self, weights: &[Tensor<1>]) -> Network {
        let (architecture, dtype) = (&self.architecture, self.place.dtype);
        Network::new(architecture, &self.parameters, weights, dtype)
    }

    /// The puzzle vectors of a batch, [B, `puzzle_emb_ndim`].
    pub(crate) fn puzzle_rows(&self, identifiers: &[i32]) -> Option<Tensor<2>> {
        let table = self.puzzle_table.clone()?;
        let ids = Tensor::<1, Int>::from_data(
            TensorData::new(identifiers.to_vec(), [identifiers.len()]),
            &self.place.device,
        );
        Some(table.select(0, ids))
    }

    /// Tokens of a batch as a tensor [B, S].
    pub(crate) fn tokens(&self, inputs: &[i32], batch: usize) -> Tensor<2, Int> {
        let seq_len = self.architecture.dims.seq_len;
        Tensor::from_data(
            TensorData::new(inputs.to_vec(), [batch, seq_len]),
            &self.place.device,
        )
    }

    /// All tensors under their published names.
    pub(crate) fn values(&self) -> Result<NamedValues, TrainError> {
        let mut values = NamedValues::new();
        for (spec, tensor) in self
            .parameters
            .specs()
            .iter()
            .zip(self.parameters.tensors())
        {
            let numbers = read_back(tensor, "a parameter")?;
            values.insert(
                format!("{PREFIX}{}", spec.name),
                (spec.shape.clone(), numbers),
            );
        }
        if let Some(table) = &self.puzzle_table {
            let numbers = read_back(table, "the puzzle embeddings")?;
            values.insert(
                format!("{PREFIX}{PUZZLE_TABLE}"),
                (table.dims().to_vec(), numbers),
            );
        }
        Ok(values)
    }

    /// The first tensor with a number that is not finite.
    pub(crate) fn first_not_finite(&self) -> Result<Option<String>, TrainError> {
        let named = self
            .parameters
            .specs()
            .iter()
            .zip(self.parameters.tensors());
        let dense = named.map(|(spec, tensor)| (format!("`{}`", spec.name), tensor.clone()));
        let table = self.puzzle_table.iter();
        let table = table.map(|table| (format!("`{PUZZLE_TABLE}`"), table.clone().flatten(0, 1)));
        first_not_finite(dense.chain(table))
    }

    /// Writes all tensors under their published names.
    pub(crate) fn write(&self, path: &Path) -> Result<(), TrainError> {
        Ok(hrm_checkpoint::write_safetensors(path, &self.values()?)?)
    }

    /// Reads a file with published names.
    pub(crate) fn read(
        architecture: Architecture,
        path: &Path,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let values = hrm_checkpoint::read(path)?.into_values();
        Self::from_values(architecture, values, path, place)
    }

    /// The model with the given tensors under published names; `path` names them in errors.
    pub(crate) fn from_values(
        architecture: Architecture,
        values: NamedValues,
        path: &Path,
        place: &Place,
    ) -> Result<Self, TrainError> {
        let device = &place.device;
        let values: NamedValues = values
            .into_iter()
            .map(|(name, value)| (hrm_checkpoint::published_name(&name).to_owned(), value))
            .collect();
        let parameters =
            Parameters::from_values(&architecture, &values, device).map_err(|source| {
                TrainError::Parameters {
                    path: path.to_owned(),
                    source,
                }
            })?;
        let width = architecture.resolved.puzzle_emb_ndim;
        let rows = architecture.dims.num_puzzle_identifiers;
        let mut taker = Taker {
            path: path.to_owned(),
            values,
            device,
        };
        let puzzle_table = if width > 0 {
            Some(taker.take(PUZZLE_TABLE, [rows, width])?)
        } else {
            None
        };
        Ok(Self::new(architecture, parameters, puzzle_table, place))
    }

    /// The same model with other parameter tensors (the moving average).
    pub(crate) fn with_tensors(&self, tensors: &[Tensor<1>]) -> Self {
        let mut model = self.clone();
        for (index, tensor) in tensors.iter().enumerate() {
            model.parameters.replace(index, tensor.clone());
        }
        model
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hrm_config::TrainConfig;
    use hrm_model::Dims;
    use serde_json::json;

    #[test]
    fn weights_survive_a_file() {
        let place = Place::open(DeviceChoice::Cpu, Precision::F32).unwrap();
        let dims = Dims {
            vocab_size: 6,
            seq_len: 4,
            num_puzzle_identifiers: 3,
        };
        let config: TrainConfig =
            serde_json::from_value(json!({ "dataset": "d", "model": { "hidden_size": 16, "num_heads": 2, "h_layers": 1, "l_layers": 1 } }))
                .unwrap();
        let architecture = Architecture::new(&config.model, dims).unwrap();
        let model = Model::initialize(architecture.clone(), 3, &place);
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (folder.path().join("a"), folder.path().join("b"));
        model.write(&first).unwrap();
        let again = Model::read(architecture, &first, &place).unwrap();
        again.write(&second).unwrap();
        assert_eq!(
            std::fs::read(&first).unwrap(),
            std::fs::read(&second).unwrap()
        );
    }
}
