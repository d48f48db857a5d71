//! Cross-entropy and its counts.

use crate::support::*;
use hrm_kernels::{Format, Labels, Probabilities, Wide, loss_backward, loss_forward};
use rand::Rng;

/// Puzzles, cells and vocabulary.
const SIZES: [(usize, usize, usize); 6] = [
    (1, 1, 2),
    (3, 5, 7),
    (2, 81, 11),
    (5, 16, 6),
    (1, 900, 12),
    (9, 130, 11),
];

/// Labels of which about a fifth is not counted; those of the first puzzle never are.
fn labels(puzzles: usize, cells: usize, vocabulary: usize) -> Vec<i32> {
    let mut rng = hrm_random::stream(1, "labels", (puzzles * cells) as u64);
    let mut draw = |puzzle: usize| {
        let counted = puzzle > 0 && rng.random_bool(0.8) || puzzles == 1;
        if counted {
            rng.random_range(0..vocabulary as i32)
        } else {
            -100
        }
    };
    (0..puzzles * cells).map(|i| draw(i / cells)).collect()
}

/// Loss of a cell and its derivatives in float64.
fn of_cell(kind: Probabilities, logits: &[f64], label: usize) -> (f64, Vec<f64>) {
    let largest = logits.iter().copied().fold(f64::MIN, f64::max);
    let s = |x: f64| match kind {
        Probabilities::Softmax => (x - largest).exp(),
        Probabilities::Stablemax if x < 0.0 => 1.0 / (1.0 - x),
        Probabilities::Stablemax => x + 1.0,
    };
    let slope = |x: f64| match kind {
        Probabilities::Softmax => s(x),
        Probabilities::Stablemax if x < 0.0 => 1.0 / (1.0 - x).powi(2),
        Probabilities::Stablemax => 1.0,
    };
    let sum: f64 = logits.iter().map(|x| s(*x)).sum();
    let derivative = |(token, x): (usize, &f64)| {
        let of_label = if token == label { 1.0 / s(*x) } else { 0.0 };
        slope(*x) * (1.0 / sum - of_label)
    };
    (
        sum.ln() - s(logits[label]).ln(),
        logits.iter().enumerate().map(derivative).collect(),
    )
}

fn first_largest(logits: &[f32]) -> usize {
    (0..logits.len())
        .rev()
        .max_by(|a, b| logits[*a].total_cmp(&logits[*b]))
        .unwrap_or(0)
}

fn check(
    kind: Probabilities,
    (puzzles, cells, vocabulary): (usize, usize, usize),
    gap: usize,
    format: Format,
) {
    let mut values = rounded(
        &numbers("logits", puzzles * cells * vocabulary, 8.0),
        format,
    );
    // Where the halves of stablemax meet, and where the plain formula divides by zero.
    values[0] = 0.0;
    values[1] = 1.0;
    let labels = labels(puzzles, cells, vocabulary);
    let grads = numbers("grad", puzzles, 1.0);
    let logits = matrix(&values, vocabulary, gap, format);
    let on_gpu = upload_integers(&labels);
    let of = Labels {
        handle: &on_gpu,
        puzzles,
        cells,
    };
    let ours = loss_forward(gpu(), kind, &logits, of, Wide::F32);
    let grad = (&upload(&grads, Format::F32), Wide::F32);
    let of_logits = loss_backward(gpu(), kind, &logits, of, &ours.counted, grad);

    let (mut losses, mut correct, mut counted, mut gradient) = (vec![], vec![], vec![], vec![]);
    for (puzzle, grad) in grads.iter().enumerate() {
        let range = puzzle * cells..(puzzle + 1) * cells;
        let seen = labels[range.clone()]
            .iter()
            .filter(|label| **label >= 0)
            .count();
        let (mut loss, mut right) = (0.0, 0);
        for cell in range {
            let logits = &values[cell * vocabulary..(cell + 1) * vocabulary];
            let Ok(label) = usize::try_from(labels[cell]) else {
                gradient.extend(std::iter::repeat_n(0.0, vocabulary));
                continue;
            };
            let wide: Vec<f64> = logits.iter().copied().map(f64::from).collect();
            let (of_cell, derivatives) = of_cell(kind, &wide, label);
            loss += of_cell / seen as f64;
            right += i32::from(first_largest(logits) == label);
            let weight = f64::from(*grad) / seen as f64;
            gradient.extend(derivatives.iter().map(|d| d * weight));
        }
        losses.push(loss);
        correct.push(right);
        counted.push(seen as i32);
    }
    let what = format!("{kind:?} {puzzles} x {cells} x {vocabulary} + {gap}");
    assert_eq!(read_integers(&ours.correct), correct, "{what}");
    assert_eq!(read_integers(&ours.counted), counted, "{what}");
    assert_near(
        &what,
        &read(&ours.losses, Format::F32),
        &losses,
        5e-6,
        Format::F32,
    );
    assert_near(
        &what,
        &read(&of_logits.handle, format),
        &gradient,
        5e-6,
        format,
    );
}

#[test]
fn losses_counts_and_gradients() {
    for format in formats() {
        for kind in [Probabilities::Stablemax, Probabilities::Softmax] {
            for size in SIZES {
                check(kind, size, 0, format);
                check(kind, size, 3, format);
            }
        }
    }
}

#[test]
fn the_first_of_equal_logits_is_predicted() {
    let logits = matrix(&[1.0, 2.0, 2.0, 0.5, 0.5, 0.5], 3, 0, Format::F32);
    let labels = upload_integers(&[1, 0]);
    let of = Labels {
        handle: &labels,
        puzzles: 1,
        cells: 2,
    };
    let ours = loss_forward(gpu(), Probabilities::Stablemax, &logits, of, Wide::F32);
    assert_eq!(read_integers(&ours.correct), [2]);
}
