//! Attention and its gradients.

use crate::support::*;
use cubecl::prelude::*;
use cubecl::{self as cubecl};
use hrm_kernels::{
    Attention, AttentionError, Format, Projections, Rotary, Tiles, attention_backward,
    attention_forward, attention_supported,
};
use std::sync::OnceLock;

/// Inputs of an attention and the gradient of its output, [batch · positions, heads · head size] each.
struct Case {
    sizes: Attention,
    format: Format,
    query: Vec<f32>,
    key: Vec<f32>,
    value: Vec<f32>,
    grad: Vec<f32>,
    /// Cosines and sines, [positions, head size].
    rotary: Option<[Vec<f32>; 2]>,
}

/// Output, log-sum-exp and gradients of queries, keys and values.
type Results<T> = [Vec<T>; 5];

const NAMES: [&str; 5] = [
    "output",
    "log-sum-exp",
    "gradient of queries",
    "gradient of keys",
    "gradient of values",
];

fn sizes(batch: usize, positions: usize, heads: usize, head_size: usize) -> Attention {
    Attention {
        batch,
        positions,
        heads,
        head_size,
        tiles: None,
    }
}

fn tiled(sizes: Attention, own: usize, other: usize) -> Attention {
    Attention {
        tiles: Some(Tiles { own, other }),
        ..sizes
    }
}

fn tables(positions: usize, head_size: usize) -> [Vec<f32>; 2] {
    let half = head_size / 2;
    let angle = |position: usize, i: usize| {
        position as f64 / 10_000f64.powf((2 * (i % half)) as f64 / head_size as f64)
    };
    let all = || (0..positions).flat_map(move |p| (0..head_size).map(move |i| angle(p, i)));
    [
        all().map(|x| x.cos() as f32).collect(),
        all().map(|x| x.sin() as f32).collect(),
    ]
}

impl Case {
    fn new(sizes: Attention, rotary: bool, format: Format) -> Self {
        let len = sizes.batch * sizes.positions * sizes.heads * sizes.head_size;
        let draw = |name: &str, size: f32| rounded(&numbers(name, len, size), format);
        Self {
            sizes,
            format,
            query: draw("query", 2.0),
            key: draw("key", 2.0),
            value: draw("value", 1.0),
            grad: draw("grad", 1.0),
            rotary: rotary.then(|| tables(sizes.positions, sizes.head_size)),
        }
    }

    /// What the kernels give, with `gap` numbers behind each row of what they read.
    fn ours(&self, gap: usize) -> Results<f32> {
        let upload_rows = |numbers: &[f32]| {
            matrix(
                numbers,
                self.sizes.heads * self.sizes.head_size,
                gap,
                self.format,
            )
        };
        let (query, key, value) = (
            upload_rows(&self.query),
            upload_rows(&self.key),
            upload_rows(&self.value),
        );
        let projections = Projections {
            query: &query,
            key: &key,
            value: &value,
        };
        let rotary = self.rotary.as_ref().map(|[cos, sin]| Rotary {
            cos: upload(cos, Format::F32),
            sin: upload(sin, Format::F32),
        });
        let (sizes, rotary) = (&self.sizes, rotary.as_ref());
        let attended = attention_forward(gpu(), sizes, projections, rotary).expect("forward pass");
        let grad = upload_rows(&self.grad);
        let gradients = attention_backward(gpu(), sizes, projections, rotary, &attended, &grad)
            .expect("backward pass");
        let read_rows = |matrix: &hrm_kernels::Matrix| read(&matrix.handle, self.format);
        [
            read_rows(&attended.out),
            read(&attended.sums, Format::F32),
            read_rows(&gradients.query),
            read_rows(&gradients.key),
            read_rows(&gradients.value),
        ]
    }

    /// The same in float64, from the formulas.
    fn expected(&self) -> Results<f64> {
        let Attention {
            batch,
            positions,
            heads,
            head_size,
            ..
        } = self.sizes;
        let mut results = Results::default();
        for result in &mut results {
            result.resize(self.query.len(), 0.0);
        }
        results[1].resize(batch * heads * positions, 0.0);
        for index in 0..batch * heads {
            let at = |row: usize| {
                ((index / heads * positions + row) * heads + index % heads) * head_size
            };
            let rows = |from: &[f32], turns: bool| -> Vec<Vec<f64>> {
                let row = |row: usize| wide(&from[at(row)..at(row) + head_size]);
                (0..positions)
                    .map(|r| {
                        if turns {
                            self.turned(row(r), r, 1.0)
                        } else {
                            row(r)
                        }
                    })
                    .collect()
            };
            let (q, k, v) = (
                rows(&self.query, true),
                rows(&self.key, true),
                rows(&self.value, false),
            );
            let head = head(&q, &k, &v, &rows(&self.grad, false));
            for row in 0..positions {
                let undone = |x: &[Vec<f64>]| self.turned(x[row].clone(), row, -1.0);
                let found = [
                    head.out[row].clone(),
                    vec![],
                    undone(&head.query),
                    undone(&head.key),
                    head.value[row].clone(),
                ];
                for (result, found) in results
                    .iter_mut()
                    .zip(found)
                    .filter(|(_, found)| !found.is_empty())
                {
                    result[at(row)..][..found.len()].copy_from_slice(&found);
                }
                results[1][index * positions + row] = head.sums[row];
            }
        }
        results
    }

    /// A row of a head, rotated (`sign` 1) or back (-1), and rounded to the format where the kernels do.
    fn turned(&self, row: Vec<f64>, position: usize, sign: f64) -> Vec<f64> {
        let Some([cos, sin]) = &self.rotary else {
            return row;
        };
        let half = row.len() / 2;
        let part = |i: usize| {
            let at = position * row.len() + i;
            let other = if i < half {
                -row[i + half]
            } else {
                row[i - half]
            };
            row[i] * f64::from(cos[at]) + sign * other * f64::from(sin[at])
        };
        let turned: Vec<f64> = (0..row.len()).map(part).collect();
        if sign < 0.0 || self.format == Format::F32 {
            return turned;
        }
        let narrow: Vec<f32> = turned.iter().map(|x| *x as f32).collect();
        wide(&rounded(&narrow, self.format))
    }

    fn check(&self, gap: usize) {
        let expected = self.expected();
        for ((name, found), expected) in NAMES.iter().zip(self.ours(gap)).zip(expected) {
            let what = format!(
                "{:?} rotary {} + {gap}: {name}",
                self.sizes,
                self.rotary.is_some()
            );
            let format = if *name == "log-sum-exp" {
                Format::F32
            } else {
                self.format
            };
            // Between the same numbers, so that errors count by the size of what is summed, where all is zero, too.
            let (found, expected) = ([found, vec![1.0]].concat(), [expected, vec![1.0]].concat());
            assert_near(&what, &found, &expected, tolerance(self.format), format);
        }
    }
}

/// One head in float64; its gradients are those of rotated queries and keys.
struct Head {
    out: Vec<Vec<f64>>,
    sums: Vec<f64>,
    query: Vec<Vec<f64>>,
    key: Vec<Vec<f64>>,
    value: Vec<Vec<f64>>,
}

fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().copied().map(f64::from).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], weight: f64, row: &[f64]) {
    to.iter_mut().zip(row).for_each(|(to, x)| *to += weight * x);
}

fn head(q: &[Vec<f64>], k: &[Vec<f64>], v: &[Vec<f64>], grad: &[Vec<f64>]) -> Head {
    let (positions, size) = (q.len(), q[0].len());
    let scale = 1.0 / (size as f64).sqrt();
    let zeros = || vec![vec![0.0; size]; positions];
    let mut head = Head {
        out: zeros(),
        sums: vec![],
        query: zeros(),
        key: zeros(),
        value: zeros(),
    };
    for i in 0..positions {
        let scores: Vec<f64> = k.iter().map(|k| dot(&q[i], k) * scale).collect();
        let largest = scores.iter().copied().fold(f64::MIN, f64::max);
        let sum = scores.iter().map(|s| (s - largest).exp()).sum::<f64>().ln() + largest;
        head.sums.push(sum);
        let weights: Vec<f64> = scores.iter().map(|s| (s - sum).exp()).collect();
        for j in 0..positions {
            add(&mut head.out[i], weights[j], &v[j]);
        }
        let mean = dot(&head.out[i], &grad[i]);
        for j in 0..positions {
            add(&mut head.value[j], weights[j], &grad[i]);
            let by_score = weights[j] * (dot(&grad[i], &v[j]) - mean) * scale;
            add(&mut head.query[i], by_score, &k[j]);
            add(&mut head.key[j], by_score, &q[i]);
        }
    }
    head
}

#[cube(launch)]
fn exponentials(x: &[f32], out: &mut [f32]) {
    if ABSOLUTE_POS < x.len() {
        out[ABSOLUTE_POS] = x[ABSOLUTE_POS].exp();
    }
}

/// The largest relative error of the device's exponential where probabilities are.
#[allow(unsafe_code)] // A buffer's length is the caller's word.
fn error_of_exp() -> f64 {
    static ERROR: OnceLock<f64> = OnceLock::new();
    *ERROR.get_or_init(|| {
        let x: Vec<f32> = (0..4096).map(|i| i as f32 * -0.003).collect();
        let (from, to) = (upload(&x, Format::F32), gpu().empty(x.len() * 4));
        // SAFETY: both buffers have this length.
        let argument = |handle: &cubecl::server::Handle| unsafe {
            BufferArg::from_raw_parts(handle.clone(), x.len())
        };
        let count = CubeCount::Static(x.len() as u32 / 64, 1, 1);
        exponentials::launch(
            gpu().client(),
            count,
            CubeDim::new_1d(64),
            argument(&from),
            argument(&to),
        );
        let found = read(&to, Format::F32);
        let errors = x
            .iter()
            .zip(&found)
            .map(|(x, y)| (f64::from(*y) / f64::from(*x).exp() - 1.0).abs());
        let largest = errors.fold(0.0, f64::max);
        println!("largest relative error of exp: {largest:e}");
        largest
    })
}

/// Sums of products of numbers up to 2, in float32 or of numbers that are rounded to bfloat16 on the way; and
/// each probability is an exponential divided by a sum of others.
fn tolerance(format: Format) -> f64 {
    let rounding = match format {
        Format::F32 => 4e-6,
        Format::Bf16 => 2e-2,
    };
    rounding + 4.0 * error_of_exp()
}

/// One position, tiles that are full and not, heads of one tile and of several; batch elements, heads and sizes.
#[test]
fn attention_and_gradients() {
    const CASES: [(usize, usize, usize, usize, bool); 12] = [
        (1, 1, 1, 16, true),
        (3, 1, 2, 32, false),
        (2, 7, 8, 16, true),
        (1, 16, 2, 64, true),
        (3, 16, 1, 16, false),
        (1, 17, 8, 32, false),
        (2, 17, 2, 64, true),
        (1, 82, 8, 64, true),
        (3, 82, 1, 32, false),
        (1, 97, 2, 16, true),
        (1, 97, 1, 48, false),
        (3, 130, 2, 32, true),
    ];
    for format in formats() {
        for (batch, positions, heads, head_size, rotary) in CASES {
            Case::new(sizes(batch, positions, heads, head_size), rotary, format).check(0);
        }
    }
}

/// Rows of a wider matrix, and rows at distances that are no multiples of four.
#[test]
fn rows_may_lie_apart() {
    for format in formats() {
        for gap in [2, 3, 64] {
            Case::new(sizes(2, 19, 2, 32), true, format).check(gap);
            Case::new(sizes(2, 67, 2, 16), true, format).check(gap);
        }
    }
}

/// A head in one tile, and the same in several, of all kinds.
#[test]
fn tiles_do_not_change_results() {
    for format in formats() {
        for (positions, own, other) in [
            (40, 48, 16),
            (40, 48, 32),
            (40, 32, 16),
            (40, 16, 16),
            (40, 32, 32),
            (64, 64, 16),
            (64, 32, 16),
        ] {
            let case = Case::new(tiled(sizes(2, positions, 2, 16), own, other), true, format);
            case.check(0);
        }
    }
}

/// Scores far from zero, of both signs: nothing overflows, padding included.
#[test]
fn large_scores_are_no_trouble() {
    for format in formats() {
        for (positions, own, other) in [(17, 32, 16), (17, 16, 16), (40, 16, 16)] {
            for sign in [-1.0, 1.0] {
                let mut case =
                    Case::new(tiled(sizes(1, positions, 1, 16), own, other), false, format);
                // All scores are near ±400.
                case.query
                    .iter_mut()
                    .for_each(|x| *x = 10.0 + x.round() / 8.0);
                case.key
                    .iter_mut()
                    .for_each(|x| *x = sign * (10.0 + x.round() / 8.0));
                let found = case.ours(0);
                assert!(
                    found.iter().flatten().all(|x| x.is_finite()),
                    "{positions} {own} {sign}"
                );
                let total: f32 = case.ours(0)[1].iter().map(|x| x.abs()).sum();
                assert!(total > 300.0 * positions as f32);
            }
        }
    }
}

/// The same bytes each time.
#[test]
fn results_are_deterministic() {
    let case = Case::new(sizes(2, 130, 2, 32), true, Format::F32);
    assert_eq!(case.ours(0), case.ours(0));
}

#[test]
fn what_no_kernel_computes_is_refused() {
    let refused = [8, 24, 144];
    for head_size in refused {
        let sizes = sizes(1, 4, 1, head_size);
        assert!(!attention_supported(gpu(), &sizes, Format::F32));
        let zeros = matrix(&vec![0.0; 4 * head_size], head_size, 0, Format::F32);
        let projections = Projections {
            query: &zeros,
            key: &zeros,
            value: &zeros,
        };
        let error = attention_forward(gpu(), &sizes, projections, None).expect_err("head size");
        assert_eq!(error, AttentionError::HeadSize(head_size));
    }
    let huge = tiled(sizes(1, 4, 1, 128), 4096, 4096);
    let zeros = matrix(&[0.0; 512], 128, 0, Format::F32);
    let projections = Projections {
        query: &zeros,
        key: &zeros,
        value: &zeros,
    };
    let error = attention_forward(gpu(), &huge, projections, None).expect_err("memory");
    assert!(
        matches!(error, AttentionError::Memory { head_size: 128, .. }),
        "{error}"
    );
}

#[test]
fn nothing_is_done_without_sequences() {
    let sizes = sizes(0, 4, 2, 16);
    let empty = matrix(&[], 32, 0, Format::F32);
    let projections = Projections {
        query: &empty,
        key: &empty,
        value: &empty,
    };
    let attended = attention_forward(gpu(), &sizes, projections, None).expect("no sequences");
    let gradients = attention_backward(gpu(), &sizes, projections, None, &attended, &empty)
        .expect("no sequences");
    assert_eq!((attended.out.rows, gradients.query.rows), (0, 0));
}
