//! y = x · Wᵀ + b

use crate::device::is_cpu;
use burn::tensor::Tensor;

/// A linear map.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    /// Wᵀ, [in, out].
    transposed: Tensor<2>,
    bias: Option<Tensor<1>>,
}

impl Linear {
    /// From a weight [out, in].
    pub(crate) fn new(weight: Tensor<2>) -> Self {
        Self {
            transposed: transposed(weight),
            bias: None,
        }
    }

    /// From a weight [out, in] and a bias [out].
    pub(crate) fn with_bias(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        Self {
            bias: Some(bias),
            ..Self::new(weight)
        }
    }

    /// The map onto the outputs `start .. start + len` alone. Splitting a fused projection's
    /// weight is cheaper than splitting its output, whose backward pass would write and add full
    /// activations for every part.
    pub(crate) fn rows(&self, start: usize, len: usize) -> Self {
        Self {
            transposed: self.transposed.clone().narrow(1, start, len),
            bias: None,
        }
    }

    /// [rows, in] → [rows, out].
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let y = x.matmul(self.transposed.clone());
        match &self.bias {
            Some(bias) => y + bias.clone().unsqueeze(),
            None => y,
        }
    }
}

/// Wᵀ: a view in a graph, whose one product does not pay for a copy. Outside of one a weight is used
/// many times, and products on a CPU take a fifth less time where Wᵀ lies in row order.
fn transposed(weight: Tensor<2>) -> Tensor<2> {
    let view = weight.transpose();
    let device = view.device();
    if device.is_autodiff() || !is_cpu(&device) {
        return view;
    }
    let dims: [usize; 2] = view.dims();
    // Reshaping a view copies it.
    view.reshape([dims[0] * dims[1]]).reshape(dims)
}
