//! down(silu(gate(x)) · up(x))

use super::Linear;
use crate::fused::swiglu_gate;
use burn::tensor::Tensor;

#[derive(Debug, Clone)]
pub(crate) struct SwiGlu {
    /// Both projections in one product, the gate's first.
    gate_up: Linear,
    down: Linear,
}

impl SwiGlu {
    /// From the fused gate-and-up projection (gate first) and the projection down.
    pub(crate) fn new(gate_up: Linear, down: Linear) -> Self {
        Self { gate_up, down }
    }

    /// [rows, in] → [rows, out].
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.down.forward(swiglu_gate(self.gate_up.forward(x)))
    }
}
