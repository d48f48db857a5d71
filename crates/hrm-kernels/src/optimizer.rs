//! The optimizers, in place and in one launch each.

use crate::buffer::{Format, Matrix, buffer, vector_size};
use crate::gpu::{Gpu, run};
use crate::rows::{elements, grid};
use cubecl::prelude::*;
use cubecl::server::Handle;
use cubecl::{self as cubecl};

/// The numbers of one step of AdamATan2.
#[derive(Debug, Clone, Copy)]
pub struct AdamNumbers {
    /// 1 - β₁
    pub first_rate: f32,
    /// 1 - β₂
    pub second_rate: f32,
    /// Factor of the weights before the step: 1 - learning rate · weight decay.
    pub decay: f32,
    /// Learning rate, divided by the first moment's bias correction.
    pub step_size: f32,
    /// Square root of the second moment's bias correction.
    pub correction: f32,
    /// Rate of the moving average, where there is one.
    pub ema: Option<f32>,
}

/// All trained parameters of a model one after another, float32 [len] each; changed in place.
#[derive(Debug, Clone)]
pub struct AdamBuffers {
    /// Weights.
    pub weights: Handle,
    /// First moments.
    pub first: Handle,
    /// Second moments.
    pub second: Handle,
    /// Moving average of the weights; any buffer of this length where there is none, which stays as it is.
    pub ema: Handle,
    /// Numbers in each.
    pub len: usize,
}

/// One step on all parameters: both moments move towards the gradient [len], the weights decay and step along
/// atan2(first, sqrt(second) / correction), and the average follows them.
pub fn adam_atan2(gpu: &Gpu, buffers: &AdamBuffers, gradient: &Handle, numbers: AdamNumbers) {
    let len = buffers.len;
    if len == 0 {
        return;
    }
    let lanes = vector_size(Format::F32, &[len]);
    let (count, dim) = elements(gpu, len / lanes);
    run!(
        gpu,
        adam_atan2_step,
        count,
        dim,
        lanes,
        buffer(&buffers.weights, len),
        buffer(&buffers.first, len),
        buffer(&buffers.second, len),
        buffer(&buffers.ema, len),
        buffer(gradient, len),
        numbers.first_rate,
        numbers.second_rate,
        numbers.decay,
        numbers.step_size,
        numbers.correction,
        numbers.ema.unwrap_or(0.0),
        numbers.ema.is_some(),
    );
}

/// Which slots of a batch hold which rows of a table: the slots of `rows[i]` are
/// `slots[starts[i] .. starts[i + 1]]`; int32 all of them.
#[derive(Debug, Clone)]
pub struct RowSlots {
    /// Distinct rows, [count].
    pub rows: Handle,
    /// [count + 1]
    pub starts: Handle,
    /// Slots, those of a row beside each other, [slots of the batch].
    pub slots: Handle,
    /// Distinct rows.
    pub count: usize,
}

/// Sparse SignSGD on a float32 table, in place: gradients [slots, width] of the slots of a row are summed; the row
/// decays and moves against the sign of the sum.
///
/// # Panics
/// If the widths differ.
pub fn sign_sgd(
    gpu: &Gpu,
    table: &Matrix,
    gradients: &Matrix,
    slots: &RowSlots,
    (decay, lr): (f32, f32),
) {
    assert_eq!(table.width, gradients.width);
    if slots.count * table.width == 0 {
        return;
    }
    let hardware = gpu.hardware();
    let units = (table.width as u32).min(256).min(hardware.max_units_per_cube);
    run!(
        gpu,
        sign_sgd_rows,
        grid(slots.count, hardware.max_cube_count.0 as usize),
        CubeDim::new_1d(units),
        table.arg(),
        gradients.arg(),
        buffer(&slots.rows, slots.count),
        buffer(&slots.starts, slots.count + 1),
        buffer(&slots.slots, gradients.rows),
        table.stride,
        gradients.stride,
        table.width,
        decay,
        lr,
        units as usize,
    );
}

#[cube(launch, create_dummy_kernel)]
fn adam_atan2_step<N: Size>(
    weights: &mut [Vector<f32, N>],
    first: &mut [Vector<f32, N>],
    second: &mut [Vector<f32, N>],
    ema: &mut [Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    first_rate: f32,
    second_rate: f32,
    decay: f32,
    step_size: f32,
    correction: f32,
    ema_rate: f32,
    #[comptime] has_ema: bool,
) {
    let at = ABSOLUTE_POS;
    if at >= weights.len() {
        terminate!();
    }
    let g = gradient[at];
    let m = first[at] + (g - first[at]) * Vector::new(first_rate);
    let v = second[at] + (g * g - second[at]) * Vector::new(second_rate);
    first[at] = m;
    second[at] = v;
    let direction = atan2_right::<N>(m, v.sqrt() / Vector::new(correction));
    let weight = weights[at] * Vector::new(decay) - direction * Vector::new(step_size);
    weights[at] = weight;
    if comptime!(has_ema) {
        ema[at] = ema[at] * Vector::new(ema_rate) + weight * Vector::new(1.0f32 - ema_rate);
    }
}

/// atan2(y, x) for x ≥ 0: the angle is atan of the smaller by the larger of |y| and x. atan2(0, 0) is 0.
/// Runtimes differ at (0, 0), where a parameter without any gradient so far is.
#[cube]
fn atan2_right<N: Size>(y: Vector<f32, N>, x: Vector<f32, N>) -> Vector<f32, N> {
    let lanes = comptime!(N::value());
    let mut angles = Vector::<f32, N>::zeroed();
    #[unroll]
    for lane in 0..lanes {
        let (y, x) = (y.extract(lane), x.extract(lane));
        let angle = select(y == 0.0f32, 0.0f32, y.atan2(x));
        angles.insert(lane, angle);
    }
    angles
}

/// One cube for a row.
#[cube(launch, create_dummy_kernel)]
fn sign_sgd_rows(
    table: &mut [f32],
    gradients: &[f32],
    rows: &[i32],
    starts: &[i32],
    slots: &[i32],
    stride: usize,
    gradient_stride: usize,
    width: usize,
    decay: f32,
    lr: f32,
    #[comptime] units: usize,
) {
    if CUBE_POS >= rows.len() {
        terminate!();
    }
    let start = starts[CUBE_POS] as usize;
    let end = starts[CUBE_POS + 1] as usize;
    let row = rows[CUBE_POS] as usize * stride;
    let mut column = UNIT_POS as usize;
    while column < width {
        let mut sum = 0.0f32.runtime();
        for i in start..end {
            sum += gradients[slots[i] as usize * gradient_stride + column];
        }
        let sign = f32::cast_from(sum > 0.0f32) - f32::cast_from(sum < 0.0f32);
        table[row + column] = table[row + column] * decay - sign * lr;
        column += units;
    }
}
