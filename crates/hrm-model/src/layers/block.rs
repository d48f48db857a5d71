//! One block: mixer and SwiGLU, each with a residual and a normalization after it (post-norm).

use super::{Rotary, attention::Attention, swiglu::SwiGlu};
use crate::fused::add_rms_norm;
use burn::tensor::Tensor;

/// Batch and positions that the rows of an activation stand for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SequenceShape {
    pub(crate) batch: usize,
    pub(crate) positions: usize,
}

#[derive(Debug, Clone)]
pub(crate) enum Mix {
    Attention(Box<Attention>),
    /// A SwiGLU over positions (TRM's `mlp_t`).
    Mlp(Box<SwiGlu>),
}

#[derive(Debug, Clone)]
pub(crate) struct Block {
    pub(crate) mix: Mix,
    pub(crate) mlp: SwiGlu,
}

impl Block {
    pub(crate) fn attention(attention: Attention, mlp: SwiGlu) -> Self {
        Self {
            mix: Mix::Attention(Box::new(attention)),
            mlp,
        }
    }

    pub(crate) fn mlp(mix: SwiGlu, mlp: SwiGlu) -> Self {
        Self {
            mix: Mix::Mlp(Box::new(mix)),
            mlp,
        }
    }

    /// [batch · positions, D] → the same.
    pub(crate) fn forward(
        &self,
        x: Tensor<2>,
        shape: SequenceShape,
        rotary: Option<&Rotary>,
    ) -> Tensor<2> {
        let x = match &self.mix {
            Mix::Attention(attention) => {
                let mixed = attention.forward(x.clone(), shape, rotary);
                add_rms_norm(x, mixed)
            }
            Mix::Mlp(mlp) => mix_positions(mlp, x, shape),
        };
        let update = self.mlp.forward(x.clone());
        add_rms_norm(x, update)
    }
}

/// The SwiGLU over positions. Its norm runs over positions too, because the published code
/// normalizes before it transposes back.
fn mix_positions(mlp: &SwiGlu, x: Tensor<2>, shape: SequenceShape) -> Tensor<2> {
    let [_, hidden] = x.dims();
    let SequenceShape { batch, positions } = shape;
    let across = x
        .reshape([batch, positions, hidden])
        .swap_dims(1, 2)
        .reshape([batch * hidden, positions]);
    let update = mlp.forward(across.clone());
    add_rms_norm(across, update)
        .reshape([batch, hidden, positions])
        .swap_dims(1, 2)
        .reshape([batch * positions, hidden])
}
