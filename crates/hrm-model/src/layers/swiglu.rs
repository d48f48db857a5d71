//! down(silu(gate(x)) · up(x))

use super::Linear;
use burn::tensor::{Tensor, activation::silu};

#[derive(Debug, Clone)]
pub(crate) struct SwiGlu {
    gate: Linear,
    up: Linear,
    down: Linear,
}

impl SwiGlu {
    /// From the fused gate-and-up projection (gate first) and the projection down.
    pub(crate) fn new(gate_up: &Linear, down: Linear, inner: usize) -> Self {
        Self {
            gate: gate_up.rows(0, inner),
            up: gate_up.rows(inner, inner),
            down,
        }
    }

    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let gate = silu(self.gate.forward(x.clone()));
        self.down.forward(gate * self.up.forward(x))
    }
}
