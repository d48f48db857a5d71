//! The published code's numbers for single building blocks.

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The tensors and texts of `tests/units`.
pub(crate) struct Units {
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
    /// `units.json`.
    pub(crate) texts: Value,
}

impl Units {
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/units");
        let tensors = hrm_checkpoint::read(&folder.join("units.safetensors")).unwrap();
        let texts = std::fs::read_to_string(folder.join("units.json")).unwrap();
        Self {
            tensors: tensors.into_values(),
            texts: serde_json::from_str(&texts).unwrap(),
        }
    }

    pub(crate) fn numbers(&self, name: &str) -> &[f32] {
        &self.tensors[name].1
    }

    /// The tensor with its leading dimensions merged so that it has `D`.
    pub(crate) fn tensor<const D: usize>(&self, name: &str) -> Tensor<D> {
        let (shape, numbers) = &self.tensors[name];
        let merged = shape.len() - D;
        let first: usize = shape[..=merged].iter().product();
        let mut dims = [first; D];
        dims[1..].copy_from_slice(&shape[merged + 1..]);
        Tensor::from_data(TensorData::new(numbers.clone(), dims), &Device::flex())
    }

    /// The same as a leaf of a gradient graph.
    pub(crate) fn leaf<const D: usize>(&self, name: &str) -> Tensor<D> {
        self.tensor::<D>(name).autodiff().require_grad()
    }
}

#[track_caller]
pub(crate) fn assert_close<const D: usize>(ours: &Tensor<D>, golden: &[f32], tolerance: f32) {
    let ours: Vec<f32> = ours.clone().inner().try_to_vec_as().unwrap();
    assert_eq!(ours.len(), golden.len());
    let differences = ours.iter().zip(golden).map(|(o, g)| (o - g).abs());
    let worst = differences.fold(
        0.0,
        |worst: f32, d| if d > worst || d.is_nan() { d } else { worst },
    );
    assert!(worst <= tolerance, "differs by {worst:e}");
}

/// Gradient of the leaf `x` of `y` when the gradient of `y` is `upstream`.
pub(crate) fn gradient<const D: usize, const E: usize>(
    x: &Tensor<D>,
    y: Tensor<E>,
    upstream: Tensor<E>,
) -> Tensor<D> {
    let mut gradients = (y * upstream.autodiff()).sum().backward();
    x.grad_remove(&mut gradients).unwrap()
}
