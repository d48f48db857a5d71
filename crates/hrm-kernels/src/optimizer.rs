//! The optimizers, in one launch each.

use crate::buffer::{Format, Matrix, buffer, vector_size};
use crate::gpu::{Gpu, run};
use crate::rows::{elements, grid};
use cubecl::prelude::*;
use cubecl::server::Handle;
use cubecl::{self as cubecl};
use std::f32::consts::{FRAC_PI_2, FRAC_PI_4};

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
}

/// All trained parameters of a model one after another, float32 `[len]` each.
#[derive(Debug, Clone)]
pub struct AdamBuffers {
    /// Weights.
    pub weights: Handle,
    /// First moments.
    pub first: Handle,
    /// Second moments.
    pub second: Handle,
    /// Moving average of the weights and its rate, where there is one.
    pub average: Option<(Handle, f32)>,
    /// Numbers in each.
    pub len: usize,
}

/// All parameters after one step, in new buffers: both moments move towards the gradient `[len]`, the weights decay
/// and step along atan2(first, sqrt(second) / correction), and the average follows them.
pub fn adam_atan2(
    gpu: &Gpu,
    old: &AdamBuffers,
    gradient: &Handle,
    numbers: AdamNumbers,
) -> AdamBuffers {
    let len = old.len;
    let empty = || gpu.empty(len * size_of::<f32>());
    let new = AdamBuffers {
        weights: empty(),
        first: empty(),
        second: empty(),
        average: old.average.as_ref().map(|(_, rate)| (empty(), *rate)),
        len,
    };
    if len == 0 {
        return new;
    }
    let lanes = vector_size(Format::F32, &[len]);
    let (count, dim) = elements(gpu, len / lanes);
    let numbers = AdamFactorsLaunch::new(
        numbers.first_rate,
        numbers.second_rate,
        numbers.decay,
        numbers.step_size,
        numbers.correction,
    );
    let gradient = buffer(gradient, len);
    match (&old.average, &new.average) {
        (Some((average, rate)), Some((new_average, _))) => {
            let (average, new_average) = (buffer(average, len), buffer(new_average, len));
            run!(
                gpu,
                adam_atan2_average,
                count,
                dim,
                lanes,
                state(old),
                average,
                gradient,
                state(&new),
                new_average,
                numbers,
                *rate,
            );
        }
        _ => run!(
            gpu,
            adam_atan2_step,
            count,
            dim,
            lanes,
            state(old),
            gradient,
            state(&new),
            numbers
        ),
    }
    new
}

fn state<N: Size>(buffers: &AdamBuffers) -> AdamStateLaunch<N> {
    let len = buffers.len;
    AdamStateLaunch::new(
        buffer(&buffers.weights, len),
        buffer(&buffers.first, len),
        buffer(&buffers.second, len),
    )
}

/// Which slots of a batch hold which rows of a table: the slots of `rows[i]` are
/// `slots[starts[i] .. starts[i + 1]]`; int32 all of them.
#[derive(Debug, Clone)]
pub struct RowSlots {
    /// Distinct rows, `[count]`.
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
    let units = (table.width as u32)
        .min(256)
        .min(hardware.max_units_per_cube);
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

#[derive(CubeType, CubeLaunch)]
struct AdamState<N: Size> {
    weights: Box<[Vector<f32, N>]>,
    first: Box<[Vector<f32, N>]>,
    second: Box<[Vector<f32, N>]>,
}

/// [`AdamNumbers`] on the device.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
struct AdamFactors {
    first_rate: f32,
    second_rate: f32,
    decay: f32,
    step_size: f32,
    correction: f32,
}

/// The new weights at `at`.
#[cube]
fn adam_step_at<N: Size>(
    at: usize,
    old: &AdamState<N>,
    gradient: &[Vector<f32, N>],
    new: &mut AdamState<N>,
    by: AdamFactors,
) -> Vector<f32, N> {
    let (g, m, v) = (gradient[at], old.first[at], old.second[at]);
    let m = m + (g - m) * Vector::new(by.first_rate);
    let v = v + (g * g - v) * Vector::new(by.second_rate);
    new.first[at] = m;
    new.second[at] = v;
    let direction = atan2_right::<N>(m, v.sqrt() / Vector::new(by.correction));
    let weights = old.weights[at] * Vector::new(by.decay) - direction * Vector::new(by.step_size);
    new.weights[at] = weights;
    weights
}

#[cube(launch, create_dummy_kernel)]
fn adam_atan2_step<N: Size>(
    old: &AdamState<N>,
    gradient: &[Vector<f32, N>],
    mut new: AdamState<N>,
    by: AdamFactors,
) {
    if ABSOLUTE_POS < gradient.len() {
        adam_step_at::<N>(ABSOLUTE_POS, old, gradient, &mut new, by);
    }
}

#[cube(launch, create_dummy_kernel)]
fn adam_atan2_average<N: Size>(
    old: &AdamState<N>,
    average: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    mut new: AdamState<N>,
    new_average: &mut [Vector<f32, N>],
    by: AdamFactors,
    rate: f32,
) {
    if ABSOLUTE_POS < gradient.len() {
        let weights = adam_step_at::<N>(ABSOLUTE_POS, old, gradient, &mut new, by);
        new_average[ABSOLUTE_POS] =
            average[ABSOLUTE_POS] * Vector::new(rate) + weights * Vector::new(1.0f32 - rate);
    }
}

/// atan2(y, x) for x ≥ 0, with an error below 3e-7 of the result on every device; 0 at the origin, where runtimes
/// differ and where a parameter without any gradient so far is.
#[cube]
fn atan2_right<N: Size>(y: Vector<f32, N>, x: Vector<f32, N>) -> Vector<f32, N> {
    let lanes = y.vector_size();
    let mut angles = Vector::<f32, N>::zeroed();
    #[unroll]
    for lane in 0..lanes {
        angles.insert(lane, angle(y.extract(lane), x.extract(lane)));
    }
    angles
}

#[cube]
fn angle(y: f32, x: f32) -> f32 {
    let a = y.abs();
    let steep = a > x;
    let low = select(steep, x, a);
    let high = select(steep, a, x);
    let ratio = low / select(high == 0.0f32, 1.0f32, high);
    // atan(r) = π/4 + atan((r - 1) / (r + 1)) brings the upper part near zero.
    let is_upper = ratio > 0.414_213_56f32;
    let r = select(is_upper, (ratio - 1.0f32) / (ratio + 1.0f32), ratio);
    // Coefficients of the Cephes library.
    let z = r * r;
    let p = 8.053_744_5e-2f32;
    let p = p * z - 1.387_768_6e-1f32;
    let p = p * z + 1.997_771_1e-1f32;
    let p = p * z - 3.333_295e-1f32;
    let lower = p * z * r + r;
    let angle = select(is_upper, lower + comptime!(FRAC_PI_4), lower);
    let angle = select(steep, comptime!(FRAC_PI_2) - angle, angle);
    select(y < 0.0f32, -angle, angle)
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
