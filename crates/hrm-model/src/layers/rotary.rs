//! Rotary position embedding.

use burn::tensor::{DType, Device, FloatDType, Tensor, TensorData};

/// Base of the frequencies in every published model.
pub(crate) const ROTARY_BASE: f64 = 10_000.0;

/// Tables of the rotary embedding for positions 0 .. L-1 of one head of size d.
#[derive(Debug, Clone)]
pub(crate) struct Rotary {
    /// [1, 1, L, d], float32.
    cos: Tensor<4>,
    /// [1, 1, L, d], float32.
    sin: Tensor<4>,
    /// [1, 1, d, d], in the number format of what is rotated: x · `half_turn` = [-x₂, x₁] on the halves of x.
    /// A product with a signed permutation is exact, and its backward pass needs no slicing.
    half_turn: Tensor<4>,
}

impl Rotary {
    /// For float32.
    pub(crate) fn new(positions: usize, head_size: usize, base: f64, device: &Device) -> Self {
        let half = head_size / 2;
        let angle = |position: usize, i: usize| {
            position as f64 / base.powf((2 * (i % half)) as f64 / head_size as f64)
        };
        let table = |f: fn(f64) -> f64| {
            let values: Vec<f32> = (0..positions)
                .flat_map(|p| (0..head_size).map(move |i| (p, i)))
                .map(|(p, i)| f(angle(p, i)) as f32)
                .collect();
            tensor4(values, positions, head_size, device)
        };
        let mut turn = vec![0.0_f32; head_size * head_size];
        for i in 0..half {
            turn[(i + half) * head_size + i] = -1.0;
            turn[i * head_size + i + half] = 1.0;
        }
        Self {
            cos: table(f64::cos),
            sin: table(f64::sin),
            half_turn: tensor4(turn, head_size, head_size, device),
        }
    }

    /// For activations in `dtype`.
    pub(crate) fn in_dtype(&self, dtype: FloatDType) -> Self {
        Self {
            half_turn: self.half_turn.clone().cast(dtype),
            ..self.clone()
        }
    }

    /// The same tables on a device.
    pub(crate) fn to_device(&self, device: &Device) -> Self {
        let moved = |table: &Tensor<4>| table.clone().to_device(device);
        Self {
            cos: moved(&self.cos),
            sin: moved(&self.sin),
            half_turn: moved(&self.half_turn),
        }
    }

    /// Cosines and sines, [L, d] each.
    #[cfg(feature = "kernels")]
    pub(crate) fn tables(&self) -> [Tensor<2>; 2] {
        [&self.cos, &self.sin].map(|table| {
            let [_, _, positions, head_size] = table.dims();
            table.clone().reshape([positions, head_size])
        })
    }

    /// Rotates [batch, heads, L, d], in float32 as the published code does.
    pub(crate) fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let turned = x.clone().matmul(self.half_turn.clone());
        if x.dtype() == DType::F32 {
            return self.rotate(x, turned);
        }
        let dtype = x.dtype();
        let wide = |t: Tensor<4>| t.cast(FloatDType::F32);
        self.rotate(wide(x), wide(turned)).cast(dtype)
    }

    fn rotate(&self, x: Tensor<4>, turned: Tensor<4>) -> Tensor<4> {
        x * self.cos.clone() + turned * self.sin.clone()
    }
}

fn tensor4(values: Vec<f32>, rows: usize, cols: usize, device: &Device) -> Tensor<4> {
    let data = TensorData::new(values, [1, 1, rows, cols]);
    Tensor::from_data(data, (device, DType::F32))
}
