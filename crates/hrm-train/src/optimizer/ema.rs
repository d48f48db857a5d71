//! Exponential moving average of the weights.

use burn::tensor::Tensor;

/// The shadow of every trained tensor.
#[derive(Debug, Clone)]
pub(crate) struct Ema {
    pub(crate) rate: f64,
    /// Shadows in the order of the parameters; buffers are carried along unchanged.
    pub(crate) shadow: Vec<Tensor<1>>,
}

impl Ema {
    pub(crate) fn new(rate: f64, tensors: &[Tensor<1>]) -> Self {
        Self {
            rate,
            shadow: tensors.to_vec(),
        }
    }

    /// shadow ← rate · shadow + (1 - rate) · weight.
    pub(crate) fn update(&mut self, index: usize, weight: &Tensor<1>) {
        let keep = self.rate as f32;
        let take = (1.0 - self.rate) as f32;
        self.shadow[index] = self.shadow[index].clone() * keep + weight.clone() * take;
    }
}
