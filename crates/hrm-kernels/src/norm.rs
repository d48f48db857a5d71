//! The sum of two matrices, each row divided by its root mean square.

use crate::buffer::{Matrix, buffer, vector_size};
use crate::gpu::{Gpu, run};
use crate::rows::{RowLaunch, held, same_size};
use cubecl::prelude::*;
use cubecl::server::Handle;
use cubecl::{self as cubecl};

/// What is added to the mean square, as published.
const EPSILON: f32 = 1e-5;

/// What [`norm_forward`] gives.
#[derive(Debug)]
pub struct Normalized {
    /// The normalized sum, [rows, width].
    pub out: Matrix,
    /// 1 / root mean square of each row, `[rows]`, float32.
    pub scales: Handle,
}

/// `rms_norm(x + update)`, [rows, width]: the sum rounded to the format, then normalized in float32.
///
/// # Panics
/// If the matrices differ in size or format.
pub fn norm_forward(gpu: &Gpu, x: &Matrix, update: &Matrix) -> Normalized {
    assert!(same_size(x, update), "{x:?} and {update:?} differ in size");
    let out = Matrix::empty(gpu, x.rows, x.width, x.format);
    let scales = gpu.empty(x.rows * size_of::<f32>());
    if x.rows > 0 {
        let lanes = vector_size(x.format, &[x.width, x.stride, update.stride]);
        let launch = RowLaunch::new(gpu, x.rows);
        run!(
            gpu,
            add_rms_norm,
            launch.count,
            launch.dim,
            lanes,
            x.arg(),
            update.arg(),
            out.arg(),
            buffer(&scales, x.rows),
            x.stride / lanes,
            update.stride / lanes,
            x.width / lanes,
            launch.plane,
            x.format.elem(),
        );
    }
    Normalized { out, scales }
}

/// Gradient of either summand, given the output, its scales and the gradient of the output.
///
/// # Panics
/// If the matrices differ in size or format.
pub fn norm_backward(gpu: &Gpu, out: &Matrix, scales: &Handle, grad: &Matrix) -> Matrix {
    assert!(same_size(out, grad), "{out:?} and {grad:?} differ in size");
    let grad_in = Matrix::empty(gpu, out.rows, out.width, out.format);
    if out.rows > 0 {
        let lanes = vector_size(out.format, &[out.width, out.stride, grad.stride]);
        let launch = RowLaunch::new(gpu, out.rows);
        run!(
            gpu,
            add_rms_norm_backward,
            launch.count,
            launch.dim,
            lanes,
            out.arg(),
            buffer(scales, out.rows),
            grad.arg(),
            grad_in.arg(),
            out.stride / lanes,
            grad.stride / lanes,
            out.width / lanes,
            launch.plane,
            out.format.elem(),
        );
    }
    grad_in
}

/// One plane normalizes one row; strides and width are in vectors.
#[cube(launch, create_dummy_kernel)]
fn add_rms_norm<F: Float, N: Size>(
    x: &[Vector<F, N>],
    update: &[Vector<F, N>],
    out: &mut [Vector<F, N>],
    scales: &mut [f32],
    x_stride: usize,
    update_stride: usize,
    #[comptime] width: usize,
    #[comptime] plane: usize,
    #[define(F)] _format: ElemType,
) {
    let row = CUBE_POS * CUBE_DIM_Y as usize + UNIT_POS_Y as usize;
    if row >= scales.len() {
        terminate!();
    }
    let of_unit = comptime!(held(width, plane));
    let mut sums = Array::<Vector<f32, N>>::new(of_unit);
    let mut squares = Vector::<f32, N>::zeroed();
    #[unroll]
    for i in 0..of_unit {
        let column = i * plane + UNIT_POS_X as usize;
        if column < width {
            let sum = x[row * x_stride + column] + update[row * update_stride + column];
            let sum = Vector::<f32, N>::cast_from(sum);
            sums[i] = sum;
            squares += sum * sum;
        }
    }
    let lanes = squares.vector_size();
    let mean = plane_sum(squares.vector_sum()) / (width * lanes) as f32;
    let scale = 1.0f32 / (mean + EPSILON).sqrt();
    if UNIT_POS_X == 0 {
        scales[row] = scale;
    }
    #[unroll]
    for i in 0..of_unit {
        let column = i * plane + UNIT_POS_X as usize;
        if column < width {
            out[row * width + column] = Vector::cast_from(sums[i] * Vector::new(scale));
        }
    }
}

/// `scale · (grad - out · mean(grad · out))` in every row, which follows from `out = x · scale`.
#[cube(launch, create_dummy_kernel)]
fn add_rms_norm_backward<F: Float, N: Size>(
    out: &[Vector<F, N>],
    scales: &[f32],
    grad: &[Vector<F, N>],
    grad_in: &mut [Vector<F, N>],
    out_stride: usize,
    grad_stride: usize,
    #[comptime] width: usize,
    #[comptime] plane: usize,
    #[define(F)] _format: ElemType,
) {
    let row = CUBE_POS * CUBE_DIM_Y as usize + UNIT_POS_Y as usize;
    if row >= scales.len() {
        terminate!();
    }
    let of_unit = comptime!(held(width, plane));
    let mut outs = Array::<Vector<f32, N>>::new(of_unit);
    let mut grads = Array::<Vector<f32, N>>::new(of_unit);
    let mut products = Vector::<f32, N>::zeroed();
    #[unroll]
    for i in 0..of_unit {
        let column = i * plane + UNIT_POS_X as usize;
        if column < width {
            outs[i] = Vector::cast_from(out[row * out_stride + column]);
            grads[i] = Vector::cast_from(grad[row * grad_stride + column]);
            products += outs[i] * grads[i];
        }
    }
    let lanes = products.vector_size();
    let mean = plane_sum(products.vector_sum()) / (width * lanes) as f32;
    let scale = scales[row];
    #[unroll]
    for i in 0..of_unit {
        let column = i * plane + UNIT_POS_X as usize;
        if column < width {
            let of_sum = (grads[i] - outs[i] * Vector::new(mean)) * Vector::new(scale);
            grad_in[row * width + column] = Vector::cast_from(of_sum);
        }
    }
}
