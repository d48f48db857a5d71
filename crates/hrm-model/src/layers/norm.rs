//! Root-mean-square normalization without weight.

use burn::tensor::{DType, FloatDType, Tensor};

const EPSILON: f64 = 1e-5;

/// x · rsqrt(mean(x²) + 1e-5) over the last dimension, computed in float32.
pub(crate) fn rms_norm<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let dtype = x.dtype();
    if dtype == DType::F32 {
        return normalize(x);
    }
    normalize(x.cast(FloatDType::F32)).cast(dtype)
}

fn normalize<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let mean_square = x.clone().square().mean_dim(D - 1);
    let scale = (mean_square + EPSILON).sqrt().recip();
    x * scale
}
