//! Cross-entropy over a small vocabulary, with how many cells are right.

use crate::buffer::{Matrix, Wide, buffer};
use crate::gpu::{Gpu, run};
use crate::rows::{elements, grid};
use cubecl::prelude::*;
use cubecl::server::Handle;
use cubecl::{self as cubecl};

/// What becomes of logits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Probabilities {
    /// s(x) / Σ s(x) with s(x) = x + 1 for x ≥ 0 and 1 / (1 - x) below.
    Stablemax,
    /// exp(x) / Σ exp(x)
    Softmax,
}

/// What [`loss_forward`] gives, `[puzzles]` each.
#[derive(Debug)]
pub struct Losses {
    /// Mean cross-entropy of the counted cells; 0 where there are none.
    pub losses: Handle,
    /// Counted cells whose most likely token is their label, int32.
    pub correct: Handle,
    /// Counted cells, int32.
    pub counted: Handle,
}

/// Labels of cells, int32 [puzzles · cells]; a negative one is not counted.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// The buffer.
    pub handle: &'a Handle,
    /// Puzzles.
    pub puzzles: usize,
    /// Cells of a puzzle.
    pub cells: usize,
}

/// Losses of logits [puzzles · cells, vocabulary], computed and written in `wide`. Of equal logits the first
/// is the most likely.
///
/// # Panics
/// If the sizes differ.
pub fn loss_forward(
    gpu: &Gpu,
    kind: Probabilities,
    logits: &Matrix,
    labels: Labels<'_>,
    wide: Wide,
) -> Losses {
    let Labels { puzzles, cells, .. } = labels;
    assert_eq!(logits.rows, puzzles * cells);
    let losses = Losses {
        losses: gpu.empty(puzzles * wide.bytes()),
        correct: gpu.empty(puzzles * size_of::<i32>()),
        counted: gpu.empty(puzzles * size_of::<i32>()),
    };
    if puzzles > 0 {
        let hardware = gpu.hardware();
        let units = 128.min(hardware.max_units_per_cube);
        run!(
            gpu,
            cross_entropy,
            grid(puzzles, hardware.max_cube_count.0 as usize),
            CubeDim::new_1d(units),
            logits.arg(),
            buffer(labels.handle, logits.rows),
            buffer(&losses.losses, puzzles),
            buffer(&losses.correct, puzzles),
            buffer(&losses.counted, puzzles),
            logits.stride,
            cells,
            logits.width,
            kind,
            units as usize,
            logits.format.elem(),
            wide.elem(),
        );
    }
    losses
}

/// Gradient of the logits [puzzles · cells, vocabulary], given that of the losses `[puzzles]` in `wide`.
pub fn loss_backward(
    gpu: &Gpu,
    kind: Probabilities,
    logits: &Matrix,
    labels: Labels<'_>,
    counted: &Handle,
    (grad, wide): (&Handle, Wide),
) -> Matrix {
    let grad_in = Matrix::empty(gpu, logits.rows, logits.width, logits.format);
    if logits.rows > 0 {
        let (count, dim) = elements(gpu, logits.rows);
        run!(
            gpu,
            cross_entropy_backward,
            count,
            dim,
            logits.arg(),
            buffer(labels.handle, logits.rows),
            buffer(counted, labels.puzzles),
            buffer(grad, labels.puzzles),
            grad_in.arg(),
            logits.stride,
            labels.cells,
            logits.width,
            kind,
            logits.format.elem(),
            wide.elem(),
        );
    }
    grad_in
}

/// The numerator of a probability, of a logit and the largest of its cell.
#[cube]
fn numerator<A: Float>(x: A, largest: A, #[comptime] kind: Probabilities) -> A {
    match comptime!(kind) {
        Probabilities::Softmax => (x - largest).exp(),
        Probabilities::Stablemax => {
            let (zero, one) = (A::new(0.0), A::new(1.0));
            // Neither branch is computed outside of its own side, where it could divide by zero.
            select(x < zero, one / (one - x.min(zero)), x.max(zero) + one)
        }
    }
}

/// The largest logit of a cell, the first of them, and the sum of the numerators.
#[derive(CubeType)]
struct Cell<A: Float> {
    largest: A,
    at: usize,
    sum: A,
}

#[cube]
fn cell<F: Float, A: Float>(
    logits: &[F],
    start: usize,
    #[comptime] vocabulary: usize,
    #[comptime] kind: Probabilities,
) -> Cell<A> {
    let mut largest = A::cast_from(logits[start]);
    let mut at = 0usize.runtime();
    #[unroll]
    for token in 1..vocabulary {
        let x = A::cast_from(logits[start + token]);
        at = select(x > largest, token, at);
        largest = largest.max(x);
    }
    let mut sum = A::new(0.0);
    #[unroll]
    for token in 0..vocabulary {
        sum += numerator::<A>(A::cast_from(logits[start + token]), largest, kind);
    }
    Cell::<A> { largest, at, sum }
}

/// The sum of a number of every unit of the cube, in the same order each time; `values` has room for all.
#[cube]
fn cube_sum<A: Float>(value: A, values: &mut Shared<[A]>, #[comptime] units: usize) -> A {
    values[UNIT_POS as usize] = value;
    sync_cube();
    let mut total = A::new(0.0);
    for unit in 0..units {
        total += values[unit];
    }
    sync_cube();
    total
}

/// One cube for a puzzle.
#[cube(launch, create_dummy_kernel)]
fn cross_entropy<F: Float, A: Float>(
    logits: &[F],
    labels: &[i32],
    losses: &mut [A],
    correct: &mut [i32],
    counted: &mut [i32],
    stride: usize,
    cells: usize,
    #[comptime] vocabulary: usize,
    #[comptime] kind: Probabilities,
    #[comptime] units: usize,
    #[define(F)] _format: ElemType,
    #[define(A)] _wide: ElemType,
) {
    // Cubes beyond the last puzzle take part in the sums below with nothing.
    let puzzle = CUBE_POS;
    let cells_here = select(puzzle < losses.len(), cells, 0);
    // Counts are exact: a puzzle has fewer cells than a float32 has whole numbers.
    let (zero, one) = (A::new(0.0), A::new(1.0));
    let (mut loss, mut right, mut seen) = (A::new(0.0), A::new(0.0), A::new(0.0));
    let mut at = UNIT_POS as usize;
    while at < cells_here {
        let row = puzzle * cells + at;
        let label = labels[row];
        let is_counted = label >= 0;
        let label = label.max(0i32) as usize;
        let start = row * stride;
        let of_cell = cell::<F, A>(logits, start, vocabulary, kind);
        let x = A::cast_from(logits[start + label]);
        // exp(x - largest) may be 0 where its logarithm is still a number.
        let log_numerator = match comptime!(kind) {
            Probabilities::Softmax => x - of_cell.largest,
            Probabilities::Stablemax => numerator::<A>(x, of_cell.largest, kind).ln(),
        };
        loss += select(is_counted, of_cell.sum.ln() - log_numerator, zero);
        right += select(is_counted && of_cell.at == label, one, zero);
        seen += select(is_counted, one, zero);
        at += units;
    }
    let mut values = Shared::<[A]>::new_slice(units);
    let loss = cube_sum::<A>(loss, &mut values, units);
    let right = cube_sum::<A>(right, &mut values, units);
    let seen = cube_sum::<A>(seen, &mut values, units);
    if UNIT_POS == 0 && puzzle < losses.len() {
        losses[puzzle] = loss / seen.max(one);
        correct[puzzle] = i32::cast_from(right);
        counted[puzzle] = i32::cast_from(seen);
    }
}

/// One unit for a cell. With p = s / Σs the derivative of -ln p(label) by x is s′(x) · (1/Σs - [label] / s(x)).
#[cube(launch, create_dummy_kernel)]
fn cross_entropy_backward<F: Float, A: Float>(
    logits: &[F],
    labels: &[i32],
    counted: &[i32],
    grad: &[A],
    grad_in: &mut [F],
    stride: usize,
    cells: usize,
    #[comptime] vocabulary: usize,
    #[comptime] kind: Probabilities,
    #[define(F)] _format: ElemType,
    #[define(A)] _wide: ElemType,
) {
    let row = ABSOLUTE_POS;
    if row >= labels.len() {
        terminate!();
    }
    let label = labels[row];
    let puzzle = row / cells;
    let weight = grad[puzzle] / A::cast_from(counted[puzzle].max(1i32));
    let weight = select(label >= 0, weight, A::new(0.0));
    let label = label.max(0i32) as usize;
    let start = row * stride;
    let of_cell = cell::<F, A>(logits, start, vocabulary, kind);
    let (zero, one) = (A::new(0.0), A::new(1.0));
    #[unroll]
    for token in 0..vocabulary {
        let x = A::cast_from(logits[start + token]);
        let s = numerator::<A>(x, of_cell.largest, kind);
        let is_label = token == label;
        let by_x = match comptime!(kind) {
            Probabilities::Softmax => s / of_cell.sum - select(is_label, one, zero),
            Probabilities::Stablemax => {
                let slope = select(x < zero, s * s, one);
                slope * (one / of_cell.sum - select(is_label, one / s, zero))
            }
        };
        grad_in[row * vocabulary + token] = F::cast_from(weight * by_x);
    }
}
