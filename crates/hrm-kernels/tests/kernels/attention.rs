//! Attention and its gradients.

use crate::attention_case::{Case, sizes, tiled};
use crate::support::*;
use hrm_kernels::{
    AttentionError, Format, Projections, attention_backward, attention_forward, attention_supported,
};

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
