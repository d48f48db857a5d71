//! The gate of SwiGLU: silu(gate) · up.

use crate::blocks::{for_each_block, rows_of_block};
use crate::math::sigmoid;

/// Writes silu(gate) · up, [rows × width], of `gate_up` [rows × 2 · width], whose rows hold first the
/// gate and then the other factor.
///
/// # Panics
/// If the lengths do not fit together.
pub fn swiglu_gate(gate_up: &[f32], width: usize, out: &mut [f32]) {
    assert_eq!(gate_up.len(), 2 * out.len());
    let rows = rows_of_block(width);
    let inputs = gate_up.chunks(rows * 2 * width);
    let blocks = inputs.zip(out.chunks_mut(rows * width)).collect();
    type Block<'a> = (&'a [f32], &'a mut [f32]);
    for_each_block(
        blocks,
        #[inline(always)]
        |(gate_up, out): Block<'_>| {
            let rows = gate_up.chunks_exact(2 * width);
            for (row, out) in rows.zip(out.chunks_exact_mut(width)) {
                let (gate, up) = row.split_at(width);
                for ((out, &gate), &up) in out.iter_mut().zip(gate).zip(up) {
                    let gate = f64::from(gate);
                    *out = (gate * sigmoid(gate) * f64::from(up)) as f32;
                }
            }
        },
    );
}

/// Writes the gradient of [`swiglu_gate`]'s input, [rows × 2 · width], given that of its output.
///
/// # Panics
/// If the lengths do not fit together.
pub fn swiglu_gate_backward(gate_up: &[f32], grad: &[f32], width: usize, grad_in: &mut [f32]) {
    assert_eq!([gate_up.len(), grad_in.len()], [2 * grad.len(); 2]);
    let rows = rows_of_block(width);
    let inputs = gate_up
        .chunks(rows * 2 * width)
        .zip(grad.chunks(rows * width));
    let blocks = inputs.zip(grad_in.chunks_mut(rows * 2 * width)).collect();
    type Block<'a> = ((&'a [f32], &'a [f32]), &'a mut [f32]);
    for_each_block(
        blocks,
        #[inline(always)]
        |((gate_up, grad), grad_in): Block<'_>| {
            let rows = gate_up
                .chunks_exact(2 * width)
                .zip(grad.chunks_exact(width));
            for ((row, grad), grad_in) in rows.zip(grad_in.chunks_exact_mut(2 * width)) {
                let (gate, up) = row.split_at(width);
                let (grad_gate, grad_up) = grad_in.split_at_mut(width);
                let inputs = gate.iter().zip(up).zip(grad);
                for (((&gate, &up), &grad), (grad_gate, grad_up)) in
                    inputs.zip(grad_gate.iter_mut().zip(grad_up))
                {
                    let [gate, up, grad] = [gate, up, grad].map(f64::from);
                    let share = sigmoid(gate);
                    *grad_up = (grad * gate * share) as f32;
                    *grad_gate = (grad * up * share * (1.0 + gate * (1.0 - share))) as f32;
                }
            }
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::BLOCK;
    use crate::norm::tests::{assert_near, numbers};

    fn silu(x: f64) -> f64 {
        x / (1.0 + (-x).exp())
    }

    /// Gate and other factor of every element of the output.
    fn factors(gate_up: &[f32], width: usize) -> Vec<(f64, f64)> {
        let rows = gate_up.chunks_exact(2 * width);
        let pairs = rows.flat_map(|row| row[..width].iter().zip(&row[width..]));
        pairs.map(|(&gate, &up)| (gate.into(), up.into())).collect()
    }

    #[test]
    fn the_gate_is_silu_times_up() {
        for (rows, width) in [(1, 1), (3, 7), (100, 129), (60, 1536), (2, BLOCK + 5)] {
            let gate_up = numbers(1, rows * 2 * width, 4.0);
            let mut out = vec![f32::NAN; rows * width];
            swiglu_gate(&gate_up, width, &mut out);
            let factors = factors(&gate_up, width).into_iter();
            assert_near(&out, factors.map(|(gate, up)| silu(gate) * up), 1e-7);
        }
    }

    #[test]
    fn its_gradients_are_the_differences() {
        let (rows, width) = (40, 700);
        let (gate_up, grad) = (
            numbers(1, rows * 2 * width, 4.0),
            numbers(2, rows * width, 1.0),
        );
        let mut grad_in = vec![f32::NAN; rows * 2 * width];
        swiglu_gate_backward(&gate_up, &grad, width, &mut grad_in);
        let slope = |x: f64| (silu(x + 1e-5) - silu(x - 1e-5)) / 2e-5;
        let factors = factors(&gate_up, width);
        let of = |i: usize| (factors[i].0, factors[i].1, f64::from(grad[i]));
        for row in 0..rows {
            let found = &grad_in[row * 2 * width..][..2 * width];
            let all = (row * width..(row + 1) * width).map(of);
            let gate = all.clone().map(|(gate, up, grad)| grad * up * slope(gate));
            assert_near(&found[..width], gate, 1e-6);
            assert_near(
                &found[width..],
                all.map(|(gate, _, grad)| grad * silu(gate)),
                1e-6,
            );
        }
    }
}
