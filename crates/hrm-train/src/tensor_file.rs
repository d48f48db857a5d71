//! Named tensors between files and devices.

use crate::error::TrainError;
use burn::tensor::{DType, Device, Int, Tensor, TensorData};
pub(crate) use hrm_checkpoint::NamedValues;
use std::path::PathBuf;

/// Reads a tensor's numbers from its device.
pub(crate) fn read_back<const D: usize>(
    tensor: &Tensor<D>,
    what: &'static str,
) -> Result<Vec<f32>, TrainError> {
    tensor
        .try_to_vec_as::<f32>()
        .map_err(|error| TrainError::Read {
            what,
            reason: error.to_string(),
        })
}

/// The most likely token of every cell, [B · S, 1], by logits [B · S, V]; without gradient.
pub(crate) fn predictions(logits: &Tensor<2>) -> Tensor<2, Int> {
    logits.clone().inner().argmax(1)
}

/// Reads tokens from their device.
pub(crate) fn read_tokens(tokens: &Tensor<2, Int>) -> Result<Vec<i32>, TrainError> {
    tokens
        .try_to_vec_as::<i32>()
        .map_err(|error| TrainError::Read {
            what: "predictions",
            reason: error.to_string(),
        })
}

/// Takes tensors out of what was read, checking shapes.
pub(crate) struct Taker<'a> {
    pub(crate) path: PathBuf,
    pub(crate) values: NamedValues,
    pub(crate) device: &'a Device,
}

impl<'a> Taker<'a> {
    pub(crate) fn open(path: PathBuf, device: &'a Device) -> Result<Self, TrainError> {
        Ok(Self {
            values: hrm_checkpoint::read(&path)?.into_values(),
            path,
            device,
        })
    }

    /// The tensor `name`, which must have the shape `shape`.
    pub(crate) fn take<const D: usize>(
        &mut self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Tensor<D>, TrainError> {
        let wanted = shape.to_vec();
        let source = match self.values.remove(name) {
            Some((found, numbers)) if found == wanted => {
                let data = TensorData::new(numbers, shape);
                return Ok(Tensor::from_data(data, (self.device, DType::F32)));
            }
            Some((found, _)) => hrm_model::ParametersError::Shape {
                name: name.to_owned(),
                wanted,
                found,
            },
            None => hrm_model::ParametersError::Missing {
                name: name.to_owned(),
                shape: wanted,
            },
        };
        Err(TrainError::Parameters {
            path: self.path.clone(),
            source,
        })
    }
}
