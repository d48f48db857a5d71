//! y = x · Wᵀ + b

use burn::tensor::Tensor;

/// A linear map with weight [out, in].
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
}

impl Linear {
    pub(crate) fn new(weight: Tensor<2>) -> Self {
        Self { weight, bias: None }
    }

    pub(crate) fn with_bias(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        Self {
            weight,
            bias: Some(bias),
        }
    }

    /// The map onto the outputs `start .. start + len` alone. Splitting a fused projection's
    /// weight is cheaper than splitting its output, whose backward pass would write and add full
    /// activations for every part.
    pub(crate) fn rows(&self, start: usize, len: usize) -> Self {
        Self {
            weight: self.weight.clone().narrow(0, start, len),
            bias: None,
        }
    }

    /// [rows, in] → [rows, out].
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let y = x.matmul(self.weight.clone().transpose());
        match &self.bias {
            Some(bias) => y + bias.clone().unsqueeze(),
            None => y,
        }
    }
}
