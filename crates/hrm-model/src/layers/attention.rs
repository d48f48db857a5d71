//! Multi-head self-attention, not causal.

use super::{Linear, Rotary, block::SequenceShape};
use burn::tensor::{Tensor, module::attention};

#[derive(Debug, Clone)]
pub(crate) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
    head_size: usize,
}

impl Attention {
    /// From the fused projection laid out as [query heads | key heads | value heads] and the
    /// output projection.
    pub(crate) fn new(qkv: &Linear, output: Linear, heads: usize, head_size: usize) -> Self {
        let width = heads * head_size;
        Self {
            query: qkv.rows(0, width),
            key: qkv.rows(width, width),
            value: qkv.rows(2 * width, width),
            output,
            heads,
            head_size,
        }
    }

    pub(crate) fn forward(
        &self,
        x: Tensor<2>,
        shape: SequenceShape,
        rotary: Option<&Rotary>,
    ) -> Tensor<2> {
        let split = |projection: &Linear| {
            projection
                .forward(x.clone())
                .reshape([shape.batch, shape.positions, self.heads, self.head_size])
                .swap_dims(1, 2)
        };
        let rotate = |t: Tensor<4>| match rotary {
            Some(rotary) => rotary.apply(t),
            None => t,
        };
        let (query, key) = (rotate(split(&self.query)), rotate(split(&self.key)));
        let mixed = attention(
            query,
            key,
            split(&self.value),
            None,
            None,
            Default::default(),
        );
        let rows = shape.batch * shape.positions;
        self.output.forward(
            mixed
                .swap_dims(1, 2)
                .reshape([rows, self.heads * self.head_size]),
        )
    }
}
