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
        let projections = [&self.query, &self.key, &self.value].map(|map| map.forward(x.clone()));
        let sizes = (self.heads, self.head_size);
        self.output
            .forward(attend(projections, shape, sizes, rotary))
    }
}

/// Attention of queries, keys and values [batch · positions, heads · head size]: by a kernel where there is one.
pub(crate) fn attend(
    projections: [Tensor<2>; 3],
    shape: SequenceShape,
    sizes: (usize, usize),
    rotary: Option<&Rotary>,
) -> Tensor<2> {
    #[cfg(feature = "kernels")]
    if let Some(out) = crate::fused::attention::attend(&projections, shape, sizes, rotary) {
        return out;
    }
    mix(projections, shape, sizes, rotary)
}

/// The same by burn's operations.
pub(crate) fn mix(
    projections: [Tensor<2>; 3],
    shape: SequenceShape,
    (heads, head_size): (usize, usize),
    rotary: Option<&Rotary>,
) -> Tensor<2> {
    let [query, key, value] = projections.map(|projection| {
        projection
            .reshape([shape.batch, shape.positions, heads, head_size])
            .swap_dims(1, 2)
    });
    let rotate = |t: Tensor<4>| match rotary {
        Some(rotary) => rotary.apply(t),
        None => t,
    };
    let (query, key) = (rotate(query), rotate(key));
    let mixed = attention(query, key, value, None, None, Default::default());
    let rows = shape.batch * shape.positions;
    mixed.swap_dims(1, 2).reshape([rows, heads * head_size])
}
