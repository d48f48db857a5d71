//! silu(gate) · up, the middle of a SwiGLU.

use crate::buffer::{Matrix, vector_size};
use crate::gpu::{Gpu, run};
use crate::rows::elements;
use cubecl::prelude::*;
use cubecl::{self as cubecl};

/// silu(gate) · up, [rows, width], of [rows, 2 · width], the gate first. As published, silu is computed in
/// float32 and rounded to the format before it is multiplied.
pub fn gate_forward(gpu: &Gpu, gate_up: &Matrix) -> Matrix {
    let width = gate_up.width / 2;
    let out = Matrix::empty(gpu, gate_up.rows, width, gate_up.format);
    if out.rows * width > 0 {
        let lanes = vector_size(gate_up.format, &[width, gate_up.stride]);
        let (count, dim) = elements(gpu, out.rows * width / lanes);
        run!(
            gpu,
            swiglu_gate,
            count,
            dim,
            lanes,
            gate_up.arg(),
            out.arg(),
            gate_up.stride / lanes,
            width / lanes,
            gate_up.format.elem(),
        );
    }
    out
}

/// Gradient of `gate_up`, [rows, 2 · width], given that of the output, [rows, width].
///
/// # Panics
/// If the gradient's size does not fit.
pub fn gate_backward(gpu: &Gpu, gate_up: &Matrix, grad: &Matrix) -> Matrix {
    let width = gate_up.width / 2;
    assert_eq!((grad.rows, grad.width), (gate_up.rows, width));
    let grad_in = Matrix::empty(gpu, gate_up.rows, gate_up.width, gate_up.format);
    if grad.rows * width > 0 {
        let lanes = vector_size(gate_up.format, &[width, gate_up.stride, grad.stride]);
        let (count, dim) = elements(gpu, grad.rows * width / lanes);
        run!(
            gpu,
            swiglu_gate_backward,
            count,
            dim,
            lanes,
            gate_up.arg(),
            grad.arg(),
            grad_in.arg(),
            gate_up.stride / lanes,
            grad.stride / lanes,
            gate_up.rows,
            width / lanes,
            gate_up.format.elem(),
        );
    }
    grad_in
}

/// The logistic function in float32.
#[cube]
fn sigmoid<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let one = Vector::new(1.0f32);
    one / (one + (-x).exp())
}

/// One unit a vector; strides and width are in vectors.
#[cube(launch, create_dummy_kernel)]
fn swiglu_gate<F: Float, N: Size>(
    gate_up: &[Vector<F, N>],
    out: &mut [Vector<F, N>],
    stride: usize,
    #[comptime] width: usize,
    #[define(F)] _format: ElemType,
) {
    if ABSOLUTE_POS >= out.len() {
        terminate!();
    }
    let at = ABSOLUTE_POS / width * stride + ABSOLUTE_POS % width;
    let gate = Vector::<f32, N>::cast_from(gate_up[at]);
    let silu = Vector::<F, N>::cast_from(gate * sigmoid::<N>(gate));
    out[ABSOLUTE_POS] = silu * gate_up[at + width];
}

#[cube(launch, create_dummy_kernel)]
fn swiglu_gate_backward<F: Float, N: Size>(
    gate_up: &[Vector<F, N>],
    grad: &[Vector<F, N>],
    grad_in: &mut [Vector<F, N>],
    stride: usize,
    grad_stride: usize,
    rows: usize,
    #[comptime] width: usize,
    #[define(F)] _format: ElemType,
) {
    if ABSOLUTE_POS >= rows * width {
        terminate!();
    }
    let (row, column) = (ABSOLUTE_POS / width, ABSOLUTE_POS % width);
    let gate = Vector::<f32, N>::cast_from(gate_up[row * stride + column]);
    let up = Vector::<f32, N>::cast_from(gate_up[row * stride + width + column]);
    let grad = Vector::<f32, N>::cast_from(grad[row * grad_stride + column]);
    let one = Vector::new(1.0f32);
    let s = sigmoid::<N>(gate);
    let of_gate = grad * up * s * (one + gate * (one - s));
    let at = row * width * 2 + column;
    grad_in[at] = Vector::cast_from(of_gate);
    grad_in[at + width] = Vector::cast_from(grad * gate * s);
}
