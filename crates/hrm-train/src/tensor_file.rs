//! Named tensors in a safetensors file.

use crate::error::TrainError;
use burn::tensor::{DType, Device, Tensor, TensorData};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Shape and float32 numbers under each name.
pub(crate) type NamedValues = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

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

/// Writes the values, names in alphabetical order, so that equal values give equal bytes.
pub(crate) fn write(path: &Path, values: &NamedValues) -> Result<(), TrainError> {
    let mut views = Vec::with_capacity(values.len());
    for (name, (shape, numbers)) in values {
        let view = TensorView::new(Dtype::F32, shape.clone(), bytemuck::cast_slice(numbers))
            .map_err(|error| TrainError::damaged(path, error))?;
        views.push((name.as_str(), view));
    }
    let bytes =
        safetensors::serialize(views, None).map_err(|error| TrainError::damaged(path, error))?;
    fs::write(path, bytes).map_err(TrainError::io(path))
}

/// Reads a file written by [`write`].
pub(crate) fn read(path: &Path) -> Result<NamedValues, TrainError> {
    let bytes = fs::read(path).map_err(TrainError::io(path))?;
    let file =
        SafeTensors::deserialize(&bytes).map_err(|error| TrainError::damaged(path, error))?;
    let mut values = NamedValues::new();
    for (name, view) in file.iter() {
        if view.dtype() != Dtype::F32 {
            let reason = format!(
                "tensor `{name}` has number format {:?}, not F32",
                view.dtype()
            );
            return Err(TrainError::damaged(path, reason));
        }
        let numbers = view
            .data()
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        values.insert(name.to_owned(), (view.shape().to_vec(), numbers));
    }
    Ok(values)
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
            values: read(&path)?,
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
        match self.values.remove(name) {
            Some((found, numbers)) if found == wanted => Ok(Tensor::from_data(
                TensorData::new(numbers, shape),
                (self.device, DType::F32),
            )),
            Some((found, _)) => {
                let source = hrm_model::ParametersError::Shape {
                    name: name.to_owned(),
                    wanted,
                    found,
                };
                Err(TrainError::Parameters {
                    path: self.path.clone(),
                    source,
                })
            }
            None => {
                let source = hrm_model::ParametersError::Missing {
                    name: name.to_owned(),
                    shape: wanted,
                };
                Err(TrainError::Parameters {
                    path: self.path.clone(),
                    source,
                })
            }
        }
    }
}
