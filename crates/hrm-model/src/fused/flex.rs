//! The loops of `hrm-cpu` on burn's CPU tensors.

use super::{Fused, FusedKernels};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use std::borrow::Cow;

type Values = FloatTensor<Flex>;

impl Fused for Flex {
    fn swiglu_gate(gate_up: Values) -> Values {
        Self::gate_forward(&gate_up)
    }

    fn add_rms_norm(x: Values, update: Values) -> Values {
        let (out, _) = Self::norm_forward(&x, &update);
        out
    }
}

impl FusedKernels for Flex {
    fn gate_forward(gate_up: &Values) -> Values {
        let [rows, both] = dims(gate_up);
        let mut out = vec![0.0; rows * both / 2];
        hrm_cpu::swiglu_gate(&slice(gate_up), both / 2, &mut out);
        tensor(out, &[rows, both / 2])
    }

    fn gate_backward(gate_up: &Values, grad: &Values) -> Values {
        let [rows, both] = dims(gate_up);
        let mut grad_in = zeros_like(gate_up);
        let (gate_up, grad) = (slice(gate_up), slice(grad));
        hrm_cpu::swiglu_gate_backward(&gate_up, &grad, both / 2, &mut grad_in);
        tensor(grad_in, &[rows, both])
    }

    fn norm_forward(x: &Values, update: &Values) -> (Values, Values) {
        let [rows, width] = dims(x);
        let (mut out, mut scales) = (zeros_like(x), vec![0.0; rows]);
        hrm_cpu::add_rms_norm(&slice(x), &slice(update), width, &mut out, &mut scales);
        (tensor(out, &[rows, width]), tensor(scales, &[rows]))
    }

    fn norm_backward(out: &Values, scales: &Values, grad: &Values) -> Values {
        let [_, width] = dims(out);
        let mut grad_in = zeros_like(out);
        let (out_values, scales, grad) = (slice(out), slice(scales), slice(grad));
        hrm_cpu::add_rms_norm_backward(&out_values, &scales, &grad, width, &mut grad_in);
        tensor(grad_in, &dims(out))
    }
}

fn dims(tensor: &Values) -> [usize; 2] {
    tensor.shape().dims()
}

fn zeros_like(tensor: &Values) -> Vec<f32> {
    vec![0.0; tensor.shape().num_elements()]
}

fn tensor(values: Vec<f32>, dims: &[usize]) -> Values {
    Values::from_data(TensorData::new(values, dims))
}

/// The values in row order: of a view that is not in row order, a copy.
fn slice(tensor: &Values) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(values) => Cow::Borrowed(values),
        None => Cow::Owned(tensor.to_contiguous().storage::<f32>().to_vec()),
    }
}
