//! A residual with root-mean-square normalization after it.

use crate::blocks::{for_each_block, rows_of_block};

const EPSILON: f64 = 1e-5;

/// Sums that run beside each other, so that their order is fixed for vectors of any width.
const LANES: usize = 16;

/// Writes y · s with y = x + update and s = 1 / sqrt(mean(y²) + 1e-5) of its row; all [rows × width].
/// `scales` ([rows]) gets each row's s.
///
/// # Panics
/// If the lengths do not fit together.
pub fn add_rms_norm(x: &[f32], update: &[f32], width: usize, out: &mut [f32], scales: &mut [f32]) {
    let rows = scales.len();
    assert_eq!([x.len(), update.len(), out.len()], [rows * width; 3]);
    let step = rows_of_block(width);
    let inputs = x.chunks(step * width).zip(update.chunks(step * width));
    let outputs = out.chunks_mut(step * width).zip(scales.chunks_mut(step));
    type Block<'a> = ((&'a [f32], &'a [f32]), (&'a mut [f32], &'a mut [f32]));
    let blocks: Vec<Block<'_>> = inputs.zip(outputs).collect();
    for_each_block(
        blocks,
        #[inline(always)]
        |((x, update), (out, scales))| {
            let inputs = x.chunks_exact(width).zip(update.chunks_exact(width));
            let outputs = out.chunks_exact_mut(width).zip(scales);
            for ((x, update), (out, scale)) in inputs.zip(outputs) {
                for ((out, &x), &update) in out.iter_mut().zip(x).zip(update) {
                    *out = x + update;
                }
                *scale = (1.0 / (product(out, out) / width as f64 + EPSILON).sqrt()) as f32;
                out.iter_mut().for_each(|y| *y *= *scale);
            }
        },
    );
}

/// Writes the gradient of either input of [`add_rms_norm`], given its output, its scales and the
/// gradient of the output: s · (g - out · mean(g · out)) in every row.
///
/// # Panics
/// If the lengths do not fit together.
pub fn add_rms_norm_backward(
    out: &[f32],
    scales: &[f32],
    grad: &[f32],
    width: usize,
    grad_in: &mut [f32],
) {
    let rows = scales.len();
    assert_eq!([out.len(), grad.len(), grad_in.len()], [rows * width; 3]);
    let step = rows_of_block(width);
    let inputs = out.chunks(step * width).zip(grad.chunks(step * width));
    let outputs = scales.chunks(step).zip(grad_in.chunks_mut(step * width));
    type Block<'a> = ((&'a [f32], &'a [f32]), (&'a [f32], &'a mut [f32]));
    let blocks: Vec<Block<'_>> = inputs.zip(outputs).collect();
    for_each_block(
        blocks,
        #[inline(always)]
        |((out, grad), (scales, grad_in))| {
            let inputs = out.chunks_exact(width).zip(grad.chunks_exact(width));
            let outputs = scales.iter().zip(grad_in.chunks_exact_mut(width));
            for ((out, grad), (&scale, grad_in)) in inputs.zip(outputs) {
                let along = (product(grad, out) / width as f64) as f32;
                for ((grad_in, &grad), &out) in grad_in.iter_mut().zip(grad).zip(out) {
                    *grad_in = scale * (grad - out * along);
                }
            }
        },
    );
}

/// Σ a · b, in float64.
#[inline(always)]
fn product(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a_chunks.remainder().iter().zip(b_chunks.remainder());
    for (a, b) in a_chunks.zip(b_chunks) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f64::from(a) * f64::from(b);
        }
    }
    for (lane, (&a, &b)) in lanes.iter_mut().zip(rest) {
        *lane += f64::from(a) * f64::from(b);
    }
    let mut half = LANES / 2;
    while half > 0 {
        for i in 0..half {
            lanes[i] += lanes[i + half];
        }
        half /= 2;
    }
    lanes[0]
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rand::Rng;

    /// Numbers between `-size` and `size`.
    pub(crate) fn numbers(index: u64, len: usize, size: f32) -> Vec<f32> {
        let mut draws = hrm_random::stream(0, "test/numbers", index);
        (0..len).map(|_| draws.random_range(-size..size)).collect()
    }

    /// Each number is near the expected one, by a share of the larger of it and 1.
    pub(crate) fn assert_near(found: &[f32], expected: impl Iterator<Item = f64>, share: f64) {
        let mut count = 0;
        for (i, (&found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (f64::from(found) - expected).abs();
            assert!(
                error <= share * expected.abs().max(1.0),
                "{i}: {found} {expected}"
            );
            count += 1;
        }
        assert_eq!(count, found.len());
    }

    fn normalized(x: &[f32], update: &[f32], width: usize) -> Vec<f64> {
        let sum: Vec<f64> = x
            .iter()
            .zip(update)
            .map(|(&x, &u)| f64::from(x) + f64::from(u))
            .collect();
        let rows = sum.chunks_exact(width).flat_map(|row| {
            let square = row.iter().map(|y| y * y).sum::<f64>() / width as f64;
            row.iter().map(move |y| y / (square + 1e-5).sqrt())
        });
        rows.collect()
    }

    #[test]
    fn rows_are_normalized() {
        for (rows, width) in [(1, 1), (3, 5), (2, 16), (7, 129), (300, 512), (2, 40_000)] {
            let (x, update) = (numbers(1, rows * width, 2.0), numbers(2, rows * width, 2.0));
            let (mut out, mut scales) = (vec![f32::NAN; rows * width], vec![f32::NAN; rows]);
            add_rms_norm(&x, &update, width, &mut out, &mut scales);
            assert_near(&out, normalized(&x, &update, width).into_iter(), 1e-6);
        }
    }

    #[test]
    fn the_gradient_is_that_of_float64() {
        for (rows, width) in [(3, 5), (40, 512)] {
            let len = rows * width;
            let (x, update, grad) = (
                numbers(1, len, 2.0),
                numbers(2, len, 2.0),
                numbers(3, len, 1.0),
            );
            let (mut out, mut scales) = (vec![0.0; len], vec![0.0; rows]);
            add_rms_norm(&x, &update, width, &mut out, &mut scales);
            let mut grad_in = vec![f32::NAN; len];
            add_rms_norm_backward(&out, &scales, &grad, width, &mut grad_in);
            // d/dy of Σ g · y / sqrt(mean(y²) + ε), by the quotient rule.
            let exact = (0..rows).flat_map(|row| {
                let y =
                    |i: usize| f64::from(x[row * width + i]) + f64::from(update[row * width + i]);
                let g = |i: usize| f64::from(grad[row * width + i]);
                let square = (0..width).map(|i| y(i) * y(i)).sum::<f64>() / width as f64 + 1e-5;
                let along = (0..width).map(|i| g(i) * y(i)).sum::<f64>();
                let root = square.sqrt();
                let slope =
                    move |gi: f64, yi: f64| gi / root - along * yi / (width as f64 * square * root);
                (0..width)
                    .map(move |i| slope(g(i), y(i)))
                    .collect::<Vec<_>>()
            });
            assert_near(&grad_in, exact, 2e-6);
        }
    }

    #[test]
    fn threads_do_not_change_a_bit() {
        let (rows, width) = (200, 512);
        let (x, update) = (numbers(1, rows * width, 2.0), numbers(2, rows * width, 2.0));
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let (mut out, mut scales) = (vec![0.0; rows * width], vec![0.0; rows]);
            pool.install(|| add_rms_norm(&x, &update, width, &mut out, &mut scales));
            (out, scales)
        };
        assert_eq!(run(1), run(5));
    }
}
