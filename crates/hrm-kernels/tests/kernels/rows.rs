//! Normalization and gate.

use crate::support::*;
use hrm_kernels::{Format, gate_backward, gate_forward, norm_backward, norm_forward};

/// Rows and width: even, odd, smaller than a plane, and as published.
const SIZES: [(usize, usize); 9] = [
    (1, 2),
    (3, 14),
    (5, 33),
    (1, 512),
    (82, 64),
    (7, 512),
    (640, 130),
    (13, 916),
    (2, 1030),
];

/// Calls `test` with each size, format and gap behind rows.
fn each(test: impl Fn(usize, usize, usize, Format)) {
    for format in formats() {
        for (rows, width) in SIZES {
            for gap in [0, 2, 8] {
                test(rows, width, gap, format);
            }
        }
    }
}

fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().copied().map(f64::from).collect()
}

/// The normalized rows and their scales in float64.
fn normalized(sums: &[f64], width: usize) -> (Vec<f64>, Vec<f64>) {
    let scale = |row: &[f64]| {
        let squares: f64 = row.iter().map(|x| x * x).sum();
        1.0 / (squares / row.len() as f64 + 1e-5).sqrt()
    };
    let scales: Vec<f64> = sums.chunks(width).map(scale).collect();
    let rows = sums.chunks(width).zip(&scales);
    (
        rows.flat_map(|(row, scale)| row.iter().map(move |x| x * scale))
            .collect(),
        scales,
    )
}

#[test]
fn the_sum_is_normalized() {
    each(|rows, width, gap, format| {
        let x = rounded(&numbers("x", rows * width, 3.0), format);
        let update = rounded(&numbers("update", rows * width, 3.0), format);
        let ours = norm_forward(
            gpu(),
            &matrix(&x, width, gap, format),
            &matrix(&update, width, 0, format),
        );
        let sums: Vec<f32> = x.iter().zip(&update).map(|(x, u)| x + u).collect();
        let (expected, scales) = normalized(&wide(&rounded(&sums, format)), width);
        let what = format!("{rows} x {width} + {gap}");
        assert_near(
            &what,
            &read(&ours.out.handle, format),
            &expected,
            1e-6,
            format,
        );
        assert_near(
            &what,
            &read(&ours.scales, Format::F32),
            &scales,
            1e-6,
            Format::F32,
        );
    });
}

#[test]
fn the_norms_gradient_is_that_of_its_formula() {
    each(|rows, width, gap, format| {
        let x = rounded(&numbers("x", rows * width, 3.0), format);
        let zeros = vec![0.0; x.len()];
        let ours = norm_forward(
            gpu(),
            &matrix(&x, width, 0, format),
            &matrix(&zeros, width, 0, format),
        );
        let grad = rounded(&numbers("grad", rows * width, 1.0), format);
        let of_sum = norm_backward(
            gpu(),
            &ours.out,
            &ours.scales,
            &matrix(&grad, width, gap, format),
        );
        // d/dx of x · s(x), from x itself.
        let (x, grad) = (wide(&x), wide(&grad));
        let (_, scales) = normalized(&x, width);
        let rows_of = x.chunks(width).zip(grad.chunks(width)).zip(&scales);
        let expected: Vec<f64> = rows_of
            .flat_map(|((x, g), s)| {
                let dot: f64 = x.iter().zip(g).map(|(x, g)| x * g).sum();
                let mean = dot / width as f64;
                x.iter()
                    .zip(g)
                    .map(move |(x, g)| g * s - x * s.powi(3) * mean)
            })
            .collect();
        let what = format!("{rows} x {width} + {gap}");
        let tolerance = if format == Format::F32 { 2e-6 } else { 1e-2 };
        assert_near(
            &what,
            &read(&of_sum.handle, format),
            &expected,
            tolerance,
            format,
        );
    });
}

#[test]
fn the_gate_and_its_gradient() {
    each(|rows, width, gap, format| {
        let gate_up = rounded(&numbers("gate", rows * width * 2, 9.0), format);
        let grad = rounded(&numbers("grad", rows * width, 1.0), format);
        let input = matrix(&gate_up, width * 2, gap, format);
        let out = gate_forward(gpu(), &input);
        let of_input = gate_backward(gpu(), &input, &matrix(&grad, width, gap, format));
        let (mut expected, mut expected_gradient) = (Vec::new(), Vec::new());
        for (row, grad) in gate_up.chunks(width * 2).zip(grad.chunks(width)) {
            let (gate, up) = row.split_at(width);
            let silu = |x: f64| x / (1.0 + (-x).exp());
            let slope = |x: f64| {
                let s = 1.0 / (1.0 + (-x).exp());
                s * (1.0 + x * (1.0 - s))
            };
            let cells = || {
                gate.iter()
                    .zip(up)
                    .zip(grad)
                    .map(|((a, b), c)| [a, b, c].map(|x| f64::from(*x)))
            };
            expected.extend(cells().map(|[gate, up, _]| silu(gate) * up));
            expected_gradient.extend(cells().map(|[gate, up, grad]| grad * up * slope(gate)));
            expected_gradient.extend(cells().map(|[gate, _, grad]| grad * silu(gate)));
        }
        let what = format!("{rows} x {width} + {gap}");
        assert_near(&what, &read(&out.handle, format), &expected, 2e-6, format);
        assert_near(
            &what,
            &read(&of_input.handle, format),
            &expected_gradient,
            2e-6,
            format,
        );
    });
}

#[test]
fn nothing_is_done_without_rows() {
    let empty = matrix(&[], 4, 0, Format::F32);
    assert_eq!(norm_forward(gpu(), &empty, &empty).out.rows, 0);
    assert_eq!(gate_forward(gpu(), &empty).rows, 0);
}
